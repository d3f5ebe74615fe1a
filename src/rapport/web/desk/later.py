"""Moments to come that one would name: in an hour, this afternoon, tomorrow at nine, on Monday."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _

MORNING, AFTERNOON = time(9), time(14)
_MONDAY = 0


@dataclass(frozen=True, slots=True)
class Choice:
    """A moment that is offered: the name by which a form sends it, and how it reads."""

    value: str
    title: str
    when: str


def choices(now: datetime) -> list[Choice]:
    """What is offered at this moment, in the zone of whoever reads."""
    titles = {
        "hour": _("In an hour"),
        "afternoon": _("This afternoon"),
        "tomorrow": _("Tomorrow morning"),
        "monday": _("On Monday"),
        "week": _("In a week"),
    }
    return [
        Choice(name, title, date_format(moment, "D H:i"))
        for name, title in titles.items()
        if (moment := named(name, now)) is not None
    ]


def named(name: str, now: datetime) -> datetime | None:
    """The moment of this name, seen from now; None: there is no such name, or it makes no sense now."""
    if name == "hour":
        return now + timedelta(hours=1)
    if name == "afternoon":
        return _at(now, 0, AFTERNOON) if now.time() < time(13) else None
    if name == "tomorrow":
        return _at(now, 1, MORNING)
    if name == "monday":
        days = (_MONDAY - now.weekday()) % 7 or 7
        return _at(now, days, MORNING) if days > 1 else None
    return _at(now, 7, MORNING) if name == "week" else None


def _at(now: datetime, days: int, at: time) -> datetime:
    """That time of that day on the clocks there, whatever summer time does in between."""
    day = now.date() + timedelta(days=days)
    return datetime.combine(day, at, tzinfo=now.tzinfo)
