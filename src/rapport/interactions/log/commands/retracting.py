"""Taking back what an import brought to the log."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

import msgspec
from django.db import transaction
from django.db.models import Count, Max, QuerySet
from django.db.models.functions import TruncDate

from rapport.customers.consent import commands as consent
from rapport.customers.directory import commands as directory
from rapport.interactions.log.commands import following, indexing
from rapport.interactions.log.commands.recording import count_days
from rapport.interactions.log.models import DayCount, Interaction, Removal


@transaction.atomic
def take_back(import_id: int, *, at: datetime) -> int:
    """Remove every interaction of an import, and of the directory what only it brought; the rows removed."""
    directory.lock_writers()
    following.catch_up()
    rows = Interaction.objects.filter(imported_by_id=import_id)
    touched = list(rows.exclude(identifier=None).values_list("identifier_id", flat=True).distinct())
    count_days(_days(import_id))
    DayCount.objects.filter(interactions=0).delete()
    note_removal(Removed(import_id=import_id), at=at)
    removed, _ = rows.delete()
    following.now_counted([one for one in touched if one is not None])
    consent.forget_batch(import_id)
    directory.forget_batch(import_id)
    return removed


class Removed(msgspec.Struct, frozen=True):
    """Which rows leave the log: those of an import, of identifiers, or of kinds (and a source) before a moment."""

    import_id: int = 0
    identifier_ids: Sequence[int] = ()
    kinds: Sequence[str] = ()
    source_id: int = 0
    before: datetime | None = None
    upto: int = 0
    above: int = 0
    """Nothing up to this id is left of them: it need not be looked through again."""


def note_removal(removed: Removed, *, at: datetime) -> int:
    """Tell whoever derives from the log that rows are about to leave it; in the transaction that removes them.

    They leave the search index at once. Without an `upto` of their own, all such rows that the log holds now are gone.
    Gives back the number of the note.
    """
    upto = removed.upto or Interaction.objects.aggregate(newest=Max("id"))["newest"] or 0
    note = Removal.objects.create(
        import_id=removed.import_id,
        identifier_ids=list(removed.identifier_ids),
        kinds=list(removed.kinds),
        source_id=removed.source_id,
        before=removed.before,
        upto=upto,
        removed_at=at,
    )
    indexing.leave(_rows(removed).filter(id__gt=removed.above, id__lte=upto))
    return note.pk


def _rows(removed: Removed) -> QuerySet[Interaction]:
    if removed.import_id:
        return Interaction.objects.filter(imported_by_id=removed.import_id)
    if removed.before is None:
        return Interaction.objects.filter(identifier_id__in=removed.identifier_ids)
    aged = Interaction.objects.filter(kind__in=removed.kinds, occurred_at__lt=removed.before)
    return aged.filter(source_id=removed.source_id) if removed.source_id else aged


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
