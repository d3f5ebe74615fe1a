"""How much one sender may ask for: a bucket per key that fills steadily, kept in this process.

One process serves (decision 0001), so its own count is exact; several servers behind one address multiply it.
"""

import math
import os
import time
from collections.abc import Callable
from typing import Final

import msgspec

_MOST_BUCKETS: Final = 10_000


class Allowance(msgspec.Struct, frozen=True):
    """What is left after a request: `wait` seconds until it would fit (0: it did)."""

    limit: int
    left: int
    wait: int


class Buckets:
    """`a_second` is how fast a bucket fills, `burst` how much it holds; 0 a second means no limit."""

    def __init__(self, a_second: float, burst: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._a_second, self._burst, self._clock = a_second, burst, clock
        self._filled: dict[str | int, tuple[float, float]] = {}

    def take(self, who: str | int, amount: int = 1) -> Allowance:
        """Take `amount` out of the sender's bucket, or say how long to wait.

        What is larger than a whole bucket fits once the bucket is full, or it would never fit.
        """
        if self._a_second <= 0:
            return Allowance(0, 0, 0)
        now = self._clock()
        level, at = self._filled.get(who, (self._burst, now))
        level = min(self._burst, level + (now - at) * self._a_second)
        needed = min(amount, self._burst)
        if level < needed:
            return Allowance(int(self._burst), int(level), math.ceil((needed - level) / self._a_second))
        if len(self._filled) >= _MOST_BUCKETS:
            self._sweep(now)
        self._filled[who] = (level - amount, now)
        return Allowance(int(self._burst), max(0, int(level - amount)), 0)

    def _sweep(self, now: float) -> None:
        """Forget those who have not been here for so long that their bucket is full again."""
        until_full = self._burst / self._a_second
        self._filled = {who: kept for who, kept in self._filled.items() if now - kept[1] < until_full}
        if len(self._filled) >= _MOST_BUCKETS:
            self._filled.clear()


def for_messages() -> Buckets:
    """Interactions that one key may send: RAPPORT_MESSAGE_RATE a second, and a minute's worth at once."""
    rate = _number("RAPPORT_MESSAGE_RATE", 10_000)
    return Buckets(rate, rate * 60)


def for_requests() -> Buckets:
    """Requests that one key may make of the rest of the API: RAPPORT_API_RATE a minute."""
    rate = _number("RAPPORT_API_RATE", 1_200)
    return Buckets(rate / 60, rate)


def _number(name: str, default: float) -> float:
    written = os.environ.get(name, "")
    return float(written) if written else default
