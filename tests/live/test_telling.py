"""What happens reaches the screens that show it: few events, however much comes in."""

from datetime import datetime

import pytest
from tests import made_up

from rapport.customers.finding import commands as finding
from rapport.interactions.log.commands import following, telling
from rapport.live.events import queries
from rapport.live.events.models import Event

pytestmark = pytest.mark.django_db


def heard(reader: queries.Reader) -> set[tuple[str, str]]:
    return {(one.topic, one.permission) for one in reader.read().news}


@pytest.fixture
def reader(noon: datetime) -> queries.Reader:
    """Somebody who begins to listen when a customer is known already."""
    made_up.record(made_up.event("visit", "user_id=a", at=noon), at=noon)
    telling.tell_new(at=noon)
    return queries.Reader(queries.now())


def test_what_is_in_the_log_when_screens_begin_is_no_news(reader: queries.Reader) -> None:
    assert not Event.objects.exists()
    assert heard(reader) == set()


def test_a_visit_concerns_the_customer_and_the_day(reader: queries.Reader, noon: datetime) -> None:
    made_up.record(made_up.event("visit", "user_id=a", at=noon), at=noon)

    telling.tell_new(at=noon)

    number = made_up.customer_of("user_id=a")
    view = "interactions.view"
    assert heard(reader) == {("log", view), (f"customer:{number}", view)}
    assert telling.tell_new(at=noon) == 0


def test_many_customers_at_once_are_one_event(reader: queries.Reader, noon: datetime) -> None:
    made_up.crowd(noon, telling.MOST_CUSTOMERS + 1)

    telling.tell_new(at=noon)

    assert {topic for topic, _ in heard(reader)} == {"log", "customer"}


def test_who_was_away_long_does_not_go_through_it_all(
    reader: queries.Reader, noon: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "STEP", 10)
    made_up.crowd(noon, 30)

    assert telling.tell_new(at=noon) == 30

    assert {topic for topic, _ in heard(reader)} == {"log", "customer"}
    assert Event.objects.count() == 2


def test_a_customer_known_by_another_name_concerns_their_screens(
    reader: queries.Reader, noon: datetime
) -> None:
    from rapport.customers.directory import commands as directory

    number = made_up.customer_of("user_id=a")
    directory.refresh([number])

    finding.index_changed(at=noon)

    assert heard(reader) == {(f"customer:{number}", "customers.view")}
