"""The Measures page: kept figures with what they rest on; nothing is computed while somebody waits."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests import made_up
from tests.web.conftest import house, signed_in_as  # noqa: F401 - fixtures

from rapport.analytics.measures import catalogue
from rapport.interactions.lake import tasks
from rapport.interactions.lake.queries import answers
from rapport.interactions.lake.rules import Selection
from rapport.interactions.touchpoints import commands as touchpoints
from rapport.jobs.queue import queries as jobs
from rapport.jobs.queue.tasks import Worker
from rapport.staff.roles.rules import Operator
from rapport.web.measures import charts, texts

Signing = Callable[[str], Client]


@pytest.fixture
def today(noon: datetime) -> Any:
    with time_machine.travel(noon, tick=False):
        yield noon


@pytest.fixture
def sold(house: None, today: datetime) -> None:  # noqa: ARG001, F811 - for its effect
    """Thirty customers who bought last month, twelve of them the month before; a shop and a line they call."""
    till = touchpoints.add(
        touchpoints.Description(name="Till", department="Retail", channel="in_person"),
        by=Operator(),
        at=today,
    )
    for number in range(30):
        for days in (20, 50)[: 2 if number < 12 else 1]:
            at = today - timedelta(days=days, minutes=number)
            bought = made_up.event(
                "purchase", f"user_id=person-{number}", at=at, channel="in_person", touchpoint_id=till.pk,
                amount_minor=1000 + number, currency="GBP",
            )  # fmt: skip
            made_up.record(bought, at=today)
    made_up.record(made_up.event("page_view", at=today - timedelta(days=3)), at=today)


KINDS_SOLD = ("purchase", "page_view")


def work() -> None:
    assert tasks is not None
    assert Worker().run_until_idle()


@pytest.mark.django_db(transaction=True)
def test_an_analyst_lets_the_figures_be_counted_and_everybody_reads_them(
    signed_in_as: Signing,  # noqa: F811
    sold: None,  # noqa: ARG001 - for its effect
) -> None:
    analyst, viewer = signed_in_as("analyst"), signed_in_as("viewer")
    assert "Not counted yet" in analyst.get("/measures/").content.decode()
    assert "Count it" not in viewer.get("/measures/").content.decode()
    assert viewer.post("/measures/").status_code == 403
    assert analyst.post("/measures/").status_code == 302
    assert analyst.post("/measures/").status_code == 302
    assert jobs.unfinished().filter(task="lake.refresh").count() == 1

    work()

    page = viewer.get("/measures/").content.decode()
    for measure in catalogue.measures():
        assert f"/measures/{measure.name}/" in page
    assert '>30 <span class="unit">customers' in page
    assert "up from 12 in the 30 days before" in page
    assert "1 interaction came from somebody we cannot recognise" in page


@pytest.mark.django_db(transaction=True)
def test_a_channel_that_nobody_asked_for_is_counted_when_somebody_does(
    signed_in_as: Signing,  # noqa: F811
    sold: None,  # noqa: ARG001 - for its effect
) -> None:
    signed_in_as("admin").post("/measures/")
    work()
    viewer, address = signed_in_as("viewer"), "/measures/?channel=in_person&department=Retail"
    assert "Not counted yet" in viewer.get(address).content.decode()

    assert viewer.post(address).headers["Location"] == "/measures/?channel=in_person&department=Retail"
    work()

    assert '>30 <span class="unit">customers' in viewer.get(address).content.decode()
    assert answers.answers(Selection("before:30d", "in_person", "Retail")) is not None


@pytest.mark.django_db(transaction=True)
def test_a_page_of_a_measure_says_how_we_know_and_draws_it_in_every_look(
    signed_in_as: Signing,  # noqa: F811
    sold: None,  # noqa: ARG001 - for its effect
) -> None:
    client = signed_in_as("admin")
    client.post("/measures/")
    work()

    for measure in catalogue.measures():
        page = client.get(f"/measures/{measure.name}/").content.decode()
        if "<table" in page:
            assert '<th scope="col"></th>' not in page
        assert "What to beware of" in page
        assert "Month by month" in page
    bought = client.get("/measures/frequency/").content.decode()
    assert "It rests on 30 customers" in bought
    assert '<th scope="col">Purchases</th><th scope="col" class="number">Customers</th>' in bought
    height = charts.rows_height(len(KINDS_SOLD))
    by_kind = client.get("/measures/interactions_by_kind/").content.decode()
    assert f'width="{charts.WIDTHS["narrow"]}" height="{height}"' in by_kind
    for look in charts.COLOURS:
        for size in charts.WIDTHS:
            for what in ("", "months&"):
                address = f"/measures/interactions_by_kind/chart.svg?{what}look={look}&size={size}"
                drawn = client.get(address)
                assert drawn.headers["Content-Type"] == "image/svg+xml"
                assert b"<svg" in drawn.content
                assert f'width="{charts.WIDTHS[size]}" height="' in drawn.content.decode()
                assert b"http://" not in drawn.content.replace(b"http://www.w3.org", b"")
                assert b"<script" not in drawn.content
                assert b"style=" not in drawn.content


@pytest.mark.django_db(transaction=True)
def test_the_page_costs_a_fixed_number_of_queries(
    signed_in_as: Signing,  # noqa: F811
    sold: None,  # noqa: ARG001 - for its effect
) -> None:
    client = signed_in_as("admin")
    client.post("/measures/")
    work()
    client.get("/measures/")
    for address in ("/measures/", "/measures/recency/", "/measures/?period=90d"):
        with CaptureQueriesContext(connection) as asked:
            client.get(address)
        assert len(asked) == 5, "\n".join(query["sql"] for query in asked)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    [
        "/measures/?department=Nowhere",
        "/measures/?channel=telepathy",
        "/measures/nothing/",
        "/measures/money/chart.svg",
        "/measures/money/chart.svg?look=loud",
    ],
)
def test_what_does_not_exist_is_not_found(signed_in_as: Signing, address: str) -> None:  # noqa: F811
    assert signed_in_as("viewer").get(address).status_code == 404


@pytest.mark.django_db
def test_a_period_that_is_none_is_refused_in_words(signed_in_as: Signing) -> None:  # noqa: F811
    answer = signed_in_as("viewer").get("/measures/?period=../../etc")
    assert answer.status_code in {409, 422}
    assert "is not a period" in answer.content.decode()


def test_every_word_of_the_register_can_be_translated() -> None:
    told = {
        text
        for measure in catalogue.measures()
        for about in [measure.about]
        for text in (about.title, about.definition, about.source, about.caveat)
    }
    assert told == texts.TEXTS
