from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import connection, transaction

from rapport.live.events.models import Event
from rapport.live.events.rules import News

KEPT = timedelta(days=1)
"""A screen that slept longer is told that it may be out of date."""
_PRUNED_AT_ONCE = 10_000


@transaction.atomic(savepoint=False)
def tell(news: Iterable[News], *, at: datetime) -> None:
    """Tell screens that something changed, in the transaction of its cause: undone with it, heard after its commit.

    In plain SQL: several are told for every word that is said, and the ORM takes longer to phrase than to write them.
    """
    turn = "pg_current_xact_id()::text::bigint" if connection.vendor == "postgresql" else "NULL"
    moment = connection.ops.adapt_datetimefield_value(at)
    rows = [(one.topic, one.permission, one.department, moment) for one in dict.fromkeys(news)]
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO live_event (topic, permission, department, at, turn) VALUES (%s, %s, %s, %s, {turn})",  # noqa: S608 - our own words
                rows,
            )


@transaction.atomic
def prune(*, at: datetime) -> int:
    """Let go of events older than a day; the newest one stays, so that cursors go on from it. How many went."""
    newest = Event.objects.order_by("-id").values_list("id", flat=True).first() or 0
    old = Event.objects.filter(at__lt=at - KEPT, id__lt=newest).order_by("id").values_list("id", flat=True)
    ids = list(old[:_PRUNED_AT_ONCE])
    return Event.objects.filter(id__in=ids).delete()[0]
