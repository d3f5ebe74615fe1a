"""Writing down how duties fare."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import F

from rapport.jobs.duties.models import Firing, Trouble
from rapport.kernel.refusals import NotFound


def stumble(duty: str, reason: str, *, at: datetime) -> None:
    """Note that a duty failed; it is tried again."""
    if not Trouble.objects.filter(duty=duty).update(times=F("times") + 1, reason=reason[-10_000:]):
        Trouble.objects.get_or_create(duty=duty, defaults={"since_at": at, "reason": reason[-10_000:]})


def recover(duty: str) -> None:
    """The duty succeeded: nothing is wrong with it any more, unless it was stopped."""
    Trouble.objects.filter(duty=duty, stopped_at=None).delete()


@transaction.atomic
def stop(duty: str, reason: str, *, at: datetime) -> bool:
    """Stop a duty until somebody lets it go on; False if it was stopped already."""
    trouble, is_new = Trouble.objects.select_for_update().get_or_create(
        duty=duty, defaults={"since_at": at, "reason": reason, "stopped_at": at}
    )
    if is_new or trouble.stopped_at:
        return is_new
    trouble.reason, trouble.stopped_at = reason, at
    trouble.save(update_fields=["reason", "stopped_at"])
    return True


@transaction.atomic
def let_go_on(duty: str) -> None:
    """Let a stopped duty go on, with a new budget."""
    if not Trouble.objects.filter(duty=duty).exclude(stopped_at=None).delete()[0]:
        raise NotFound("Nothing of this name was stopped.", field="duty", value=duty)
    Firing.objects.filter(duty=duty).delete()


@transaction.atomic
def spend(duty: str, subjects: Iterable[str], *, at: datetime) -> tuple[str, int]:
    """Count one more run for each subject within this hour; who has had the most, and how many."""
    hour_at, counts = at.replace(minute=0, second=0, microsecond=0), Counter(subjects)
    known = Firing.objects.filter(duty=duty, hour_at=hour_at, subject__in=list(counts))
    for firing in known:
        counts[firing.subject] += firing.times
    Firing.objects.bulk_create(
        [Firing(duty=duty, subject=one, hour_at=hour_at, times=n) for one, n in sorted(counts.items())],
        update_conflicts=True,
        unique_fields=["duty", "subject", "hour_at"],
        update_fields=["times"],
        batch_size=1_000,
    )
    return max(counts.items(), key=lambda one: one[1], default=("", 0))


def tidy(*, before: datetime) -> None:
    """Forget what was counted before this moment."""
    Firing.objects.filter(hour_at__lt=before).delete()
