"""The list of customers: what finds whom, in which order, and how much is said about how many there are."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests import made_up

from rapport.customers.finding import queries, rules

pytestmark = pytest.mark.django_db


def find(**given: str | list[str]) -> queries.Found:
    wanted = {name: value if isinstance(value, list) else [value] for name, value in given.items()}
    return queries.page(rules.read(wanted, currency="EUR"), region="GB", zone=UTC)


def names(found: queries.Found) -> list[str]:
    return [row.customer.name for row in found.rows]


def walk(**given: str | list[str]) -> list[str]:
    """Every name on every page, as somebody sees who presses "more" to the end."""
    wanted = {name: value if isinstance(value, list) else [value] for name, value in given.items()}
    filters, seen = rules.read(wanted, currency="EUR"), []
    while True:
        found = queries.page(filters, region="GB", zone=UTC)
        seen += names(found)
        if found.after is None:
            return seen
        filters = replace(filters, after=found.after)


@pytest.mark.parametrize(
    "typed",
    ["Amina", "amina ok", "okafor", "amina@example.org", "AMINA@example", "07700 900123", "+44 7700 900123",
     "member:20931", "20931"],
)  # fmt: skip
def test_a_customer_is_found_by_name_or_any_identifier(noon: datetime, typed: str) -> None:
    made_up.crowd(noon, 5)
    made_up.amina(noon)
    told = {"name": "Amina Okafor", "last_name": "Okafor"}
    made_up.record(made_up.event("profile", "external=member:20931", at=noon, traits=told), at=noon)

    assert set(names(find(q=typed))) == {"Amina Okafor"}


def test_what_nobody_is_known_by_finds_nobody(noon: datetime) -> None:
    made_up.crowd(noon, 5)

    found = find(q="zzz")

    assert (found.rows, found.count, found.is_more) == ((), 0, False)


def test_the_newest_value_of_a_trait_counts(noon: datetime) -> None:
    made_up.record(
        made_up.event(
            "profile", "user_id=a", at=noon - timedelta(days=9), traits={"name": "A", "city": "Leeds"}
        ),
        made_up.event("profile", "user_id=a", at=noon, traits={"city": "York"}),
        at=noon,
    )

    assert names(find(trait="city:leeds")) == []
    assert names(find(trait="city:YORK")) == ["A"]


def test_every_filter_narrows(noon: datetime) -> None:
    made_up.crowd(noon, 40)

    assert len(find(trait="city:York").rows) == 4
    assert find(trait=["city:York", "name:Reader 010"]).count == 1
    assert find(purchases="yes").count == 4
    assert find(spent="20").count == 2
    assert find(kind="organisation").count == 0
    assert find(seen_since="2026-03-03").count == 0
    assert find(seen_since="2026-03-02").count == 40


@pytest.mark.parametrize("sort", list(rules.SORTS))
@pytest.mark.parametrize("narrow", [{}, {"trait": "city:Bath"}, {"purchases": "yes"}, {"q": "reader"}])
@pytest.mark.parametrize("few", [0, 2000])
def test_more_shows_everybody_once_in_order(
    noon: datetime, monkeypatch: pytest.MonkeyPatch, sort: str, narrow: dict[str, str], few: int
) -> None:
    monkeypatch.setattr(queries, "PAGE", 7)
    monkeypatch.setattr(queries, "STRETCH", 11)
    monkeypatch.setattr(queries, "FEW", few or 200)
    made_up.crowd(noon, 60)

    seen = walk(sort=sort, **narrow)

    expected = {"city:Bath": 54, "yes": 6}.get(next(iter(narrow.values()), ""), 60)
    assert len(seen) == len(set(seen)) == expected
    if sort == "name":
        assert seen == sorted(seen)


def test_a_walk_that_ends_before_the_page_is_full_says_where(
    noon: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "FEW", 3)
    monkeypatch.setattr(queries, "STRETCH", 15)
    made_up.crowd(noon, 60)

    found = find(trait="city:York")

    assert names(found) == ["Reader 000", "Reader 010"]
    assert found.looked_until is not None
    assert found.looked_until.name == "Reader 014"
    assert found.is_more
    assert found.count is None


def test_counting_stops_at_a_bound(noon: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "COUNTED", 30)
    made_up.crowd(noon, 40)

    found = find()

    assert (found.count, found.is_more) == (30, True)


def test_trait_names_are_found_without_reading_all_traits(noon: datetime) -> None:
    made_up.amina(noon)

    assert queries.trait_names() == ["city", "name", "plan", "prefers"]


@pytest.mark.parametrize(
    ("given", "field"),
    [({"sort": "id"}, "sort"), ({"kind": "cat"}, "kind"), ({"trait": "city"}, "trait"),
     ({"spent": "much"}, "spent"),
     ({"seen_since": "monday"}, "seen_since"), ({"after": "?"}, "after"), ({"after": "WzEsMl0"}, "after")],
)  # fmt: skip
def test_what_is_not_on_the_list_of_filters_is_refused(given: dict[str, str], field: str) -> None:
    with pytest.raises(rules.BadFilter) as refused:
        find(**given)

    assert refused.value.field == field


@given(st.text(max_size=60))
def test_any_text_typed_is_searched_for_or_refused(typed: str) -> None:
    for name in ("q", "trait", "after", "spent", "seen_since"):
        try:
            filters = rules.read({name: [typed]}, currency="JPY")
        except rules.BadFilter:
            continue
        queries.page(filters, region="GB", zone=UTC)
