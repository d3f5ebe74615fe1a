from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet

from rapport.jobs.queue.models import Job, Sign

ALIVE = timedelta(seconds=60)
"""A worker not heard of for this long is taken for dead; a long job lets it speak less often, but not this seldom."""


def one(job_id: int) -> Job | None:
    """The job of this number, unless it was finished days ago or never was."""
    return Job.objects.filter(pk=job_id).first()


def unfinished() -> QuerySet[Job]:
    """Jobs that are waiting or being done, the one due first in front."""
    return Job.objects.filter(finished_at=None, parked_at=None).order_by("due_at", "id")


def parked() -> QuerySet[Job]:
    """Jobs that failed too often, the newest first; each says why."""
    return Job.objects.filter(parked_at__isnull=False).order_by("-parked_at", "-id")


@dataclass(frozen=True, slots=True)
class Page:
    """Some jobs, and the mark to ask for those after them ("": that was all)."""

    jobs: list[Job]
    more: str


def parked_page(*, after: str = "", limit: int = 50) -> Page:
    """Given up, the newest first."""
    found = parked().defer("answer")
    if mark := _mark(after):
        found = found.filter(parked_at__lte=mark[0]).exclude(parked_at=mark[0], id__gte=mark[1])
    return _page(list(found[: limit + 1]), limit, "parked_at")


def waiting_page(*, at: datetime, after: str = "", limit: int = 50) -> Page:
    """In nobody's hands, the one due first in front."""
    found = unfinished().filter(Q(leased_until=None) | Q(leased_until__lte=at)).defer("answer")
    if mark := _mark(after):
        found = found.filter(due_at__gte=mark[0]).exclude(due_at=mark[0], id__lte=mark[1])
    return _page(list(found[: limit + 1]), limit, "due_at")


def running(*, at: datetime) -> list[Job]:
    """In a worker's hands now, the longest in front."""
    held = unfinished().filter(leased_until__gt=at).defer("failure", "answer")
    return list(held.order_by("attempted_at", "id")[:100])


def parked_per_task() -> list[tuple[str, int]]:
    """How many jobs of each task were given up, the most in front."""
    counted = parked().order_by().values_list("task").annotate(n=Count("id"))
    return sorted(counted, key=lambda one: (-one[1], one[0]))


def _page(jobs: list[Job], limit: int, moment: str) -> Page:
    last = jobs[limit - 1] if len(jobs) > limit else None
    return Page(jobs[:limit], f"{getattr(last, moment).isoformat()}_{last.pk}" if last else "")


def _mark(given: str) -> tuple[datetime, int] | None:
    """A place in a list, as `_page` gave it; None for anything else."""
    moment, _, number = given.partition("_")
    try:
        at = datetime.fromisoformat(moment)
    except ValueError:
        return None
    return (at, int(number)) if at.tzinfo and number.isdecimal() and len(number) < 19 else None


def last_line(failure: str) -> str:
    """The end of a traceback, which says what happened; of a sentence, the sentence."""
    return (failure.strip().splitlines() or [""])[-1]


def workers(*, at: datetime) -> list[Sign]:
    """The workers that gave a sign of life of late, the longest at work in front."""
    return list(Sign.objects.filter(seen_at__gt=at - ALIVE).order_by("began_at", "worker"))


def newest_enqueued_at() -> datetime | None:
    """When the job that was put in last was put in; None where there never was one."""
    return Job.objects.order_by("-id").values_list("enqueued_at", flat=True).first()


def counts(*, at: datetime) -> dict[str, int]:
    """How many jobs there are in each state: waiting, running, parked."""
    return Job.objects.filter(finished_at=None).aggregate(
        waiting=Count("id", filter=Q(parked_at=None) & (Q(leased_until=None) | Q(leased_until__lt=at))),
        running=Count("id", filter=Q(parked_at=None, leased_until__gte=at)),
        parked=Count("id", filter=~Q(parked_at=None)),
    )
