"""When a job is tried again, and for how long a worker may hold it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Protocol

import msgspec

LEASE = timedelta(seconds=30)
"""A worker that was not heard of for this long has lost its job to the next."""
BEAT = timedelta(seconds=8)
MOST_ATTEMPTS = 8
FIRST_PAUSE = timedelta(seconds=2)
LONGEST_PAUSE = timedelta(minutes=30)


def pause(attempt: int, luck: float) -> timedelta:
    """How long to wait after a failed attempt (1 is the first): doubling, spread by `luck` (0 to 1).

    >>> pause(1, 1.0).total_seconds(), pause(3, 0.0).total_seconds(), pause(30, 1.0).total_seconds()
    (2.0, 4.0, 1800.0)
    """
    whole: timedelta = min(FIRST_PAUSE * (1 << min(attempt - 1, 20)), LONGEST_PAUSE)
    return whole * (0.5 + luck / 2)


class Leased(msgspec.Struct, frozen=True):
    """A job in a worker's hands. Whatever the worker writes about it must carry this `fence`."""

    id: int
    task: str
    arguments: dict[str, Any]
    attempt: int
    fence: int
    until: datetime


class Context(Protocol):
    """What a task is told besides its arguments."""

    @property
    def job(self) -> Leased: ...

    def should_stop(self) -> bool:
        """Whether the worker is asked to end or has lost the job: a long task stops at its next checkpoint."""


Task = Callable[..., None]
_TASKS: dict[str, Task] = {}


def task(name: str) -> Callable[[Task], Task]:
    """Register a function under the name that jobs call it by: `f(context, **arguments)`."""

    def register(function: Task) -> Task:
        if _TASKS.setdefault(name, function) is not function:
            raise ValueError(f"two tasks are called {name}")
        return function

    return register


def find(name: str) -> Task | None:
    """The task of this name, if a module that registers it was imported."""
    return _TASKS.get(name)


class Unfinished(Exception):  # noqa: N818 - not an error: the worker was asked to end
    """Raised by a task that stopped at a checkpoint because it was asked to; it goes on later."""
