"""From the rows of a measure to a value with its interval. NumPy on whole numbers; nothing is made up for empty input.

Every shape of measure asks its engine for whole numbers only, so that two engines cannot differ by rounding.
"""

from collections.abc import Callable
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa

from rapport.analytics.measures.results import Part

FEWEST = 10
"""Fewer customers or occasions than this say nothing about the next ones: no share or average is given."""
Z = 1.959964
"""The normal quantile of 97.5 %: two such tails leave 95 % between them."""


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A value before it is dated and signed; the fields mean what they mean in a result."""

    n: int
    how: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    error: float | None = None
    missing: str = ""
    grade: str = ""
    parts: tuple[Part, ...] = ()


Shape = Callable[[pa.Table], Found]


def count(rows: pa.Table) -> Found:
    """Columns `n` and, where it has parts, `part`: how many. Complete, so no interval; its error is Poisson's."""
    parted = rows if "part" in rows.column_names else rows.append_column("part", [[""] * len(rows)])
    found = [(str(part), int(n)) for part, n in _lists(parted, "part", "n") if n]
    total = sum(n for _, n in found)
    parts = tuple(Part(part, n, n) for part, n in sorted(found, key=lambda one: (-one[1], one[0])) if part)
    how = "every one is in the record and was counted"
    return Found(n=total, how=how, value=total, error=total**0.5, grade="strong", parts=parts)


def share(rows: pa.Table) -> Found:
    """Columns `hits`, `n` in one row: hits / n with Wilson's interval (Wilson 1927, JASA 22, 209-212).

    >>> found = share(pa.table({"hits": [10], "n": [50]}))
    >>> found.value, round(found.low, 4), round(found.high, 4)
    (0.2, 0.1124, 0.3304)
    """
    hits, n = (int(column or 0) for column in _lists(rows, "hits", "n")[0])
    if n < FEWEST:
        return _too_few(n)
    p, z2 = hits / n, Z**2
    middle, half = (p + z2 / (2 * n)), Z * (p * (1 - p) / n + z2 / (4 * n**2)) ** 0.5
    low, high = (middle - half) / (1 + z2 / n), (middle + half) / (1 + z2 / n)
    low, high = min(max(0.0, low), p), max(min(1.0, high), p)
    parts = (Part("yes", hits, hits), Part("no", n - hits, n - hits))
    return Found(
        n=n,
        how="a share of those counted, with Wilson's interval",
        value=p,
        low=low,
        high=high,
        error=(high - low) / (2 * Z),
        grade=_grade((high - low) / 2, fine=0.02, fair=0.06),
        parts=parts,
    )


def mean(rows: pa.Table) -> Found:
    """Columns `size`, `n` (so many customers have this size): the average, with the normal interval of the mean."""
    size, n = _arrays(rows)
    total = int(n.sum())
    if total < FEWEST:
        return _too_few(total)
    value = float((size * n).sum() / total)
    spread = float((n * (size - value) ** 2).sum() / (total - 1)) ** 0.5
    return _average(value, spread / total**0.5, total, parts=_few_sizes(size, n))


def money(rows: pa.Table) -> Found:
    """Columns `n`, `total`, `squares` in one row (minor units): the average, with the normal interval of the mean."""
    n, total, squares = _lists(rows, "n", "total", "squares")[0]
    if not n or n < FEWEST:
        return _too_few(int(n or 0))
    value = total / n
    variance = max(0.0, (squares - n * value**2) / (n - 1))
    return _average(value, (variance / n) ** 0.5, int(n), parts=(Part("total", float(total), int(n)),))


def median(rows: pa.Table) -> Found:
    """Columns `size`, `n`: the size of the one in the middle; the interval by order statistics (binomial, 1/2)."""
    size, n = _arrays(rows)
    total = int(n.sum())
    if total < FEWEST:
        return _too_few(total)
    until = np.cumsum(n)
    half = Z * total**0.5 / 2

    def at(rank: float) -> float:
        place = int(np.searchsorted(until, min(max(rank, 1), total)))
        return float(size[place])

    middle = (total + 1) / 2
    value = (at(np.floor(middle)) + at(np.ceil(middle))) / 2
    low, high = at(np.floor(middle - half)), at(np.ceil(middle + half))
    return Found(
        n=total,
        how="the one in the middle, with an interval by rank",
        value=value,
        low=low,
        high=high,
        error=(high - low) / (2 * Z),
        grade=_grade((high - low) / 2, fine=0.05 * max(value, 1), fair=0.15 * max(value, 1)),
        parts=_spans(size, n),
    )


def _average(value: float, error: float, n: int, *, parts: tuple[Part, ...]) -> Found:
    return Found(
        n=n,
        how="an average of those counted, with the normal interval of the mean",
        value=value,
        low=value - Z * error,
        high=value + Z * error,
        error=error,
        grade=_grade(Z * error, fine=0.05 * abs(value), fair=0.15 * abs(value)),
        parts=parts,
    )


def _too_few(n: int) -> Found:
    return Found(n=n, how="", missing="none" if n == 0 else "few")


def _grade(half: float, *, fine: float, fair: float) -> str:
    return "strong" if half <= fine else "fair" if half <= fair else "weak"


_MOST_SIZES = 9
_DAYS = (0, 1, 7, 28, 91, 182, 365, 730)


def _few_sizes(size: np.ndarray, n: np.ndarray) -> tuple[Part, ...]:
    """So many with one, with two ...; the last row takes all that are larger."""
    exact = [
        Part(f"{s}-{s}", int(n[size == s].sum()), int(n[size == s].sum())) for s in range(1, _MOST_SIZES + 1)
    ]
    rest = int(n[size > _MOST_SIZES].sum())
    most = max((int(s) for s in size), default=0)
    shown = exact[: min(most, _MOST_SIZES)]
    return (*shown, Part(f"{_MOST_SIZES + 1}-", rest, rest)) if rest else tuple(shown)


def _spans(size: np.ndarray, n: np.ndarray) -> tuple[Part, ...]:
    """Days in spans that people speak of: today, a week, four weeks, a quarter, half a year, a year, two."""
    found = []
    for start, end in zip(_DAYS, [*_DAYS[1:], None], strict=True):
        within = (size >= start) & (size < end) if end is not None else size >= start
        many = int(n[within].sum())
        found.append(Part(f"{start}-{'' if end is None else end - 1}", many, many))
    return tuple(found)


def _arrays(rows: pa.Table) -> tuple[np.ndarray, np.ndarray]:
    ordered = rows.sort_by("size")
    return tuple(ordered[name].to_numpy().astype(np.int64) for name in ("size", "n"))


def _lists(rows: pa.Table, *names: str) -> list[tuple[Any, ...]]:
    return list(zip(*(rows[name].to_pylist() for name in names), strict=True))
