"""What was measured is kept with its date, and measured anew only when it could differ."""

from datetime import datetime, timedelta

import pytest
from tests import made_up

from rapport.interactions.lake import commands
from rapport.interactions.lake.commands import measuring
from rapport.interactions.lake.queries import answers
from rapport.interactions.lake.queries.answers import Answers
from rapport.interactions.lake.rules import Selection

pytestmark = pytest.mark.django_db
RECENT, PAST = Selection("30d"), Selection("2026-01")


def measured(selection: Selection, at: datetime) -> Answers:
    commands.refresh(at=at)
    measuring.measure([selection])
    found = answers.answers(selection)
    assert found is not None
    return found


def test_a_past_month_is_counted_once_and_dated_anew(noon: datetime) -> None:
    made_up.amina(noon)
    first = measured(PAST, noon)

    second = measured(PAST, noon + timedelta(hours=1))

    assert second.seconds == first.seconds
    assert second.as_of == second.results[0].as_of == noon + timedelta(hours=1)


def test_recent_days_are_counted_again_as_time_goes_on(noon: datetime) -> None:
    made_up.amina(noon)
    first = measured(RECENT, noon)

    second = measured(RECENT, noon + timedelta(days=1))

    assert second.seconds != first.seconds
    assert second.results[0].end == first.results[0].end + timedelta(days=1)


def test_what_is_new_in_the_record_is_in_the_next_answer(noon: datetime) -> None:
    at = noon - timedelta(days=40)
    made_up.record(made_up.event("visit", "user_id=amina", at=at), at=noon)
    before = measured(PAST, noon).of("active_customers")
    made_up.record(made_up.event("visit", "user_id=jonas", at=at), at=noon)

    after = measured(PAST, noon).of("active_customers")

    assert before is not None
    assert after is not None
    assert (before.value, after.value) == (1, 2)


def test_answers_of_another_shape_are_as_if_never_kept(noon: datetime) -> None:
    made_up.amina(noon)
    measured(PAST, noon)
    answers.path(PAST).write_text("{")

    assert answers.answers(PAST) is None
    assert measured(PAST, noon).results
