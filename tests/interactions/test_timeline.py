"""The timeline: newest first, complete, narrowed by group and words, in pages."""

from datetime import datetime, timedelta

import pytest
from tests import made_up

from rapport.interactions.timeline import queries, rules
from rapport.staff.roles.rules import EVERYTHING

pytestmark = pytest.mark.django_db


def walk(ids: list[int], **narrow: str) -> list[str]:
    view, seen = rules.read(**narrow), []
    while True:
        page = queries.timeline(ids, view, reach=EVERYTHING)
        seen += [entry.subject for entry in page.entries]
        if page.before is None:
            return seen
        view = rules.read(**narrow, before=rules.written(page.before))


def busy(noon: datetime, size: int = 50) -> list[int]:
    events = [
        made_up.event("purchase" if n % 10 == 0 else "visit", "user_id=a" if n % 2 else "user_id=b",
                      at=noon - timedelta(minutes=n // 3), subject=f"{n:02}",
                      text="red shoes" if n == 20 else "")
        for n in range(size)
    ]  # fmt: skip
    made_up.record(*events, at=noon)
    return [made_up.identifier_of(f"user_id={name}").id for name in "ab"]


def test_identifiers_share_one_timeline_newest_first(noon: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "PAGE", 8)
    ids = busy(noon)

    seen = walk(ids)

    assert len(seen) == len(set(seen)) == 50
    assert [int(subject) // 3 for subject in seen] == sorted(int(subject) // 3 for subject in seen)


def test_a_group_shows_its_kinds_alone(noon: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "STRETCH", 7)
    ids = busy(noon)

    assert walk(ids, group="purchases") == ["00", "10", "20", "30", "40"]
    assert walk(ids, group="feelings") == []


def test_words_are_found_in_what_was_said(noon: datetime) -> None:
    ids = busy(noon)

    assert walk(ids, words="RED") == ["20"]


def test_a_look_that_ends_early_says_how_far_it_went(noon: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "STRETCH", 9)
    page = queries.timeline(busy(noon), rules.read(group="service"), reach=EVERYTHING)

    assert page.entries == ()
    assert page.looked_until == noon - timedelta(minutes=2)


def test_nobody_has_an_empty_timeline() -> None:
    assert queries.timeline([], reach=EVERYTHING) == queries.Timeline((), None)


@pytest.mark.parametrize("given", [{"group": "lunch"}, {"before": "?"}, {"before": "W10"}])
def test_what_no_timeline_has_is_refused(given: dict[str, str]) -> None:
    with pytest.raises(rules.BadTimeline):
        rules.read(**given)
