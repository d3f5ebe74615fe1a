"""Whether a figure moved or only varied as it always does, and how much of what varies lies between teams."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rapport.analytics.statistics import columns
from rapport.analytics.statistics.columns import Floats

_TO_LIMITS, _TO_RANGE_LIMIT = 2.66, 3.268
"""3 / d2 and D4 of ranges of two: Shewhart's constants."""
_RUN = 8
_FEWEST = 2


@dataclass(frozen=True, slots=True)
class XmrLimits:
    """Where values lie while nothing changes; all in the unit of the values."""

    mean: float
    moving_range: float
    upper: float
    lower: float
    range_limit: float


@dataclass(frozen=True, slots=True)
class Signal:
    """A sign that something changed: which rule, and the position of the last value that makes it."""

    rule: str
    position: int


def xmr_limits(values: ArrayLike) -> XmrLimits:
    """The natural limits of a series in order of time; two values or more, each finite, else ValueError.

    Source: Shewhart; Wheeler (2000), 2.66 and 3.268 times the mean moving range.

    >>> limits = xmr_limits([10, 50, 40, 30])
    >>> limits.mean, round(limits.upper, 2), round(limits.lower, 2), round(limits.range_limit, 2)
    (32.5, 85.7, -20.7, 65.36)
    """
    series = columns.finite("values", values)
    if len(series) < _FEWEST:
        raise ValueError(f"values has {len(series)} values; two are the fewest that vary")
    return limits_around(float(series.mean()), float(np.abs(np.diff(series)).mean()))


def limits_around(mean: float, moving_range: float) -> XmrLimits:
    """The limits of a series with this mean and mean moving range (0 or more).

    >>> limits = limits_around(2820.63, 571.89)
    >>> round(limits.upper, 2), round(limits.range_limit, 2)
    (4341.86, 1868.94)
    """
    if not moving_range >= 0:
        raise ValueError(f"moving_range is {moving_range}; it must be 0 or more")
    reach = _TO_LIMITS * moving_range
    return XmrLimits(mean, moving_range, mean + reach, mean - reach, _TO_RANGE_LIMIT * moving_range)


def xmr_signals(values: ArrayLike, limits: XmrLimits) -> list[Signal]:
    """The signs of a change in a series, in order: outside a limit, three of four near one, eight on one side.

    The limits may be those of an earlier time, so that a change is seen against what was usual then.

    >>> xmr_signals([10, 12, 11, 40], xmr_limits([10, 12, 11, 10, 12, 11]))
    [Signal(rule='outside', position=3)]
    """
    series = columns.finite("values", values)
    return sorted(_signals(series, limits), key=lambda one: one.position)


def _signals(series: Floats, limits: XmrLimits) -> Iterator[Signal]:
    halfway = (limits.upper - limits.mean) / 2
    outside = (series > limits.upper) | (series < limits.lower)
    yield from (Signal("outside", int(at)) for at in np.flatnonzero(outside))
    for side in (1, -1):
        away = side * (series - limits.mean)
        yield from (Signal("near a limit", at) for at in _runs(away > halfway, of=4, least=3))
        yield from (Signal("one side", at) for at in _runs(away > 0, of=_RUN, least=_RUN))


def _runs(holds: NDArray[np.bool_], *, of: int, least: int) -> Iterator[int]:
    """Where at least so many of the last so many hold; once for each unbroken stretch of such places."""
    if len(holds) < of:
        return
    counts = np.convolve(holds, np.ones(of, int))[of - 1 : len(holds)]
    is_run = (counts >= least) & holds[of - 1 :]
    begins = np.flatnonzero(is_run & ~np.concatenate([[False], is_run[:-1]]))
    yield from (int(at) + of - 1 for at in begins)


@dataclass(frozen=True, slots=True)
class Components:
    """What varies between groups and within them (variances, in the unit of the values squared)."""

    mean: float
    between: float
    within: float
    groups: int

    @property
    def between_share(self) -> float:
        """The share of all variance that lies between groups (0 to 1), the intraclass correlation."""
        total = self.between + self.within
        return self.between / total if total > 0 else 0.0

    def reliability(self, count: float) -> float:
        """How far the mean of so many values of a group tells it from others (0 to 1).

        >>> round(Components(0, between=1, within=9, groups=5).reliability(9), 3)
        0.5
        """
        if not count > 0:
            raise ValueError(f"count is {count}; it must be more than 0")
        noise = self.within / count
        return self.between / (self.between + noise) if self.between + noise > 0 else 0.0


def variance_components(values: ArrayLike, groups: ArrayLike) -> Components:
    """The parts of variance between and within groups, from one value and the group of each observation.

    By analysis of variance with groups of any sizes; what falls below 0 between groups is 0. Two groups and one
    with two values are the fewest, else ValueError. Source: Searle, Casella and McCulloch (1992), chapter 3.

    >>> found = variance_components([1, 3, 5, 7], ["a", "a", "b", "b"])
    >>> found.between, found.within, round(found.between_share, 3)
    (7.0, 2.0, 0.778)
    """
    series = columns.finite("values", values)
    names, codes = np.unique(np.asarray(groups), return_inverse=True)
    if len(codes) != len(series):
        raise ValueError(
            f"groups has {len(codes)} entries and values {len(series)}; each value has one group"
        )
    total, count = len(series), len(names)
    if count < _FEWEST or total <= count:
        raise ValueError(
            f"groups names {count} groups of {total} values; two groups and three values are the fewest"
        )
    sizes = np.bincount(codes).astype(float)
    means = np.bincount(codes, weights=series) / sizes
    mean = float(series.mean())
    within = float(((series - means[codes]) ** 2).sum() / (total - count))
    spread = float((sizes * (means - mean) ** 2).sum() / (count - 1))
    usual_size = (total - float((sizes**2).sum()) / total) / (count - 1)
    return Components(mean, max(0.0, (spread - within) / usual_size), within, count)
