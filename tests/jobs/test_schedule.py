"""Periodic jobs: once per slot for ever, whoever ticks, whatever the clock does."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapport.jobs.queue.models import Job
from rapport.jobs.schedule.commands import tick
from rapport.jobs.schedule.rules import Periodic, slot

NIGHTLY = Periodic("test.nightly", timedelta(days=1), at=timedelta(hours=3))
SCHEDULE = {"nightly": NIGHTLY}
NOON = datetime(2026, 3, 28, 12, tzinfo=UTC)
MOMENTS = st.integers(0, 10**9).map(
    lambda seconds: datetime(2002, 1, 1, tzinfo=UTC) + timedelta(seconds=3 * seconds)
)


def done() -> None:
    Job.objects.update(finished_at=NOON)


@pytest.mark.django_db
def test_a_slot_is_put_in_once_however_often_it_is_looked_at() -> None:
    assert tick(SCHEDULE, at=NOON) == ["nightly"]
    done()
    for minutes in range(0, 15 * 60, 30):
        assert tick(SCHEDULE, at=NOON + timedelta(minutes=minutes)) == []
    assert tick(SCHEDULE, at=NOON + timedelta(hours=15)) == ["nightly"]


@pytest.mark.django_db
def test_slots_missed_while_nothing_ran_are_made_up_for_once() -> None:
    tick(SCHEDULE, at=NOON)
    done()
    assert tick(SCHEDULE, at=NOON + timedelta(days=40)) == ["nightly"]
    assert Job.objects.filter(finished_at=None).count() == 1


@pytest.mark.django_db
def test_a_clock_that_is_set_back_takes_no_slot_again() -> None:
    tick(SCHEDULE, at=NOON)
    done()
    for back in (timedelta(hours=1), timedelta(hours=12), timedelta(days=2)):
        assert tick(SCHEDULE, at=NOON - back) == []
        assert tick(SCHEDULE, at=NOON) == []


@pytest.mark.django_db
def test_a_run_that_is_not_finished_takes_the_next_slot_with_it() -> None:
    tick(SCHEDULE, at=NOON)
    tick(SCHEDULE, at=NOON + timedelta(days=1))
    assert Job.objects.count() == 1


@given(MOMENTS, st.integers(1, 60 * 24 * 7), st.integers(0, 60 * 24))
def test_every_moment_lies_in_exactly_one_slot(moment: datetime, minutes: int, offset: int) -> None:
    periodic = Periodic("t", timedelta(minutes=minutes), at=timedelta(minutes=offset))
    begin = slot(periodic, moment)
    assert begin <= moment < begin + periodic.every
    assert slot(periodic, begin) == begin
    assert slot(periodic, begin + periodic.every) == begin + periodic.every


def test_weeks_begin_on_monday() -> None:
    weekly = Periodic("t", timedelta(days=7), at=timedelta(hours=4))
    assert slot(weekly, NOON).isoformat() == "2026-03-23T04:00:00+00:00"
