"""Working time between two moments, and the moment after so much of it: exact through every change of the clocks.

A period begins and ends at moments. The time on the wall that a change to summer time leaves out is the moment of
the change; the one that a change back shows twice is the first of the two. So periods that meet on the wall meet in
time, and working time adds up: `elapsed(a, c) == elapsed(a, b) + elapsed(b, c)`.

Each year is laid out once as stretches with the time worked before them; every question is then a search in one.
"""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from rapport.service.clocks.rules.hours import ALWAYS, Hours, read

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)
_DAY = timedelta(days=1)
_SECOND = 1_000_000
MOST_YEARS = 100
"""No due moment lies further ahead; `hours.days_needed` keeps targets far below."""


@dataclass(frozen=True, slots=True)
class _Year:
    """The open stretches of a year in microseconds since 1970, and what was worked before each."""

    starts: int
    ends: int
    openings: list[int]
    closings: list[int]
    worked: list[int]
    total: int

    def worked_until(self, moment: int) -> int:
        """Working time from the beginning of the year."""
        place = bisect_right(self.openings, moment) - 1
        return (
            0 if place < 0 else self.worked[place] + min(moment, self.closings[place]) - self.openings[place]
        )

    def moment_of(self, worked: int) -> int:
        """The first moment at which so much has been worked; `worked` is above 0 and at most the total."""
        place = bisect_left(self.worked, worked) - 1
        return self.openings[place] + worked - self.worked[place]


class Calendar:
    """Hours that one can reckon with. Lengths are working time, to the microsecond."""

    def __init__(self, hours: Hours) -> None:
        self._zone = ZoneInfo(hours.time_zone)
        self._week = hours.week
        self._holidays = {one.date: one.periods for one in hours.holidays}
        self._years: dict[int, _Year] = {}

    def elapsed(self, start: datetime, end: datetime) -> timedelta:
        """Working time from `start` to `end`; none if `end` is not the later one.

        >>> from rapport.service.clocks.rules.hours import periods_of
        >>> office = Calendar(Hours("Europe/London", (periods_of("9:00-17:00"),) * 5 + ((), ())))
        >>> friday, monday = datetime(2026, 3, 27, 16, tzinfo=UTC), datetime(2026, 3, 30, 9, tzinfo=UTC)
        >>> str(office.elapsed(friday, monday))
        '2:00:00'
        """
        if end <= start:
            return timedelta()
        begin, until = _ticks(start), _ticks(end)
        first, last = self._year_of(start), self._year_of(end)
        whole = sum(self._year(year).total for year in range(first, last))
        return (whole + self._year(last).worked_until(until) - self._year(first).worked_until(begin)) * _TICK

    def due_after(self, start: datetime, length: timedelta) -> datetime:
        """The first moment at which so much working time has passed since `start`.

        >>> from rapport.service.clocks.rules.hours import periods_of
        >>> office = Calendar(Hours("Europe/London", (periods_of("9:00-17:00"),) * 5 + ((), ())))
        >>> office.due_after(datetime(2026, 3, 27, 16, tzinfo=UTC), timedelta(hours=2)).isoformat()
        '2026-03-30T09:00:00+00:00'
        """
        left = length // _TICK
        if left <= 0:
            return start
        number = first = self._year_of(start)
        left += self._year(number).worked_until(_ticks(start))
        while left > (year := self._year(number)).total:
            left -= year.total
            number += 1
            if number - first > MOST_YEARS:
                raise ValueError(f"{length} of working time is more than {MOST_YEARS} years")
        return _moment(year.moment_of(left))

    def is_open(self, at: datetime) -> bool:
        """Whether it is working time right after this moment."""
        return self.elapsed(at, at + _TICK) > timedelta()

    def next_open(self, at: datetime) -> datetime:
        """This moment if it is working time, else when that begins."""
        return at if self.is_open(at) else self.due_after(at, _TICK) - _TICK

    def _year_of(self, moment: datetime) -> int:
        year = moment.astimezone(self._zone).year
        ticks = _ticks(moment)
        if ticks < self._year(year).starts:
            return year - 1
        return year + 1 if ticks >= self._year(year).ends else year

    def _year(self, number: int) -> _Year:
        if number not in self._years:
            self._years[number] = self._laid_out(number)
        return self._years[number]

    def _laid_out(self, number: int) -> _Year:
        openings: list[int] = []
        closings: list[int] = []
        day, following = date(number, 1, 1), date(number + 1, 1, 1)
        starts, ends = self._wall(day, 0), self._wall(following, 0)
        while day < following:
            for period in self._holidays.get(day, self._week[day.weekday()]):
                begin, end = self._wall(day, period.begin_minute), self._wall(day, period.end_minute)
                if closings and closings[-1] == begin:
                    closings[-1] = end
                elif begin < end:
                    openings.append(begin)
                    closings.append(end)
            day += _DAY
        worked = [0]
        for begin, end in zip(openings, closings, strict=True):
            worked.append(worked[-1] + end - begin)
        return _Year(starts, ends, openings, closings, worked[:-1], worked[-1])

    def _wall(self, day: date, minute: int) -> int:
        """The moment at which the clock on the wall shows this, for the first time, or would have."""
        shown = datetime(day.year, day.month, day.day) + timedelta(minutes=minute)  # noqa: DTZ001 - wall time
        early, late = (shown.replace(tzinfo=self._zone, fold=fold).utcoffset() for fold in (0, 1))
        assert early is not None
        assert late is not None
        unzoned = _ticks(shown.replace(tzinfo=UTC))
        return unzoned - early // _TICK if early >= late else self._jump(unzoned, early, late)

    def _jump(self, shown: int, early: timedelta, late: timedelta) -> int:
        """The moment of the change that left out what would have been shown."""
        before, after = shown - late // _TICK, shown - early // _TICK
        while after - before > _SECOND:
            middle = before + (after - before) // (2 * _SECOND) * _SECOND
            if _moment(middle).astimezone(self._zone).utcoffset() == early:
                before = middle
            else:
                after = middle
        return after


ROUND_THE_CLOCK = Calendar(ALWAYS)


@lru_cache(maxsize=256)
def calendar(kept: str) -> Calendar:
    """The calendar of hours as they are stored: laid out once in a process, whoever asks."""
    return Calendar(read(kept))


def _ticks(moment: datetime) -> int:
    return (moment - _EPOCH) // _TICK


def _moment(ticks: int) -> datetime:
    return _EPOCH + ticks * _TICK
