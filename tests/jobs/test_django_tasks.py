"""Functions marked with the `@task` of django.tasks: put in with their cause, done by our worker."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from django_tasks import TaskResultStatus, task
from django_tasks.base import TaskContext
from django_tasks.exceptions import TaskResultDoesNotExist

from rapport.jobs.queue import queries
from rapport.jobs.queue.models import Job
from rapport.jobs.queue.tasks import Worker

pytestmark = pytest.mark.django_db
greeted: list[str] = []


@task()
def greet(name: str, *, polite: bool = False) -> str:
    greeted.append(name)
    return f"Good day, {name}" if polite else f"Hi {name}"


@task(takes_context=True)
def count_attempts(context: TaskContext) -> int:
    return context.attempt


@task()
async def wave() -> str:
    return "waved"


@task()
def stumble() -> None:
    raise ZeroDivisionError


@pytest.fixture(autouse=True)
def nobody_greeted() -> None:
    greeted.clear()


def test_a_task_is_done_and_its_answer_kept() -> None:
    result = greet.enqueue("Amina", polite=True)
    assert (result.status, result.attempts) == (TaskResultStatus.READY, 0)
    Worker().run_until_idle()
    result.refresh()
    assert (result.status, result.return_value) == (TaskResultStatus.SUCCESSFUL, "Good day, Amina")
    assert result.started_at
    assert greet.get_result(result.id).args == ["Amina"]
    assert result.attempts == 1


def test_a_task_exists_if_and_only_if_its_cause_does() -> None:
    with transaction.atomic():
        greet.enqueue("Amina")
        assert queries.unfinished().count() == 1
        transaction.set_rollback(True)
    assert not queries.unfinished().exists()


def test_a_task_waits_until_it_is_due_and_the_urgent_goes_first() -> None:
    now = datetime.now(UTC)
    greet.using(run_after=now + timedelta(hours=1)).enqueue("later")
    greet.using(priority=-5).enqueue("last")
    greet.enqueue("in the middle")
    greet.using(priority=50).enqueue("first")
    Worker().run_until_idle()
    assert greeted == ["first", "in the middle", "last"]


def test_a_worker_may_serve_one_queue_alone() -> None:
    greet.using(queue_name="letters").enqueue("Ben")
    assert Worker(queues=["phone"]).run_until_idle() == 0
    assert Worker(queues=["letters"]).run_until_idle() == 1


def test_a_task_is_told_its_attempt_and_may_be_a_coroutine() -> None:
    told, waved = count_attempts.enqueue(), wave.enqueue()
    Worker().run_until_idle()
    told.refresh()
    waved.refresh()
    assert (told.return_value, waved.return_value) == (1, "waved")


def test_a_failed_task_is_ready_again_and_says_what_went_wrong() -> None:
    result = stumble.enqueue()
    Worker().run_until_idle()
    result.refresh()
    assert result.status == TaskResultStatus.READY
    assert result.errors[0].exception_class is ZeroDivisionError
    Job.objects.update(attempts=100, due_at=datetime.now(UTC))
    Worker().run_until_idle()
    result.refresh()
    assert result.status == TaskResultStatus.FAILED


def test_a_result_that_is_not_there_is_said_to_be_so() -> None:
    for unknown in ("999999", "not a number", "9" * 40):
        with pytest.raises(TaskResultDoesNotExist):
            greet.get_result(unknown)
