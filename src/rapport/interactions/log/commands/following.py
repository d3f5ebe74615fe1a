"""Readers of the log: what is derived from its rows, by cursor, each row once."""

from collections.abc import Callable

from django.db import connection, transaction
from django.db.models import Count, Max, Min, Q, QuerySet, Sum
from django.db.models.functions import TruncDate

from rapport.customers.directory import commands as directory
from rapport.customers.directory.commands import writing
from rapport.interactions.log.models import DayCount, Interaction, LogCursor
from rapport.kernel.kinds import MONEY_KINDS, PURCHASE

READER = "activity"
STEP = 20_000
_DAY = ("day", "kind", "channel", "touchpoint_id")


@transaction.atomic
def advance(reader: str, take: Callable[[QuerySet[Interaction]], None], *, step: int = STEP) -> int:
    """Hand the next rows of the log to a reader and move its cursor, in one transaction; how far it moved.

    The order of ids is that of commits, so a row that was not there yet is never passed over. Whatever `take`
    writes to the database it writes once; what it does outside it must be able to do again.
    """
    LogCursor.objects.get_or_create(reader=reader)
    cursor = LogCursor.objects.select_for_update().get(reader=reader)
    following = Interaction.objects.filter(id__gt=cursor.position).order_by("id")
    first = following.values_list("id", flat=True).first()
    if first is None:
        return 0
    newest: int = Interaction.objects.aggregate(newest=Max("id"))["newest"]
    upto = min(newest, first + step - 1)
    take(Interaction.objects.filter(id__gt=cursor.position, id__lte=upto).order_by("id"))
    read = upto - cursor.position
    cursor.position = upto
    cursor.save(update_fields=["position"])
    return read


def catch_up(progress: Callable[[int], None] | None = None) -> int:
    """Bring activity and spend up to the end of the log; how many rows were read."""
    read = 0
    while step := _step():
        read += step
        if progress:
            progress(read)
    return read


@transaction.atomic
def _step() -> int:
    directory.lock_writers()
    return advance(READER, lambda rows: directory.add_activity(activity_of(rows), spend_of(rows)))


def activity_of(rows: QuerySet[Interaction]) -> list[directory.ActivityDelta]:
    """How often and when each identifier occurs among these rows."""
    found = (
        rows.exclude(identifier=None)
        .order_by()
        .values_list("identifier_id")
        .annotate(n=Count("id"), first=Min("occurred_at"), last=Max("occurred_at"))
    )
    return [directory.ActivityDelta(*row) for row in found]


def spend_of(rows: QuerySet[Interaction]) -> list[directory.SpendDelta]:
    """What each identifier bought, less what it got back, among these rows, per currency."""
    found = (
        rows.filter(kind__in=MONEY_KINDS, amount_minor__isnull=False)
        .exclude(identifier=None)
        .order_by()
        .values_list("identifier_id", "currency")
        .annotate(n=Count("id", filter=Q(kind=PURCHASE)), minor=Sum("amount_minor"))
    )
    return [directory.SpendDelta(*row) for row in found]


@transaction.atomic
def rebuild() -> None:
    """Make everything derived from the log anew: counts per day, activity, spend, what lists sort by."""
    directory.lock_writers()
    forgotten = DayCount.objects.filter(forgotten__gt=0).values_list(*_DAY, "forgotten")
    gone = {row[:-1]: row[-1] for row in forgotten}
    DayCount.objects.all().delete()
    days = (
        Interaction.objects.order_by()
        .annotate(day=TruncDate("occurred_at"))
        .values_list("day", "kind", "channel", "touchpoint_id")
        .annotate(n=Count("id"))
    )
    held = {(d, k, c, t or 0): n for d, k, c, t, n in days}
    DayCount.objects.bulk_create(
        (
            DayCount(
                **dict(zip(_DAY, day, strict=True)),
                interactions=held.get(day, 0) + gone.get(day, 0),
                forgotten=gone.get(day, 0),
            )
            for day in sorted(held.keys() | gone.keys())
        ),
        batch_size=writing.CHUNK,
    )
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM customers_activity")
        cursor.execute("DELETE FROM customers_spend")
    LogCursor.objects.update_or_create(reader=READER, defaults={"position": 0})
    while _step():
        pass


def now_counted(identifier_ids: list[int]) -> None:
    """Count these identifiers anew from the log as it stands; the cursor must be at its end."""
    activity: list[directory.ActivityDelta] = []
    spend: list[directory.SpendDelta] = []
    for chunk in writing.chunks(identifier_ids):
        rows = Interaction.objects.filter(identifier_id__in=chunk)
        activity += activity_of(rows)
        spend += spend_of(rows)
    directory.recount_activity(identifier_ids, activity, spend)
