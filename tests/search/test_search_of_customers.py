"""Customers are found by what they are known by, from the moment the index has taken them in."""

from datetime import datetime

import pytest
from tests import made_up

from rapport.customers.directory import commands as directory
from rapport.customers.directory.models import Changed, Identifier
from rapport.customers.finding import commands, queries
from rapport.search.index import queries as index
from rapport.staff.roles.rules import EVERYTHING, Operator, Reach
from rapport.wiring import searching

pytestmark = pytest.mark.django_db


def found(text: str, **more: object) -> list[str]:
    rows = queries.search(text, **{"reach": EVERYTHING, "region": "GB", **more}).rows  # type: ignore[arg-type]
    return [row.customer.name for row in rows]


@pytest.mark.parametrize(
    "typed", ["amina", "okaf am", "amina@exam", "leeds", "07700 900123", "07700 90", "+4477", "member:209", "209"]
)  # fmt: skip
def test_a_customer_is_found_by_what_is_known_of_them(noon: datetime, typed: str) -> None:
    made_up.amina(noon)
    told = {"name": "Amina Okafor"}
    made_up.record(made_up.event("profile", "user_id=amina", at=noon, traits=told), at=noon)
    made_up.record(
        made_up.event("profile", "user_id=amina", "external=member:20931", "phone=+447700900123",
                      at=noon, proof="log-in", is_login=True), at=noon)  # fmt: skip

    assert found(typed) == ["Amina Okafor"]


def test_who_may_not_see_customers_finds_none(noon: datetime) -> None:
    made_up.amina(noon)

    assert found("amina", reach=Reach(frozenset())) == []


def test_a_new_city_finds_and_joined_customers_are_found_once(noon: datetime) -> None:
    made_up.record(
        made_up.event("profile", "user_id=a", at=noon, traits={"name": "Ada Hill", "city": "Leeds"}),
        made_up.event("profile", "user_id=b", at=noon, traits={"name": "Ada Berg"}),
        at=noon,
    )
    made_up.record(made_up.event("profile", "user_id=a", at=noon, traits={"city": "York"}), at=noon)
    assert found("york") == ["Ada Hill"]
    assert found("leeds") == []
    assert len(found("ada")) == 2

    first, second = (made_up.identifier_of(f"user_id={one}").pk for one in "ab")
    link = directory.link(first, second, by=Operator(), why="", at=noon)
    assert len(found("ada")) == 1, "gone at once, before the index has followed"
    commands.index_changed()
    assert len(found("ada hill")) == len(found("berg")) == 1
    directory.unlink(link.pk, by=Operator(), why="", at=noon)
    commands.index_changed()

    assert found("hill") == ["Ada Hill"]
    assert found("berg") == ["Ada Berg"]


def test_who_is_no_more_is_not_found_and_not_waiting(noon: datetime) -> None:
    made_up.record(made_up.event("profile", "user_id=a", at=noon, traits={"name": "Ada Hill"}), at=noon)
    one = made_up.customer_of("user_id=a")
    Identifier.objects.filter(customer_id=one).update(customer_id=0)

    directory.refresh([one])

    assert index.count("customer") == 0
    assert not Changed.objects.exists()


def test_everybody_made_anew_is_the_same(noon: datetime) -> None:
    made_up.crowd(noon, 30)
    made_up.amina(noon)
    before = index.fingerprint()

    searching.rebuild()

    assert index.fingerprint() == before
    assert found("reader 01") == [f"Reader {number:03}" for number in range(19, 9, -1)]
