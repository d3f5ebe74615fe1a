"""What a measure found: the value with what it rests on, never without."""

from datetime import datetime

import msgspec


class Part(msgspec.Struct, frozen=True):
    """One row of the table behind a value: a category by its stored name, or a span such as `7-27` or `730-`."""

    label: str
    value: float
    n: int


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """A value in the measure's unit, what it rests on, how far it may be off, as of when, and how it was obtained.

    `value` is null where there is too little to say, and `missing` says why. `low` and `high` hold the true value
    in 95 of 100 such samples; a count that is complete has none. `error` is the standard error by which two periods
    are compared. `nobody` counts interactions of the period that came with no identifier: they are in no customer.
    """

    measure: str
    unit: str
    period: str
    start: datetime
    end: datetime
    as_of: datetime
    engine: str
    how: str
    n: int
    value: float | None = None
    low: float | None = None
    high: float | None = None
    error: float | None = None
    missing: str = ""
    grade: str = ""
    nobody: int = 0
    channel: str = ""
    department: str = ""
    parts: tuple[Part, ...] = ()


class Change(msgspec.Struct, frozen=True):
    """The difference between two periods; `is_clear` when chance alone would seldom (1 in 20) make it so large."""

    difference: float
    share: float | None
    is_clear: bool


def change(now: Result, before: Result) -> Change | None:
    """What changed; None where either period has no value.

    Counts are compared as Poisson counts, shares and averages by their standard errors, in each case by
    |a - b| > 1.96 * sqrt(se_a^2 + se_b^2).
    """
    if now.value is None or before.value is None or now.error is None or before.error is None:
        return None
    difference = now.value - before.value
    share = difference / before.value if before.value else None
    noise: float = (now.error**2 + before.error**2) ** 0.5
    return Change(difference, share, abs(difference) > 1.96 * noise)
