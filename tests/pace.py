"""How quick this machine is at the moment, so that a limit of time means the same on every machine.

Two machines with two cores differ by a factor of three, and one of them does within a minute, as its neighbours come
and go. A limit is therefore said for a machine of a known pace and measured beside the pace of the moment.
"""

import time
from collections.abc import Callable

_STEPS = 100_000
_STEPS_SECONDS = 0.025
"""What the steps take on the machine that limits are said for. It was chosen, not measured on a certain one."""


def _steps() -> None:
    """Arithmetic, text and a dictionary: what an interpreter is mostly asked for."""
    seen: dict[int, int] = {}
    for number in range(_STEPS):
        seen[number & 1023] = seen.get(number & 1023, 0) + len(str(number))


def processor_seconds(work: Callable[[], object]) -> float:
    """Time on the processor, so that what else runs on the machine does not count."""
    started = time.process_time()
    work()
    return time.process_time() - started


def slowness() -> float:
    """How many times as long as there things take here now; never less than once."""
    return max(1.0, min(processor_seconds(_steps) for _ in range(3)) / _STEPS_SECONDS)


def paced_seconds(work: Callable[[], object], *, enough: float = 0.0, tries: int = 8) -> float:
    """The seconds that the work would take where limits are set: the best of some tries, none after one is enough.

    On a quicker machine they are the seconds it takes there: what holds there, holds. Other processes evict what
    this one has in its caches, so that the best is what it costs.
    """
    best = float("inf")
    for _ in range(tries):
        before = processor_seconds(_steps)
        took = processor_seconds(work)
        pace = (before + processor_seconds(_steps)) / 2 / _STEPS_SECONDS
        best = min(best, took / max(1.0, pace))
        if best < enough:
            break
    return best
