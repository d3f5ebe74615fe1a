from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db.models import Count, F, Max, QuerySet, Sum
from django.db.models.functions import Coalesce, TruncDate

from rapport.interactions.log.models import DayCount, Interaction, LogCursor, RetentionRule, Source
from rapport.staff.roles.rules import Reach


@dataclass(frozen=True, slots=True)
class DayTotal:
    """How many interactions happened on one day (UTC)."""

    day: date
    interactions: int


@dataclass(frozen=True, slots=True)
class KindTotal:
    """How many interactions of one kind happened."""

    kind: str
    interactions: int


@dataclass(frozen=True, slots=True)
class Kept:
    """A row of the log, for whoever tells something from many of them."""

    id: int
    identifier_id: int | None
    touchpoint_id: int | None
    channel: str
    occurred_at: datetime
    properties: dict[str, Any]


_KEPT = ("id", "identifier_id", "touchpoint_id", "channel", "occurred_at", "properties")
_KEPT_AT_ONCE = 2_000


def brought_by(import_id: int, *, above: int = 0) -> Iterator[Kept]:
    """The rows that an import brought, in the order of the log, from behind the row `above`."""
    rows = Interaction.objects.filter(imported_by_id=import_id).order_by("id")
    while some := list(rows.filter(id__gt=above).values_list(*_KEPT)[:_KEPT_AT_ONCE]):
        yield from (Kept(*one) for one in some)
        above = some[-1][0]


def rows(ids: Collection[int]) -> list[Kept]:
    """These rows, of as many as a statement holds, in the order of the log."""
    found = Interaction.objects.filter(pk__in=ids).order_by("id")
    return [Kept(*one) for one in found.values_list(*_KEPT)]


def count(kind: str = "", *, reach: Reach) -> int:
    """How many interactions within reach the log holds, of one kind or of all; read from the counts per day."""
    days = DayCount.objects.seen_by(reach)
    days = days.filter(kind=kind) if kind else days
    held = days.aggregate(n=Sum(F("interactions") - F("forgotten")))["n"]
    return held or 0


def by_day(
    until: date, *, days: int, reach: Reach, kinds: Collection[str] = (), touchpoint_id: int | None = None
) -> list[DayTotal]:
    """The `days` days up to and with `until`, oldest first; a day without interactions counts nought."""
    found = _counts(until, days, reach)
    if touchpoint_id is not None:
        found = found.filter(touchpoint_id=touchpoint_id)
    if kinds:
        found = found.filter(kind__in=kinds)
    totals = dict(found.values_list("day").annotate(n=Sum("interactions")))
    first = until - timedelta(days=days - 1)
    return [
        DayTotal(day, totals.get(day, 0))
        for day in (first + timedelta(days=passed) for passed in range(days))
    ]


def by_kind(until: date, *, days: int, reach: Reach, touchpoint_id: int | None = None) -> list[KindTotal]:
    """What happened in the `days` days up to and with `until`, the most frequent kind first."""
    counts = _counts(until, days, reach)
    if touchpoint_id is not None:
        counts = counts.filter(touchpoint_id=touchpoint_id)
    found = counts.values_list("kind").annotate(n=Sum("interactions"))
    return [KindTotal(kind, n) for kind, n in found.order_by("-n", "kind")]


def at_touchpoints(until: date, *, days: int, reach: Reach) -> dict[int, int]:
    """Interactions per touchpoint in the `days` days up to and with `until`; those at none are left out."""
    found = _counts(until, days, reach).exclude(touchpoint_id=0)
    return dict(found.values_list("touchpoint_id").annotate(n=Sum("interactions")))


def _counts(until: date, days: int, reach: Reach) -> QuerySet[DayCount]:
    return DayCount.objects.seen_by(reach).filter(day__gt=until - timedelta(days=days), day__lte=until)


def rows_behind(readers: Iterable[str]) -> dict[str, int]:
    """How many rows (by number: those that left the log count too) each reader has before it."""
    newest = Interaction.objects.aggregate(newest=Max("id"))["newest"] or 0
    positions = dict(LogCursor.objects.values_list("reader", "position"))
    return {reader: max(0, newest - positions.get(reader, 0)) for reader in readers}


def miscounted() -> int:
    """How many counts per day differ from a recount of the whole log; 0 is right. Reads every row."""
    cell = ("day", "kind", "channel", "place")
    rows = Interaction.objects.annotate(
        day=TruncDate("occurred_at", tzinfo=UTC), place=Coalesce("touchpoint_id", 0)
    )
    counted = {tuple(one[:4]): one[4] for one in rows.values_list(*cell).annotate(n=Count("id")).order_by()}
    held = DayCount.objects.annotate(place=F("touchpoint_id"), n=F("interactions") - F("forgotten"))
    kept = {tuple(one[:4]): one[4] for one in held.exclude(n=0).values_list(*cell, "n").order_by()}
    return len(set(counted.items()) ^ set(kept.items()))


def retention_rules() -> list[RetentionRule]:
    """How long interactions are kept: every rule, the oldest first; what no rule names is kept for good."""
    return list(RetentionRule.objects.select_related("source").order_by("id"))


def sources() -> list[tuple[int, str]]:
    """Every source with its number, by name."""
    return list(Source.objects.order_by("name").values_list("id", "name"))
