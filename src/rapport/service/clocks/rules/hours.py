"""The hours of an organisation as they are kept and as people write them: several periods a day, and holidays."""

import re
from collections.abc import Iterable
from datetime import date, timedelta
from itertools import pairwise
from zoneinfo import available_timezones

import msgspec

from rapport.kernel.refusals import Refusal

MINUTES_A_DAY = 24 * 60
MOST_PERIODS = 12
"""Periods of one day."""
MOST_HOLIDAYS = 1_000
LEAST_MINUTES_A_WEEK = 60
"""With less, a due moment could lie beyond everybody's time."""
LONGEST_NAME = 80
_PERIOD = re.compile(r"(\d{1,2})[:.](\d{2}) ?[-\u2013] ?(\d{1,2})[:.](\d{2})", re.ASCII)
_PERIODS = rf"{_PERIOD.pattern}(?:, ?{_PERIOD.pattern})*"
_HOLIDAY = re.compile(
    rf"(?P<date>\d{{4}}-\d{{2}}-\d{{2}})(?: (?P<periods>{_PERIODS}))?(?: (?P<name>.*))?", re.ASCII
)


class BadHours(Refusal):
    """Hours that no clock could run through."""


class Period(msgspec.Struct, frozen=True, order=True, array_like=True):
    """A stretch of a day by the clock on the wall, in minutes after midnight; 1440 is the midnight that ends it."""

    begin_minute: int
    end_minute: int


class Holiday(msgspec.Struct, frozen=True):
    """A date with hours of its own instead of its weekday's; without any, it is closed."""

    date: date
    name: str = ""
    periods: tuple[Period, ...] = ()


class Hours(msgspec.Struct, frozen=True):
    """When people work: a time zone, the periods of seven weekdays (Monday first), and holidays."""

    time_zone: str
    week: tuple[tuple[Period, ...], ...]
    holidays: tuple[Holiday, ...] = ()

    @property
    def minutes_a_week(self) -> int:
        return sum(one.end_minute - one.begin_minute for day in self.week for one in day)


ALWAYS = Hours("UTC", ((Period(0, MINUTES_A_DAY),),) * 7)
"""Round the clock."""


def checked(hours: Hours) -> Hours:
    """The hours with their periods and holidays in order; refuses what overlaps, is empty, or names no zone."""
    if hours.time_zone not in available_timezones():
        raise BadHours(f"'{hours.time_zone}' is not a time zone.", field="time_zone", value=hours.time_zone)
    if len(hours.week) != len(ALWAYS.week):
        raise BadHours("A week has seven days.", field="week", value=len(hours.week))
    week = tuple(_in_order(day, f"day_{number}") for number, day in enumerate(hours.week))
    tidy = Hours(hours.time_zone, week, _holidays_in_order(hours.holidays))
    if tidy.minutes_a_week < LEAST_MINUTES_A_WEEK:
        raise BadHours("Somebody must be there for an hour a week at least.", field="day_0")
    return tidy


def _in_order(periods: Iterable[Period], field: str) -> tuple[Period, ...]:
    found = tuple(sorted(periods))
    if len(found) > MOST_PERIODS:
        raise BadHours(f"A day has at most {MOST_PERIODS} periods.", field=field, value=len(found))
    for one in found:
        if not 0 <= one.begin_minute < one.end_minute <= MINUTES_A_DAY:
            raise BadHours(
                f"{_spelled(one)} does not begin before it ends, within one day.",
                field=field,
                value=_spelled(one),
            )
    for one, following in pairwise(found):
        if following.begin_minute < one.end_minute:
            raise BadHours(
                f"{_spelled(one)} and {_spelled(following)} overlap.", field=field, value=_spelled(following)
            )
    return found


def _holidays_in_order(holidays: Iterable[Holiday]) -> tuple[Holiday, ...]:
    found = tuple(
        Holiday(one.date, one.name[:LONGEST_NAME], _in_order(one.periods, "holidays"))
        for one in sorted(holidays, key=lambda one: one.date)
    )
    if len(found) > MOST_HOLIDAYS:
        raise BadHours(f"At most {MOST_HOLIDAYS} holidays are kept.", field="holidays", value=len(found))
    for one, following in pairwise(found):
        if one.date == following.date:
            raise BadHours(f"{one.date} is there twice.", field="holidays", value=str(one.date))
    return found


def days_needed(hours: Hours, length: timedelta) -> int:
    """At most so many days pass until so much working time has, whenever one begins.

    >>> days_needed(ALWAYS, timedelta(hours=3))
    14
    """
    weeks = -(-length // timedelta(minutes=hours.minutes_a_week))
    return 7 * (weeks + 1) + len(hours.holidays) * 7


def kept(hours: Hours) -> str:
    """The hours as they are stored: the same hours give the same text."""
    return msgspec.json.encode(hours).decode()


def read(text: str) -> Hours:
    """The hours that were stored."""
    return msgspec.json.decode(text, type=Hours)


def periods_of(text: str, *, field: str = "") -> tuple[Period, ...]:
    """The periods that a person wrote; nothing means closed.

    >>> periods_of("9:00-12:30, 13:30-17:00")
    (Period(begin_minute=540, end_minute=750), Period(begin_minute=810, end_minute=1020))
    """
    found = []
    for part in filter(None, (" ".join(one.split()) for one in text.split(","))):
        match = _PERIOD.fullmatch(part)
        if match is None:
            raise BadHours(f"'{part[:40]}' is not written like 9:00-17:00.", field=field, value=part[:40])
        begin_hour, begin, end_hour, end = map(int, match.groups())
        if begin > 59 or end > 59:
            raise BadHours(f"'{part}' names a minute that no hour has.", field=field, value=part)
        found.append(Period(begin_hour * 60 + begin, end_hour * 60 + end))
    return _in_order(found, field)


def holidays_of(text: str) -> tuple[Holiday, ...]:
    """The holidays that a person wrote, one a line: date, hours if it has any, name.

    >>> holidays_of("2026-12-24 9:00-12:00 Christmas Eve")[0].periods
    (Period(begin_minute=540, end_minute=720),)
    """
    lines = [line.strip() for line in text.splitlines()]
    return _holidays_in_order(_holiday(line) for line in lines if line)


def _holiday(line: str) -> Holiday:
    match = _HOLIDAY.fullmatch(" ".join(line.split()))
    if match is None:
        raise BadHours(
            f"'{line[:60]}' is not written like 2026-12-25 Christmas Day.", field="holidays", value=line[:60]
        )
    day, periods, name = match["date"], match["periods"], match["name"]
    try:
        found = date.fromisoformat(day)
    except ValueError as error:
        raise BadHours(f"{day} is not a date.", field="holidays", value=day) from error
    return Holiday(found, name or "", periods_of(periods or "", field="holidays"))


def spelled(periods: Iterable[Period]) -> str:
    """Periods as people write them.

    >>> spelled((Period(540, 750), Period(810, 1440)))
    '09:00-12:30, 13:30-24:00'
    """
    return ", ".join(map(_spelled, periods))


def holidays_spelled(holidays: Iterable[Holiday]) -> str:
    """Holidays as people write them, one a line."""
    return "\n".join(
        " ".join(filter(None, (one.date.isoformat(), spelled(one.periods), one.name))) for one in holidays
    )


def _spelled(period: Period) -> str:
    begin, end = divmod(period.begin_minute, 60), divmod(period.end_minute, 60)
    return f"{begin[0]:02}:{begin[1]:02}-{end[0]:02}:{end[1]:02}"
