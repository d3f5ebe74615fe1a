"""What happened is found by its words, by those who may see it, as long as it is in the log."""

from datetime import datetime, timedelta

import pytest
from tests import made_up

from rapport.interactions.finding import queries
from rapport.interactions.log import commands as log
from rapport.interactions.log.models import Interaction
from rapport.interactions.touchpoints import commands as touchpoints
from rapport.search.index import commands as search
from rapport.search.index import queries as index
from rapport.staff.roles.rules import EVERYTHING, Operator, Reach
from rapport.wiring import searching

pytestmark = pytest.mark.django_db
RETAIL = Reach(EVERYTHING.permissions, frozenset({"Retail"}))


def subjects(text: str, reach: Reach = EVERYTHING) -> list[str]:
    return [one.subject for one in queries.search(text, reach=reach).interactions]


def tell(subject: str, at: datetime, touchpoint_id: int | None = None, text: str = "") -> None:
    event = made_up.event("message", "email=anna@example.org", at=at, subject=subject, text=text,
                          touchpoint_id=touchpoint_id)  # fmt: skip
    made_up.record(event, at=at)
    log.index_new()


def place(name: str, department: str, at: datetime) -> int:
    said = touchpoints.Description(name=name, department=department, channel="in_person")
    return int(touchpoints.add(said, by=Operator(), at=at).pk)


def test_interactions_are_found_by_subject_and_text_newest_first(noon: datetime) -> None:
    tell("The class on Saturday", noon, text="Is there room?")
    tell("", noon)
    tell("Room booked", noon)

    assert subjects("room") == ["Room booked", "The class on Saturday"]
    assert subjects("class room sat") == ["The class on Saturday"]
    assert subjects("parking") == []


def test_people_find_what_happened_in_their_departments_alone(noon: datetime) -> None:
    retail, online = place("Till", "Retail", noon), place("Shop page", "Online", noon)
    tell("late in the shop", noon, retail)
    tell("late on the page", noon, online)
    tell("late by mail", noon)

    assert subjects("late", RETAIL) == ["late by mail", "late in the shop"]
    assert subjects("late", Reach(frozenset())) == []
    assert len(subjects("late")) == 3


def test_a_touchpoint_takes_its_history_along_to_another_department(
    noon: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rapport.interactions.log.commands.following.STEP", 2)
    till = place("Till", "Retail", noon)
    for number in range(5):
        tell(f"late {number}", noon, till)
    assert len(subjects("late", RETAIL)) == 5

    said = touchpoints.Description(name="Till", department="Service", channel="in_person")
    touchpoints.change(till, said, by=Operator(), at=noon)
    assert subjects("late", RETAIL) == [], "hidden at once, before the index has followed"
    log.index_new()

    assert subjects("late", RETAIL) == []
    assert len(subjects("late", Reach(EVERYTHING.permissions, frozenset({"Service"})))) == 5
    tell("late 5", noon, till)
    assert len(subjects("late", Reach(EVERYTHING.permissions, frozenset({"Service"})))) == 6


def test_what_leaves_the_log_leaves_the_index_with_it(noon: datetime) -> None:
    tell("late by mail", noon - timedelta(days=3))
    tell("late again", noon)
    tell("late for ever", noon)
    anna = made_up.identifier_of("email=anna@example.org").pk

    log.note_removal(log.Removed(kinds=["message"], before=noon), at=noon)
    Interaction.objects.filter(subject="late by mail").delete()
    assert index.count("interaction") == 2
    log.note_removal(log.Removed(identifier_ids=[anna]), at=noon)

    assert index.count("interaction") == 0


def test_the_index_made_anew_is_the_same(noon: datetime) -> None:
    till = place("Till", "Retail", noon)
    for number in range(7):
        tell(f"late {number}", noon, till if number % 2 else None)
    before = index.fingerprint()

    search.empty()
    assert index.fingerprint() != before
    searching.rebuild()

    assert index.fingerprint() == before
