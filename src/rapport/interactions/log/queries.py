from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import QuerySet, Sum

from rapport.interactions.log.models import DayCount


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


def count(kind: str = "") -> int:
    """How many interactions the log holds, of one kind or of all; read from the counts per day."""
    days = DayCount.objects.filter(kind=kind) if kind else DayCount.objects.all()
    return days.aggregate(n=Sum("interactions"))["n"] or 0


def by_day(
    until: date, *, days: int, kinds: Collection[str] = (), touchpoint_id: int | None = None
) -> list[DayTotal]:
    """The `days` days up to and with `until`, oldest first; a day without interactions counts nought."""
    found = _counts(until, days, touchpoint_id)
    if kinds:
        found = found.filter(kind__in=kinds)
    totals = dict(found.values_list("day").annotate(n=Sum("interactions")))
    first = until - timedelta(days=days - 1)
    return [
        DayTotal(day, totals.get(day, 0))
        for day in (first + timedelta(days=passed) for passed in range(days))
    ]


def by_kind(until: date, *, days: int, touchpoint_id: int | None = None) -> list[KindTotal]:
    """What happened in the `days` days up to and with `until`, the most frequent kind first."""
    found = _counts(until, days, touchpoint_id).values_list("kind").annotate(n=Sum("interactions"))
    return [KindTotal(kind, n) for kind, n in found.order_by("-n", "kind")]


def at_touchpoints(until: date, *, days: int) -> dict[int, int]:
    """Interactions per touchpoint in the `days` days up to and with `until`; those at none are left out."""
    found = _counts(until, days, None).exclude(touchpoint_id=0)
    return dict(found.values_list("touchpoint_id").annotate(n=Sum("interactions")))


def _counts(until: date, days: int, touchpoint_id: int | None) -> QuerySet[DayCount]:
    found = DayCount.objects.filter(day__gt=until - timedelta(days=days), day__lte=until)
    return found if touchpoint_id is None else found.filter(touchpoint_id=touchpoint_id)
