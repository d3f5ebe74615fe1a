"""Spreads, and whether what changed is more than chance; on plain values."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

FEWEST = 5
"""With fewer lengths no spread is told."""
_SURE = 1.96
"""Standard errors on either side: 19 of 20 times the truth lies within."""


@dataclass(frozen=True, slots=True)
class Spread:
    """How lengths lie, in seconds. `low` and `high`: between them the middle lies in 19 of 20 such samples."""

    n: int
    quarter: float
    middle: float
    three_quarters: float
    nine_tenths: float
    low: float
    high: float


def spread(seconds: Sequence[float]) -> Spread | None:
    """The spread of lengths; None of fewer than `FEWEST`, from which nothing can be told.

    The range of the middle is that of order statistics (ranks n/2 -+ 1.96 sqrt(n)/2; Conover 1999, section 3.2).

    >>> spread([60.0] * 3) is None, spread(range(101)).middle, spread(range(101)).nine_tenths
    (True, 50.0, 90.0)
    """
    if len(seconds) < FEWEST:
        return None
    ordered, n = sorted(seconds), len(seconds)
    reach = _SURE * sqrt(n) / 2
    low, high = max(int(n / 2 - reach), 0), min(int(n / 2 + reach) + 1, n - 1)
    quarter, middle, three, nine = (_at(ordered, share) for share in (0.25, 0.5, 0.75, 0.9))
    return Spread(n, quarter, middle, three, nine, float(ordered[low]), float(ordered[high]))


def _at(ordered: Sequence[float], share: float) -> float:
    """The value below which this share lies, between neighbours in a straight line."""
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def has_moved(now: Spread | None, before: Spread | None) -> bool | None:
    """Whether the middle moved: the ranges of both lie apart. None: one of them is not known."""
    if now is None or before is None:
        return None
    return now.low > before.high or now.high < before.low


def counts_differ(now: int, before: int) -> bool:
    """Whether two counts of equal times differ by more than chance would let counts of the same rate differ.

    The difference of two Poisson counts has the variance of their sum.

    >>> counts_differ(100, 90), counts_differ(100, 60)
    (False, True)
    """
    return abs(now - before) > _SURE * sqrt(now + before)
