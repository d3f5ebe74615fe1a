from django.db.models import QuerySet

from rapport.jobs.queue.models import Job


def unfinished() -> QuerySet[Job]:
    """Jobs that are waiting or being done, the one due first in front."""
    return Job.objects.filter(finished_at=None, parked_at=None).order_by("due_at", "id")


def parked() -> QuerySet[Job]:
    """Jobs that failed too often, the newest first; each says why."""
    return Job.objects.exclude(parked_at=None).order_by("-parked_at", "-id")
