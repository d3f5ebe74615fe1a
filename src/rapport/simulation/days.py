"""The company's calendar: seasons, weekdays, opening hours, and summer time.

Chance happens in even time, in which every day is alike; `Calendar` maps it to real days so that December and
Saturdays are busier while the yearly rates stay as planted.
"""

from datetime import date, datetime, time, timedelta

import numpy as np
import numpy.typing as npt

from rapport.simulation.plan import AHEAD_DAYS, ZONE, Plan

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

DAY = 86_400
SEASON = (0.85, 0.80, 0.92, 1.00, 1.05, 1.00, 0.98, 0.95, 0.95, 0.98, 1.12, 1.45)
"""Busyness of the months, January first."""
WEEKDAY = (0.90, 0.85, 0.88, 0.95, 1.05, 1.40, 0.97)

SHOP, LINE, CHAT, ANY = range(4)
_SHOP_WEEK = [0] * 9 + [3, 5, 7, 9, 8, 8, 8, 7, 5] + [0] * 6
_SHOP_SUNDAY = [0] * 10 + [5, 8, 9, 8, 7, 5] + [0] * 8
_LINE_WEEK = [0] * 8 + [9, 11, 10, 8, 6, 7, 7, 6, 6, 6, 4, 3] + [0] * 4
_LINE_SATURDAY = [0] * 9 + [8, 9, 8, 6, 6, 5, 4, 3] + [0] * 7
_CHAT = [0] * 8 + [4, 5, 6, 6, 7, 6, 5, 5, 6, 7, 9, 10, 9, 6] + [0] * 2
_ANY = [1, 1, 0, 0, 0, 1, 2, 4, 5, 5, 5, 5, 6, 5, 5, 5, 5, 6, 7, 9, 10, 9, 6, 3]
_OPEN = np.array(
    [
        [_SHOP_WEEK] * 6 + [_SHOP_SUNDAY],
        [_LINE_WEEK] * 5 + [_LINE_SATURDAY] * 2,
        [_CHAT] * 7,
        [_ANY] * 7,
    ],
    dtype=float,
)
_CUMULATIVE = (_OPEN / _OPEN.sum(axis=2, keepdims=True)).cumsum(axis=2)


class Calendar:
    """The days of one plan, counted from 0.

    The first `count` end with the local day on which the plan first ends; `whole` is with the year laid out ahead,
    whose even time reaches to `span`. `ends` is the second up to which it is told, `last_day` the last that matters.
    """

    def __init__(self, plan: Plan) -> None:
        last = plan.ends_at.astimezone(ZONE).date()
        self.first = last - timedelta(days=plan.days)
        self.count = plan.days + 1
        self.whole = self.count + AHEAD_DAYS
        self.ends = int(plan.lived_until.timestamp())
        dates = [self.first + timedelta(days=n) for n in range(self.whole + 400)]
        self.midnight: Ints = np.array([_midnight(day) for day in dates])
        self.weekday: Ints = np.array([day.weekday() for day in dates])
        self.month: Ints = np.array([day.month for day in dates])
        busy = np.array(SEASON)[self.month - 1] * np.array(WEEKDAY)[self.weekday]
        busy = busy[: self.whole] / busy[: self.count].mean()
        self._even: Floats = np.concatenate([[0.0], busy.cumsum()])
        self.span = float(self._even[-1])
        self.last_day = int(np.searchsorted(self.midnight, self.ends, side="right")) + 1

    def day_of(self, even: Floats) -> Ints:
        """The real day of a point in even time (0 to `span`)."""
        found: Ints = np.clip(np.searchsorted(self._even, even, side="right") - 1, 0, self.whole - 1)
        return found

    def open_day(self, day: Ints, hours: Ints) -> Ints:
        """The same day, or the Monday after where the help line is closed on a Sunday."""
        found: Ints = day + ((hours == LINE) & (self.weekday[day] == 6))
        return found

    def moment(self, day: Ints, hours: Ints, chance: Floats) -> Ints:
        """A second (Unix time) within the opening hours of `day`; `chance` is uniform on 0 to 1."""
        table = _CUMULATIVE[hours, self.weekday[day]]
        hour = (chance[:, None] >= table).sum(axis=1)
        at_hour = np.take_along_axis(table, hour[:, None], 1)[:, 0]
        before = np.where(hour > 0, np.take_along_axis(table, np.maximum(hour - 1, 0)[:, None], 1)[:, 0], 0.0)
        within = (chance - before) / np.maximum(at_hour - before, 1e-12)
        found: Ints = self.midnight[day] + hour * 3600 + (within * 3599).astype(np.int64)
        return found

    def is_monday_morning(self, day: Ints, moment: Ints) -> Bools:
        """Whether it is a Monday before noon, when everybody calls."""
        found: Bools = (self.weekday[day] == 0) & (moment - self.midnight[day] < 12 * 3600)
        return found


def _midnight(day: date) -> int:
    return int(datetime.combine(day, time(), ZONE).timestamp())
