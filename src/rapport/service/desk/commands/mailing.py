"""Telling colleagues by mail, as they chose: at most one mail each in ten minutes, and none for what they saw."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from rapport.service.desk.models import Notification
from rapport.service.desk.rules.notices import Told

MAIL = "desk.mail_notifications"
MAILS_APART = timedelta(minutes=10)
TRY_AGAIN_AFTER = timedelta(minutes=5)
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Post:
    """What one colleague is to be told in one mail."""

    address: str
    told: tuple[Told, ...]
    numbers: tuple[int, ...]


@transaction.atomic
def take_due(*, at: datetime) -> list[Post]:
    """Take what is due in hand, colleague by colleague: from here on it counts as told, so nobody tells it twice."""
    due = Notification.objects.select_for_update(of=("self",)).filter(mail_due_at__lte=at, seen_at=None)
    rows = list(due.select_related("staff").order_by("mail_due_at", "id")[:_AT_ONCE])
    lately = set(
        Notification.objects.filter(
            staff_id__in={one.staff_id for one in rows}, mailed_at__gt=at - MAILS_APART
        ).values_list("staff_id", flat=True)
    )
    posts: dict[int, list[Notification]] = {}
    for one in rows:
        if one.staff_id not in lately and one.staff.is_active:
            posts.setdefault(one.staff_id, []).append(one)
    taken = [one.pk for some in posts.values() for one in some]
    Notification.objects.filter(pk__in=taken).update(mail_due_at=None, mailed_at=at)
    Notification.objects.filter(pk__in=[one.pk for one in rows if not one.staff.is_active]).update(
        mail_due_at=None
    )
    return [
        Post(
            some[0].staff.email,
            tuple(Told(one.kind, one.case_id, one.times) for one in some),
            tuple(one.pk for one in some),
        )
        for some in posts.values()
    ]


def put_back(post: Post, *, at: datetime) -> None:
    """It could not be told: try again in a while, unless it is seen meanwhile."""
    Notification.objects.filter(pk__in=post.numbers, seen_at=None).update(
        mailed_at=None, mail_due_at=at + TRY_AGAIN_AFTER
    )
