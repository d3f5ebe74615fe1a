"""Opening hours as people write them: `Mon-Fri 9:00-17:00; Sat 10:00-14:00`. Nothing written: always open."""

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LONGEST = 400
_DAYS = re.compile(r"([a-z]{3})(?:-([a-z]{3}))?")
_HOURS = re.compile(r"(\d{1,2})(?::(\d{2}))?-(\d{1,2})(?::(\d{2}))?")
_WEEK = 7


class BadHours(ValueError):  # noqa: N818 - named for the fact
    """Opening hours that cannot be read; its text says which part."""


@dataclass(frozen=True, slots=True)
class Hours:
    """When somebody is there: periods of minutes after midnight for each day of the week, in one time zone."""

    week: tuple[tuple[tuple[int, int], ...], ...] = ()
    zone: str = "UTC"

    def is_open(self, at: datetime) -> bool:
        """Whether somebody is there at this moment."""
        if not self.week:
            return True
        here = at.astimezone(ZoneInfo(self.zone))
        minute = here.hour * 60 + here.minute
        return any(begin <= minute < end for begin, end in self.week[here.weekday()])

    def opens_at(self, at: datetime) -> datetime | None:
        """When somebody will be there next: now, or the beginning of the next period; None: never."""
        if self.is_open(at):
            return at
        here = at.astimezone(ZoneInfo(self.zone))
        for ahead in range(_WEEK + 1):
            day = here.date() + timedelta(days=ahead)
            for begin, _end in self.week[day.weekday()]:
                moment = datetime.combine(day, time(begin // 60, begin % 60), ZoneInfo(self.zone))
                if moment > at:
                    return moment
        return None


def read(text: str, zone: str = "UTC") -> Hours:
    """The hours that these words say.

    >>> read("Mon-Fri 9-12, 13:00-17:30; Sat 10:00-14:00").week[5]
    ((600, 840),)
    """
    words = " ".join(text.lower().split())
    if len(words) > _LONGEST:
        raise BadHours(f"At most {_LONGEST} characters fit here.")
    week: list[list[tuple[int, int]]] = [[] for _ in DAYS]
    for part in filter(None, (one.strip() for one in words.split(";"))):
        days, _space, hours = part.partition(" ")
        periods = [_period(one.strip(), part) for one in hours.split(",")]
        for day in _days(days, part):
            week[day] += periods
    return Hours(tuple(tuple(sorted(day)) for day in week), zone) if any(week) else Hours(zone=zone)


def _days(text: str, part: str) -> list[int]:
    found = _DAYS.fullmatch(text)
    names = [name for name in found.groups() if name] if found else []
    if not names or any(name not in DAYS for name in names):
        raise BadHours(f"'{part}' does not begin with days such as Mon-Fri.")
    first, last = DAYS.index(names[0]), DAYS.index(names[-1])
    return [day % _WEEK for day in range(first, (last if last >= first else last + _WEEK) + 1)]


def _period(text: str, part: str) -> tuple[int, int]:
    found = _HOURS.fullmatch(text.replace(" ", ""))
    if found is None:
        raise BadHours(f"'{part}' names no hours such as 9:00-17:00.")
    begin_hour, begin_minute, end_hour, end_minute = (int(one or 0) for one in found.groups())
    begin, end = begin_hour * 60 + begin_minute, end_hour * 60 + end_minute
    if not 0 <= begin < end <= 24 * 60 or begin_minute > 59 or end_minute > 59:
        raise BadHours(f"'{part}' ends before it begins, or names no hours of a day.")
    return begin, end
