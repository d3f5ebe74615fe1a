"""How long people wait, told honestly: those who still wait, or went away unanswered, count too."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

FEWEST = 8
"""Answered waits below which nothing is said: a guess would be worse than "we do not know yet"."""
GONE_AFTER = timedelta(minutes=3)
"""Whoever has not been heard of for so long has left the page."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Seconds that somebody waited, until an answer or (`is_over` false) without one so far."""

    seconds: float
    is_over: bool = True


@dataclass(frozen=True, slots=True)
class Estimate:
    """Half of those asking lately were answered within `median` seconds, nine of ten within `ninetieth`.

    None: not known. Too few were answered, or too many are still waiting for so long a time.
    """

    median: float | None = None
    ninetieth: float | None = None
    answered: int = 0


@dataclass(frozen=True, slots=True)
class Standing:
    """How somebody waits: since when (seconds), and how many are served before them (None: nobody knows).

    `usual`: how long people in the same queue waited lately; None: it is not known, or that of the chat holds.
    """

    seconds: float
    ahead: int | None = None
    usual: Estimate | None = None


def estimate(waits: Sequence[Wait]) -> Estimate:
    """The product-limit estimate (Kaplan and Meier 1958) of the time to an answer, at one half and at nine tenths.

    >>> estimate([Wait(s) for s in (10, 20, 30, 40, 50, 60, 70, 80, 90, 100)])
    Estimate(median=50, ninetieth=90, answered=10)
    >>> estimate([Wait(5)] * 3)
    Estimate(median=None, ninetieth=None, answered=3)
    """
    answered = sum(wait.is_over for wait in waits)
    if answered < FEWEST:
        return Estimate(answered=answered)
    return Estimate(_at(waits, 0.5), _at(waits, 0.9), answered)


def _at(waits: Sequence[Wait], share: float) -> float | None:
    still = 1.0
    left = len(waits)
    for wait in sorted(waits, key=lambda one: (one.seconds, not one.is_over)):
        if wait.is_over:
            still *= (left - 1) / left
            if 1 - still >= share - 1e-9:
                return wait.seconds
        left -= 1
    return None
