"""How the week goes: seven days beside the seven before, in contacts that customers and we had."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from rapport.interactions.log import queries as log
from rapport.kernel.kinds import KINDS
from rapport.staff.roles.rules import Reach

CONTACTS = frozenset(kind.name for kind in KINDS.values() if kind.is_contact)
SHOWN_KINDS = 8
DAYS = 7


@dataclass(frozen=True, slots=True)
class Bar:
    """One day of the chart: its height in hundredths of the highest day."""

    day: date
    interactions: int
    height: float
    is_today: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One kind, this week and the week before."""

    kind: str
    now: int
    before: int


@dataclass(frozen=True, slots=True)
class Week:
    """The last seven days, today included."""

    bars: tuple[Bar, ...]
    lines: tuple[Line, ...]
    now: int
    before: int

    @property
    def change(self) -> str:
        """The change against the week before, in words."""
        return change(self.now, self.before)


def week(today: date, *, reach: Reach) -> Week:
    """Two questions to the counts per day, whatever the size of the log."""
    days = log.by_day(today, days=14, reach=reach, kinds=CONTACTS)
    return Week(
        bars=bars(days[7:], today),
        lines=_lines(today, reach),
        now=sum(day.interactions for day in days[7:]),
        before=sum(day.interactions for day in days[:7]),
    )


def bars(days: Sequence[log.DayTotal], today: date) -> tuple[Bar, ...]:
    """Zero-based bars; all flat where nothing happened."""
    most = max((day.interactions for day in days), default=0) or 1
    return tuple(
        Bar(day.day, day.interactions, round(day.interactions / most * 100, 1), day.day == today)
        for day in days
    )


def change(now: int, before: int) -> str:
    """`about as many as the week before`, `8 % more than the week before`; nothing where both are empty."""
    if not now and not before:
        return ""
    if not before:
        return _("none the week before")
    percent = round((now - before) / before * 100)
    if abs(percent) < 3:
        return _("about as many as the week before")
    if percent > 0:
        return _("%(percent)s %% more than the week before") % {"percent": percent}
    return _("%(percent)s %% fewer than the week before") % {"percent": -percent}


def _lines(today: date, reach: Reach) -> tuple[Line, ...]:
    fortnight = {total.kind: total.interactions for total in log.by_kind(today, days=14, reach=reach)}
    now = {total.kind: total.interactions for total in log.by_kind(today, days=7, reach=reach)}
    found = [Line(kind, now.get(kind, 0), both - now.get(kind, 0)) for kind, both in fortnight.items()]
    contacts = [line for line in found if line.kind in CONTACTS]
    return tuple(sorted(contacts, key=lambda line: (-line.now, -line.before, line.kind))[:SHOWN_KINDS])
