"""The acts of the queue. All moments are given; nothing here reads the clock."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import F, Max, Q, QuerySet

from rapport.jobs.queue import rules
from rapport.jobs.queue.models import Job, Sign
from rapport.jobs.queue.rules import Failure, Leased, Outcome, Wanted
from rapport.kernel.refusals import NotFound, Refusal


class LeaseLost(Refusal):
    """The job is in another worker's hands, or done: what this worker says of it counts no more."""


class NotParked(Refusal):
    """Only a parked job can be tried anew by hand."""


class AlreadyWaiting(Refusal):
    """The same work waits or runs already, so there is nothing to try anew."""


def enqueue(
    task: str, arguments: dict[str, Any], *, at: datetime, due_at: datetime | None = None, key: str = ""
) -> int:
    """Put a job in, inside the transaction of its cause: it exists if and only if the cause does.

    With a `key`, an unfinished job that bears it is returned instead of a second one.
    """
    return put(Wanted(task, arguments, due_at, key), at=at)


def put(wanted: Wanted, *, at: datetime) -> int:
    """`enqueue` with everything that may be said of a job; its number."""
    if not wanted.key:
        return put_many([wanted], at=at)[0]
    try:
        with transaction.atomic():
            return put_many([wanted], at=at)[0]
    except IntegrityError:
        return Job.objects.get(key=wanted.key, finished_at=None, parked_at=None).pk


def put_many(wanted: Iterable[Wanted], *, at: datetime) -> list[int]:
    """Put many jobs in with few statements, inside the transaction of their cause; their numbers."""
    jobs = [
        Job(
            task=one.task,
            arguments=one.arguments,
            key=one.key,
            priority=one.priority,
            queue=one.queue,
            enqueued_at=at,
            due_at=one.due_at or at,
        )
        for one in wanted
    ]
    return [job.pk for job in Job.objects.bulk_create(jobs, batch_size=1_000)]


def lease(
    worker: str,
    *,
    at: datetime,
    length: timedelta = rules.LEASE,
    most: int = 1,
    queues: Sequence[str] = (),
) -> list[Leased]:
    """Take what has been due longest and is in nobody's hands: one job, or up to `most` short ones.

    The attempt counts from here on, so a job that ends its worker each time is parked at last.
    """
    if not _free(at, queues).exists():
        return []
    with transaction.atomic():
        found = _first_due(at, queues, most)
        _park_deadly([job for job in found if job.attempts >= rules.MOST_ATTEMPTS], at)
        found = [job for job in found if job.attempts < rules.MOST_ATTEMPTS]
        taken = [found[place] for place in rules.together([(job.task, job.attempts) for job in found])]
        until = at + length
        Job.objects.filter(id__in=[job.pk for job in taken]).update(
            fence=F("fence") + 1,
            attempts=F("attempts") + 1,
            worker=worker[:80],
            attempted_at=at,
            leased_until=until,
        )
    return [Leased(j.pk, j.task, j.arguments, j.attempts + 1, j.fence + 1, until) for j in taken]


def _free(at: datetime, queues: Sequence[str]) -> QuerySet[Job]:
    free = Job.objects.filter(finished_at=None, parked_at=None, due_at__lte=at)
    is_strange = Q(leased_until__gt=at + rules.STRANGE)
    free = free.filter(Q(leased_until=None) | Q(leased_until__lte=at) | is_strange)
    return free.filter(queue__in=queues) if queues else free


def _first_due(at: datetime, queues: Sequence[str], most: int) -> list[Job]:
    """The first due of the highest priority that has any; asked priority by priority, as the index lies."""
    can_skip = connection.features.has_select_for_update_skip_locked
    waiting = Job.objects.filter(finished_at=None, parked_at=None)
    priority = waiting.aggregate(highest=Max("priority"))["highest"]
    while priority is not None:
        free = _free(at, queues).filter(priority=priority).order_by("due_at", "id")
        free = free.defer("failure", "answer").select_for_update(skip_locked=can_skip)
        if found := list(free[:most]):
            return found
        priority = waiting.filter(priority__lt=priority).aggregate(highest=Max("priority"))["highest"]
    return []


def _park_deadly(jobs: list[Job], at: datetime) -> None:
    if jobs:
        Job.objects.filter(id__in=[job.pk for job in jobs]).update(
            parked_at=at, leased_until=None, fence=F("fence") + 1, failure=rules.DIED
        )


def hold(jobs: Sequence[Leased]) -> list[Leased]:
    """Those of the jobs that are still ours, locked until the transaction ends: nobody can lease them meanwhile."""
    rows = Job.objects.select_for_update().filter(id__in=[job.id for job in jobs], parked_at=None)
    fences = dict(rows.filter(finished_at=None).order_by("id").values_list("id", "fence"))
    return [job for job in jobs if fences.get(job.id) == job.fence]


def extend(job: Leased, *, at: datetime, length: timedelta = rules.LEASE) -> None:
    """Hold the job a while longer."""
    _write(job, leased_until=at + length)


def settle(outcomes: Sequence[Outcome], *, at: datetime, luck: float) -> None:
    """Write down what became of jobs that this transaction holds (`hold`): the done ones with one statement."""
    plain = [o for o in outcomes if o.failure is None and not o.is_unfinished and o.answer is None]
    if plain:
        done = Job.objects.filter(id__in=[outcome.job.id for outcome in plain])
        done.update(finished_at=at, leased_until=None, failure="", error_class="")
    for outcome in outcomes:
        if outcome.is_unfinished:
            release(outcome.job, at=at)
        elif outcome.failure is not None:
            fail(outcome.job, outcome.failure, at=at, luck=luck)
        elif outcome.answer is not None:
            finish(outcome.job, at=at, answer=outcome.answer)


def finish(job: Leased, *, at: datetime, answer: Any = None) -> None:
    """The job is done."""
    _write(job, finished_at=at, leased_until=None, failure="", error_class="", answer=answer)


def release(job: Leased, *, at: datetime) -> None:
    """Give an unfinished job back for whoever comes next; the attempt does not count."""
    _write(job, due_at=at, leased_until=None, attempts=F("attempts") - 1)


def hand_back(jobs: Sequence[Leased]) -> None:
    """Give back jobs that this transaction holds and that were not begun: they keep their place."""
    if jobs:
        rows = Job.objects.filter(id__in=[job.id for job in jobs])
        rows.update(leased_until=None, attempts=F("attempts") - 1)


def fail(job: Leased, failure: Failure, *, at: datetime, luck: float) -> None:
    """Try again after a pause, or park the job with its reason after the last attempt."""
    why = {"failure": failure.reason[-10_000:], "error_class": failure.error_class[:200]}
    if failure.is_hopeless or job.attempt >= rules.MOST_ATTEMPTS:
        _write(job, parked_at=at, leased_until=None, **why)
    else:
        _write(job, due_at=at + rules.pause(job.attempt, luck), leased_until=None, **why)


@transaction.atomic
def retry(job_id: int, *, at: datetime) -> str:
    """Let a parked job be tried anew, from the first attempt; its task."""
    job = Job.objects.select_for_update().filter(pk=job_id).first()
    if job is None:
        raise NotFound("There is no such job.", field="job", value=job_id)
    if job.parked_at is None:
        raise NotParked(f"Job {job_id} is not parked.", field="job", value=job_id)
    try:
        with transaction.atomic():
            Job.objects.filter(pk=job_id).update(**_anew(at))
    except IntegrityError as error:
        raise AlreadyWaiting("The same work waits or runs already.", field="job", value=job_id) from error
    return job.task


@transaction.atomic
def retry_all(task: str, *, at: datetime) -> int:
    """Let every parked job of a task be tried anew, save those whose work waits already; how many."""
    parked = Job.objects.filter(task=task).exclude(parked_at=None)
    count = parked.filter(key="").update(**_anew(at))
    for job_id in parked.exclude(key="").order_by("id").values_list("id", flat=True):
        with suppress(AlreadyWaiting):
            retry(job_id, at=at)
            count += 1
    return count


def _anew(at: datetime) -> dict[str, Any]:
    return {"parked_at": None, "attempts": 0, "due_at": at}


def drop(key: str, *, at: datetime) -> int:
    """Take every unfinished job with this key out of the queue; how many there were."""
    jobs = Job.objects.filter(key=key, finished_at=None, parked_at=None)
    return jobs.update(finished_at=at, leased_until=None, fence=F("fence") + 1, failure="no longer wanted")


def tidy(*, before: datetime) -> int:
    """Forget jobs that were finished before this moment, and workers not heard of since; how many jobs."""
    Sign.objects.filter(seen_at__lt=before).delete()
    old = Job.objects.filter(finished_at__lt=before)
    return old.delete()[0]


def show_sign(worker: str, *, at: datetime) -> None:
    """Say that this worker lives."""
    Sign.objects.update_or_create(
        worker=worker[:80], defaults={"seen_at": at}, create_defaults={"began_at": at, "seen_at": at}
    )


def sign_off(worker: str) -> None:
    """The worker stopped as it was asked to."""
    Sign.objects.filter(worker=worker[:80]).delete()


def _write(job: Leased, **values: Any) -> None:
    held = Job.objects.filter(pk=job.id, fence=job.fence, finished_at=None, parked_at=None)
    if not held.update(**values):
        raise LeaseLost(f"Job {job.id} is no longer in this worker's hands.", field="job", value=job.id)
