"""Telling screens that something happened: once for a stretch of the log, however many rows it has."""

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction
from django.db.models import Max, QuerySet

from rapport.interactions.log.commands import following
from rapport.interactions.log.models import Interaction, LogCursor
from rapport.live.events import commands as live
from rapport.live.events.rules import News

READER = "live"
PERMISSION = "interactions.view"
MOST_CUSTOMERS = 200
"""With more at once, every screen that shows a customer is told to look."""


def tell_new(*, at: datetime) -> int:
    """Tell of what the log took in since the last time; how many rows were passed."""
    read = 0
    while step := _step(at):
        read += step
    if read:
        live.prune(at=at)
    return read


@transaction.atomic
def _step(at: datetime) -> int:
    newest = Interaction.objects.aggregate(newest=Max("id"))["newest"] or 0
    cursor, is_first = LogCursor.objects.get_or_create(reader=READER, defaults={"position": newest})
    if is_first:
        return 0
    if newest - cursor.position > following.STEP:
        return _skip(cursor, newest, at)
    return following.advance(READER, lambda rows: live.tell(_news(rows), at=at))


def _skip(cursor: LogCursor, newest: int, at: datetime) -> int:
    """So much came in that one look of every screen is cheaper than to say who is concerned."""
    passed = newest - cursor.position
    LogCursor.objects.filter(reader=READER).update(position=newest)
    live.tell([News("customer", PERMISSION), News("log", PERMISSION)], at=at)
    return passed


def _news(rows: QuerySet[Interaction]) -> Iterator[News]:
    departments = rows.order_by().values_list("touchpoint__department", flat=True).distinct()
    yield from (News("log", PERMISSION, department or "") for department in departments)
    known = rows.exclude(identifier=None).order_by()
    concerned = known.values_list("identifier__customer_id", "touchpoint__department").distinct()
    found = list(concerned[: MOST_CUSTOMERS + 1])
    if len(found) > MOST_CUSTOMERS:
        yield News("customer", PERMISSION)
        return
    yield from (News(f"customer:{one}", PERMISSION, department or "") for one, department in found)
