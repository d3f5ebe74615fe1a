"""Spans of time that measures look at: from a moment up to before another, both in UTC."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from rapport.kernel.refusals import Refusal

LAST_DAYS = (30, 90, 365)
MONTHS = 12
_FOREVER = datetime(1900, 1, 1, tzinfo=UTC)


class BadPeriod(Refusal):
    """A period that is none: unknown by name, or ending before it begins."""


@dataclass(frozen=True, slots=True)
class Period:
    """From `start` up to before `end`; `known_until` is the last moment of which the lake can know."""

    start: datetime
    end: datetime
    known_until: datetime
    name: str = ""

    def __post_init__(self) -> None:
        if not self.start < self.end:
            raise BadPeriod("A period ends after it begins.", field="period", value=self.name)

    @property
    def first(self) -> datetime:
        """The start as the lake keeps moments: UTC without a zone."""
        return plain(self.start)

    @property
    def last(self) -> datetime:
        """The end as the lake keeps moments; what happens at this very moment is outside."""
        return plain(self.end)

    @property
    def seen(self) -> datetime:
        """Up to when things are known, as the lake keeps moments."""
        return plain(self.known_until)


def plain(moment: datetime) -> datetime:
    """A moment in UTC without its zone."""
    return moment.astimezone(UTC).replace(tzinfo=None)


def between(first: date, last: date, *, zone: ZoneInfo, known_until: datetime, name: str = "") -> Period:
    """The days `first` to `last`, both included, as they run in a time zone.

    >>> summer = between(date(2026, 7, 1), date(2026, 7, 1), zone=ZoneInfo("Europe/London"), known_until=_FOREVER)
    >>> summer.start.astimezone(UTC).hour, (summer.end - summer.start).days
    (23, 1)
    """
    start = datetime.combine(first, time(), zone).astimezone(UTC)
    end = datetime.combine(last + timedelta(days=1), time(), zone).astimezone(UTC)
    return Period(start, end, known_until, name or f"{first}..{last}")


def named(name: str, *, zone: ZoneInfo, known_until: datetime) -> Period:
    """The period of this name: `30d`, `90d` and `365d` are that many whole days up to yesterday, `2026-03` a month.

    `before:` in front gives the period of equal length (or the month) that came before.
    """
    is_before, today = name.startswith("before:"), known_until.astimezone(zone).date()
    plain_name = name.removeprefix("before:")
    if plain_name.endswith("d") and plain_name[:-1].isdecimal() and len(plain_name) < 6:
        days = max(int(plain_name[:-1]), 1)
        last = today - timedelta(days=1 + (days if is_before else 0))
        return between(last - timedelta(days=days - 1), last, zone=zone, known_until=known_until, name=name)
    first = _month(plain_name)
    first = _previous(first) if is_before else first
    return between(first, _next(first) - timedelta(days=1), zone=zone, known_until=known_until, name=name)


def standard(*, zone: ZoneInfo, known_until: datetime) -> list[Period]:
    """The periods that pages offer, the most looked at first: recent days, each with those before, and past months."""
    found = [named(f"{days}d", zone=zone, known_until=known_until) for days in LAST_DAYS]
    found += [named(f"before:{days}d", zone=zone, known_until=known_until) for days in LAST_DAYS]
    month = known_until.astimezone(zone).date().replace(day=1)
    for _ in range(MONTHS + 1):
        month = _previous(month)
        found.append(named(f"{month:%Y-%m}", zone=zone, known_until=known_until))
    return found


def before(name: str) -> str:
    """The name of the period to compare with: a month's is the month before."""
    if name.endswith("d"):
        return f"before:{name}"
    return f"{_previous(_month(name)):%Y-%m}"


def everything(known_until: datetime) -> Period:
    """All that the lake knows of."""
    return Period(_FOREVER, known_until + timedelta(microseconds=1), known_until, "all")


def _month(name: str) -> date:
    try:
        return date.fromisoformat(f"{name}-01")
    except ValueError:
        raise BadPeriod(
            f"'{name[:40]}' is not a period such as 30d or 2026-03.", field="period", value=name
        ) from None


def _previous(first: date) -> date:
    return (first - timedelta(days=1)).replace(day=1)


def _next(first: date) -> date:
    return (first + timedelta(days=32)).replace(day=1)
