"""The compiler of filters: what is on the list is found, and nothing from outside is ever more than a value (A35)."""

import base64
from contextlib import suppress
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests import made_up

from rapport.customers.directory.models import Customer
from rapport.customers.finding.rules import KINDS, VOCABULARY
from rapport.filters.compiler import queries
from rapport.filters.compiler.rules import (
    AMOUNT,
    DAY,
    NUMBER,
    TEXT,
    YES,
    Around,
    BadFilter,
    Choice,
    Field,
    Place,
    Sort,
    Vocabulary,
    choice,
    read_place,
    rows,
    write_place,
)

ALL = Vocabulary(
    fields=(
        Field("name", "name_key", TEXT, ("is", "is_not", "begins", "among")),
        Field("kind", "kind", choice(KINDS), ("is", "is_not", "among")),
        Field("seen", "last_at", DAY, ("since", "until")),
        Field("spent", "spent_minor", AMOUNT, ("at_least", "at_most", "is")),
        Field("count", "interactions", NUMBER, ("is", "is_not", "at_least", "at_most", "among")),
        Field("bought", "purchases", YES, ("any",)),
    ),
    sorts=(
        Sort("seen", "Seen", "last_at", DAY),
        Sort("name", "Name", "name_key", TEXT, is_descending=False),
        Sort("spent", "Spent", "spent_minor", AMOUNT),
    ),
)
ASKED = [(one, operator) for one in ALL.fields for operator in one.operators]
HOSTILE = [
    "'", '"', "''", "' OR 1=1 --", "'; DROP TABLE customers_customer; --", "\\", "%", "_", "%s", "%(x)s", "{0}", "$1",
    "\x00", "a\x00b", "\ud800", "\u202e", "NULL", "null", "true", "[]", "{}", '{"$gt": ""}', "x" * 254, "x" * 255,
    "9" * 400, "-1", "1e999999", "NaN", "inf", "9223372036854775807", "9223372036854775808", "0x10", "\uff11\uff12",
    "0001-01-01", "9999-12-31", "2024-02-30", "2024-11-03T10:00", "2024-W01-1", "-0001-01-01", "yes", "person,person",
    ",", "person'", "(SELECT 1)", "F('id')", "*", ".", "^(a+)+$", "<script>",
]  # fmt: skip
TRICKS = [
    "name__regex", "name.regex", "name__startswith", "_connector", "_negated", "identifiers__customer__name", "pk",
    "id", "id__in", "password", "kind__contains", "count__gt", "name.contains", "seen.is", "spent.begins", "sort.is",
    "Q", "extra", "name.", ".is", "name.is.is", "__class__", "name_key", "last_at", "offset", "page",
]  # fmt: skip


def asked(text: str, **more: str) -> Choice:
    name, _, value = text.partition("=")
    given = {name: [value]} | {key: [one] for key, one in more.items()}
    return ALL.read(given, Around("GBP"), is_strict=True)


def found(text: str) -> set[str]:
    kept = asked(text)
    return set(
        Customer.objects.filter(queries.where(kept.conditions, zone=UTC)).values_list("name", flat=True)
    )


@pytest.fixture
def three(db: None, noon: datetime) -> None:  # noqa: ARG001 - for its effect
    for name, minor in (("Ada", 1000), ("Adam", 2500), ("Bo", 0)):
        money = {"amount_minor": minor, "currency": "EUR"} if minor else {}
        made_up.record(
            made_up.event("purchase" if minor else "visit", f"user_id={name}", at=noon, traits={"name": name},
                          **money), at=noon)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "names"),
    [("name=ada", {"Ada"}), ("name.is_not=ada", {"Adam", "Bo"}), ("name.begins=ad", {"Ada", "Adam"}),
     ("name.among=ada,bo", {"Ada", "Bo"}), ("spent=10", {"Ada", "Adam"}), ("spent.at_most=10", {"Ada", "Bo"}),
     ("spent.is=25", {"Adam"}), ("bought=yes", {"Ada", "Adam"}), ("bought=no", {"Ada", "Adam", "Bo"}),
     ("kind=organisation", set()), ("kind.among=person,organisation", {"Ada", "Adam", "Bo"}),
     ("seen=2026-03-02", {"Ada", "Adam", "Bo"}), ("seen.until=2026-03-01", set()),
     ("seen.until=2026-03-02", {"Ada", "Adam", "Bo"}), ("count.at_least=2", set())],
)  # fmt: skip
@pytest.mark.usefixtures("three")
def test_each_operator_means_what_it_says(text: str, names: set[str]) -> None:
    assert found(text) == names


@pytest.mark.parametrize(("one", "operator"), ASKED, ids=[f"{one.name}.{op}" for one, op in ASKED])
@pytest.mark.usefixtures("three")
def test_whatever_is_asked_is_a_value_or_refused(one: Field, operator: str) -> None:
    for text in HOSTILE:
        with suppress(BadFilter):
            kept = asked(f"{one.name}.{operator}={text}")
            for zone in (UTC, ZoneInfo("Pacific/Kiritimati"), ZoneInfo("America/Adak")):
                with CaptureQueriesContext(connection) as told:
                    list(Customer.objects.filter(queries.where(kept.conditions, zone=zone)))
                assert len(told) <= 1
    assert Customer.objects.count() == 3


@pytest.mark.parametrize("name", TRICKS)
def test_names_that_are_not_on_the_list_are_refused_or_passed_over(name: str) -> None:
    with pytest.raises(BadFilter):
        ALL.read({name: ["x"]}, Around(), is_strict=True)
    assert ALL.read({name: ["x"]}, Around()).conditions == ()


@pytest.mark.parametrize("text", [*HOSTILE, "id", "-seen", "name_key", "?", "random"])
def test_orders_and_places_that_do_not_exist_are_refused(text: str) -> None:
    with pytest.raises(BadFilter):
        asked("name=x", sort=text or "?")
    for sort in ALL.sorts:
        with pytest.raises(BadFilter):
            read_place(text, sort)


@pytest.mark.parametrize("inside", ["[1]", "[]", "null", "{}", '["x", "y"]', "[[], 1]", "[1, 1e400]", '["x", true]',
                                    "[true, 1]", '["2026-01-01", 1]', "[NaN, 1]", "[99999999999999999999, 1]"],
)  # fmt: skip
def test_places_that_were_made_up_are_refused(inside: str) -> None:
    text = base64.urlsafe_b64encode(inside.encode()).decode().rstrip("=")
    for sort in (ALL.sorts[0], ALL.sorts[2]):
        with pytest.raises(BadFilter):
            read_place(text, sort)


def test_a_place_reads_as_it_was_written(noon: datetime) -> None:
    for sort, value in zip(ALL.sorts, (noon, "ada'\x7f", -5), strict=True):
        assert read_place(write_place(Place(value, 7)), sort) == Place(value, 7)


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize("sort", ["seen", "name", "spent"])
def test_pages_show_every_row_once(sort: str) -> None:
    kept, seen = asked("kind=person", sort=sort), []
    while page := list(queries.ordered(Customer.objects.all(), kept)[:1]):
        seen.append(page[0].pk)
        kept = Choice(kept.conditions, kept.sort, queries.place(page[0], kept.sort))

    assert len(seen) == len(set(seen)) == 3


@pytest.mark.parametrize("text", ["0", "101", "-1", "x", "", "1e9", "9" * 50, "٣"])
def test_no_page_is_longer_than_a_hundred_rows(text: str) -> None:
    with pytest.raises(BadFilter):
        rows(text)
    assert rows("100") == 100


def test_a_field_cannot_be_declared_with_an_operator_its_type_does_not_have() -> None:
    with pytest.raises(ValueError, match="regex"):
        Field("name", "name_key", TEXT, ("regex",))


def test_no_list_offers_expressions_of_ones_own() -> None:
    """A36: nobody's regular expression runs here."""
    offered = {operator for one in VOCABULARY.fields for operator in one.operators}

    assert offered <= set(queries._OPERATORS)
    assert not {one for one in queries._OPERATORS if "re" in one or "like" in one}
