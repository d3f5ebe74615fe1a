"""The durable queue: nothing lost, nothing done by two, what fails is tried again and then parked."""

import random
import time
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from rapport.jobs.queue import commands, queries, rules
from rapport.jobs.queue.models import Job
from rapport.jobs.queue.tasks import Worker

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
done: list[object] = []


@rules.task("test.note")
def note(_context: rules.Context, *, what: str) -> None:
    done.append(what)


@rules.task("test.break")
def break_down(_context: rules.Context) -> None:
    raise ZeroDivisionError


@rules.task("test.stop")
def stop_in_the_middle(_context: rules.Context) -> None:
    raise rules.Unfinished


@pytest.fixture(autouse=True)
def nothing_done() -> None:
    done.clear()


pytestmark = pytest.mark.django_db


def test_a_job_exists_if_and_only_if_its_cause_does() -> None:
    with transaction.atomic():
        commands.enqueue("test.note", {"what": "a"}, at=NOON)
        transaction.set_rollback(True)
    assert not queries.unfinished().exists()


def test_jobs_are_done_in_the_order_they_are_due() -> None:
    past = datetime.now(UTC) - timedelta(minutes=5)
    for place, what in enumerate("cab"):
        commands.enqueue(
            "test.note", {"what": what}, at=past, due_at=past + timedelta(seconds="abc".index(what))
        )
        assert place < 3
    commands.enqueue("test.note", {"what": "later"}, at=past, due_at=past + timedelta(days=1))
    assert Worker().run_until_idle() == 3
    assert done == ["a", "b", "c"]


def test_a_leased_job_is_nobody_elses_until_its_lease_ends() -> None:
    commands.enqueue("test.note", {"what": "a"}, at=NOON)
    (first,) = commands.lease("ann", at=NOON, length=timedelta(seconds=30))
    assert commands.lease("ben", at=NOON + timedelta(seconds=29)) == []
    (second,) = commands.lease("ben", at=NOON + timedelta(seconds=30))
    assert second.fence > first.fence


def test_a_late_workers_word_is_void() -> None:
    commands.enqueue("test.note", {"what": "a"}, at=NOON)
    (late,) = commands.lease("ann", at=NOON, length=timedelta(seconds=30))
    (held,) = commands.lease("ben", at=NOON + timedelta(minutes=1))
    for word in (commands.finish, commands.extend, commands.release):
        with pytest.raises(commands.LeaseLost):
            word(late, at=NOON + timedelta(minutes=1))
    commands.finish(held, at=NOON + timedelta(minutes=1))
    assert Job.objects.get().finished_at


def test_a_failing_job_is_tried_again_with_growing_pauses_and_parked_with_its_reason() -> None:
    commands.enqueue("test.break", {}, at=datetime.now(UTC))
    due = []
    for _ in range(rules.MOST_ATTEMPTS):
        Worker().run_until_idle()
        job = Job.objects.get()
        due.append((job.due_at - datetime.now(UTC)).total_seconds())
        Job.objects.update(due_at=datetime.now(UTC))
    assert job.parked_at
    assert "ZeroDivisionError" in job.failure
    assert due[1] > 1
    assert due[-2] > due[1]
    commands.retry(job.pk, at=NOON)
    assert Job.objects.get().attempts == 0


def test_a_job_of_no_known_task_is_parked_at_once() -> None:
    commands.enqueue("test.unheard_of", {}, at=datetime.now(UTC))
    Worker().run_until_idle()
    assert queries.parked().get().failure == "No task is called 'test.unheard_of'."


def test_a_job_that_stopped_at_a_checkpoint_goes_on_without_losing_an_attempt() -> None:
    commands.enqueue("test.stop", {}, at=datetime.now(UTC))
    worker = Worker()
    worker._some()
    job = Job.objects.get()
    assert (job.attempts, job.leased_until, job.finished_at) == (0, None, None)


def test_one_unfinished_job_bears_a_key() -> None:
    one = commands.enqueue("test.note", {"what": "a"}, at=NOON, key="same")
    assert commands.enqueue("test.note", {"what": "b"}, at=NOON, key="same") == one
    Worker().run_until_idle()
    assert commands.enqueue("test.note", {"what": "c"}, at=NOON, key="same") != one


@given(attempt=st.integers(1, 500), luck=st.floats(0, 1))
def test_a_pause_is_never_longer_than_half_an_hour(attempt: int, luck: float) -> None:
    assert timedelta(seconds=1) <= rules.pause(attempt, luck) <= rules.LONGEST_PAUSE


@pytest.mark.django_db(transaction=True)
def test_a_long_job_keeps_its_lease() -> None:
    length = timedelta(seconds=0.8)
    taken: list[object] = []

    @rules.task(f"test.slow{random.random()}")
    def slow(_context: rules.Context) -> None:
        until = time.monotonic() + 2
        while time.monotonic() < until:
            taken.append(commands.lease("thief", at=datetime.now(UTC), length=length))
            time.sleep(0.1)

    name = next(name for name, task in rules._TASKS.items() if task.run is slow)
    commands.enqueue(name, {}, at=datetime.now(UTC))
    Worker(lease=length).run_until_idle()
    assert taken
    assert not any(taken)
    assert Job.objects.get().finished_at
