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
    cursor, _ = LogCursor.objects.get_or_create(reader=READER)
    newest = Interaction.objects.aggregate(newest=Max("id"))["newest"] or 0
    upto = min(newest, cursor.position + STEP)
    if upto <= cursor.position:
        return 0
    rows = Interaction.objects.filter(id__gt=cursor.position, id__lte=upto)
    directory.add_activity(activity_of(rows), spend_of(rows))
    read = upto - cursor.position
    cursor.position = upto
    cursor.save(update_fields=["position"])
    return read


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
    DayCount.objects.all().delete()
    days = (
        Interaction.objects.order_by()
        .annotate(day=TruncDate("occurred_at"))
        .values_list("day", "kind", "channel", "touchpoint_id")
        .annotate(n=Count("id"))
    )
    DayCount.objects.bulk_create(
        (DayCount(day=d, kind=k, channel=c, touchpoint_id=t or 0, interactions=n) for d, k, c, t, n in days),
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
