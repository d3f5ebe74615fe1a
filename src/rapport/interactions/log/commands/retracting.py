"""Taking back what an import brought to the log."""

from collections import Counter

from django.db import transaction
from django.db.models import Count
from django.db.models.functions import TruncDate

from rapport.customers.consent import commands as consent
from rapport.customers.directory import commands as directory
from rapport.interactions.log.commands import following
from rapport.interactions.log.commands.recording import count_days
from rapport.interactions.log.models import DayCount, Interaction


@transaction.atomic
def take_back(import_id: int) -> int:
    """Remove every interaction of an import, and of the directory what only it brought; the rows removed."""
    directory.lock_writers()
    following.catch_up()
    rows = Interaction.objects.filter(imported_by_id=import_id)
    touched = list(rows.exclude(identifier=None).values_list("identifier_id", flat=True).distinct())
    count_days(_days(import_id))
    DayCount.objects.filter(interactions=0).delete()
    removed, _ = rows.delete()
    following.now_counted([one for one in touched if one is not None])
    consent.forget_batch(import_id)
    directory.forget_batch(import_id)
    return removed


def _days(import_id: int) -> Counter[tuple[str, str, str, int]]:
    counted = (
        Interaction.objects.filter(imported_by_id=import_id)
        .order_by()
        .annotate(day=TruncDate("occurred_at"))
        .values_list("day", "kind", "channel", "touchpoint_id")
        .annotate(n=Count("id"))
    )
    return Counter(
        {(day.isoformat(), kind, channel, touch or 0): -n for day, kind, channel, touch, n in counted}
    )
