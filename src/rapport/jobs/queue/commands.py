"""The acts of the queue. All moments are given; nothing here reads the clock."""

from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import F, Q

from rapport.jobs.queue import rules
from rapport.jobs.queue.models import Job
from rapport.jobs.queue.rules import Leased
from rapport.kernel.refusals import NotFound, Refusal


class LeaseLost(Refusal):
    """The job is in another worker's hands, or done: what this worker says of it counts no more."""


class NotParked(Refusal):
    """Only a parked job can be tried anew by hand."""


def enqueue(
    task: str, arguments: dict[str, Any], *, at: datetime, due_at: datetime | None = None, key: str = ""
) -> int:
    """Put a job in, inside the transaction of its cause: it exists if and only if the cause does.

    With a `key`, an unfinished job that bears it is returned instead of a second one.
    """
    try:
        with transaction.atomic():
            job = Job.objects.create(
                task=task, arguments=arguments, key=key, enqueued_at=at, due_at=due_at or at
            )
    except IntegrityError:
        job = Job.objects.get(key=key, finished_at=None, parked_at=None)
    return job.pk


@transaction.atomic
def lease(worker: str, *, at: datetime, length: timedelta = rules.LEASE) -> Leased | None:
    """Take the job that has been due longest and is in nobody's hands; None when there is nothing to do."""
    free = Job.objects.filter(finished_at=None, parked_at=None, due_at__lte=at)
    free = free.filter(Q(leased_until=None) | Q(leased_until__lte=at)).order_by("due_at", "id")
    can_skip = connection.features.has_select_for_update_skip_locked
    job = free.select_for_update(skip_locked=can_skip).first()
    if job is None:
        return None
    job.fence += 1
    job.attempts += 1
    job.worker, job.leased_until = worker[:80], at + length
    job.save(update_fields=["fence", "attempts", "worker", "leased_until"])
    return Leased(job.pk, job.task, job.arguments, job.attempts, job.fence, job.leased_until)


def extend(job: Leased, *, at: datetime, length: timedelta = rules.LEASE) -> None:
    """Hold the job a while longer."""
    _write(job, leased_until=at + length)


def finish(job: Leased, *, at: datetime) -> None:
    """The job is done."""
    _write(job, finished_at=at, leased_until=None, failure="")


def release(job: Leased, *, at: datetime) -> None:
    """Give an unfinished job back for whoever comes next; the attempt does not count."""
    _write(job, due_at=at, leased_until=None, attempts=F("attempts") - 1)


def fail(job: Leased, reason: str, *, at: datetime, luck: float, is_hopeless: bool = False) -> None:
    """Try again after a pause, or park the job with its reason after the last attempt."""
    if is_hopeless or job.attempt >= rules.MOST_ATTEMPTS:
        _write(job, parked_at=at, leased_until=None, failure=reason[:10_000])
    else:
        due_at = at + rules.pause(job.attempt, luck)
        _write(job, due_at=due_at, leased_until=None, failure=reason[:10_000])


@transaction.atomic
def retry(job_id: int, *, at: datetime) -> None:
    """Let a parked job be tried anew, from the first attempt."""
    job = Job.objects.select_for_update().filter(pk=job_id).first()
    if job is None:
        raise NotFound("There is no such job.", field="job", value=job_id)
    if job.parked_at is None:
        raise NotParked(f"Job {job_id} is not parked.", field="job", value=job_id)
    job.parked_at, job.attempts, job.due_at = None, 0, at
    job.save(update_fields=["parked_at", "attempts", "due_at"])


def drop(key: str, *, at: datetime) -> int:
    """Take every unfinished job with this key out of the queue; how many there were."""
    jobs = Job.objects.filter(key=key, finished_at=None, parked_at=None)
    return jobs.update(finished_at=at, leased_until=None, fence=F("fence") + 1, failure="no longer wanted")


def _write(job: Leased, **values: Any) -> None:
    held = Job.objects.filter(pk=job.id, fence=job.fence, finished_at=None, parked_at=None)
    if not held.update(**values):
        raise LeaseLost(f"Job {job.id} is no longer in this worker's hands.", field="job", value=job.id)
