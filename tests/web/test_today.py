"""Today as people read it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from tests import made_up

from rapport.customers.directory import queries as customers
from rapport.jobs.queue import commands as jobs
from rapport.jobs.queue import rules
from rapport.jobs.queue.tasks import Worker
from rapport.kernel.refusals import Refusal

pytestmark = pytest.mark.django_db


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def come_in(now: datetime) -> None:
    """Two who came this week, one who came back this week, one long gone."""
    made_up.record(
        made_up.event("visit", "user_id=ines", at=now - timedelta(days=2)),
        made_up.event("visit", "user_id=hao", at=now - timedelta(hours=3)),
        made_up.event("purchase", "user_id=amina", at=now - timedelta(days=90)),
        made_up.event("visit", "user_id=amina", at=now - timedelta(days=1)),
        made_up.event("visit", "user_id=norman", at=now - timedelta(days=80)),
        at=now,
    )


def test_today_says_how_many_customers_are_new(signed_in_as: Callable[[str], Client], now: datetime) -> None:
    come_in(now)
    assert "2 of them new" in signed_in_as("agent").get("/").content.decode()


def test_whoever_comes_back_is_not_new(now: datetime) -> None:
    come_in(now)
    assert customers.new_since(now - timedelta(days=7)) == 2
    assert customers.new_since(now - timedelta(hours=1)) == 0
    assert customers.new_since(now - timedelta(days=100)) == customers.count() == 4


def test_a_birth_date_reads_as_a_date(signed_in_as: Callable[[str], Client], now: datetime) -> None:
    told = {"name": "Ines Moreira", "birth_date": "1957-04-18", "house": "1957-04-18b"}
    made_up.record(made_up.event("profile", "user_id=ines", at=now, traits=told), at=now)
    page = signed_in_as("agent").get(f"/customers/{made_up.customer_of('user_id=ines')}/").content.decode()
    assert "18 Apr 1957" in page
    assert "1957-04-18b" in page


@rules.task("test.unwilling")
def unwilling(_context: rules.Context) -> None:
    raise Refusal("The printer is out of paper.")


def test_work_that_was_given_up_is_laid_before_those_who_may_look(
    signed_in_as: Callable[[str], Client], now: datetime
) -> None:
    wanted = [rules.Wanted("test.unwilling", {}) for _ in range(2)]
    jobs.put_many(wanted, at=now - timedelta(seconds=1))
    Worker().run_until_idle()
    said = "2 pieces of background work were given up"
    assert said in signed_in_as("lead").get("/").content.decode()
    assert said not in signed_in_as("agent").get("/").content.decode()
