"""Columns of numbers that come from outside, checked; and what is said when they do not suffice."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


class NotEnoughEvidence(ValueError):  # noqa: N818 - named for the fact
    """Too little was observed for the question; no number is better than a made-up one."""


class NoConvergence(ArithmeticError):  # noqa: N818 - named for the fact
    """What was sought was not found; the message says what ran away or what was left to gain."""


def finite(name: str, values: ArrayLike) -> Floats:
    """A one-dimensional column of finite numbers; a ValueError names the column and the first bad value."""
    column = np.atleast_1d(np.asarray(values, dtype=np.float64))
    if column.ndim != 1:
        raise ValueError(f"{name} must have one dimension, not {column.ndim}")
    must(name, column, np.isfinite(column), "must be a finite number")
    return column


def numbers(name: str, values: ArrayLike) -> Floats:
    """A one-dimensional column of finite numbers that are not negative."""
    column = finite(name, values)
    must(name, column, column >= 0, "must not be negative")
    return column


def must(name: str, column: Floats, holds: NDArray[np.bool_], what: str) -> None:
    """Refuse the first value for which a condition does not hold."""
    if not holds.all():
        at = int(np.argmin(holds))
        raise ValueError(f"{name} {what}: {column[at]:g} in row {at}")
