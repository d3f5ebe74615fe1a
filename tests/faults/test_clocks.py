"""Clocks that jump: no job is lost or stuck, no periodic job runs twice, a late word counts for nothing."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from rapport.jobs.queue import commands, queries, rules
from rapport.jobs.queue.models import Job
from rapport.jobs.queue.tasks import Worker

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 29, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
done: list[str] = []


@rules.task("test.clock", is_atomic=True)
def note(_context: rules.Context, *, what: str) -> None:
    done.append(what)


@pytest.fixture(autouse=True)
def nothing_done() -> Iterator[None]:
    done.clear()
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.mark.parametrize("jump", [-HOUR, HOUR, timedelta(days=-1), timedelta(days=366)], ids=str)
def test_a_job_left_by_a_dead_worker_is_done_whatever_the_clock_did(jump: timedelta) -> None:
    commands.enqueue("test.clock", {"what": "a"}, at=NOON - timedelta(days=2))
    commands.lease("dead", at=NOON)
    with time_machine.travel(NOON + jump, tick=False):
        assert Worker().run_until_idle() == 1
    assert done == ["a"]


def test_a_worker_whose_clock_is_a_little_off_keeps_its_job() -> None:
    commands.enqueue("test.clock", {"what": "a"}, at=NOON - HOUR)
    commands.lease("five minutes ahead", at=NOON + timedelta(minutes=5))
    assert commands.lease("right", at=NOON) == []


def test_after_a_jump_forward_the_first_workers_word_is_void() -> None:
    commands.enqueue("test.clock", {"what": "a"}, at=NOON)
    (first,) = commands.lease("first", at=NOON)
    (second,) = commands.lease("second", at=NOON + HOUR)
    with pytest.raises(commands.LeaseLost):
        commands.finish(first, at=NOON)
    commands.finish(second, at=NOON)
    job = Job.objects.get()
    assert job.finished_at is not None
    assert job.enqueued_at <= job.finished_at


def test_a_failed_job_waits_as_long_as_it_should_through_a_change_of_summer_time() -> None:
    night = datetime(2026, 3, 29, 0, 59, 59, tzinfo=UTC)
    commands.enqueue("test.unmade", {}, at=night)
    (job,) = commands.lease("ann", at=night)
    commands.fail(job, rules.Failure("no"), at=night, luck=1)
    assert queries.unfinished().get().due_at - night == rules.FIRST_PAUSE
