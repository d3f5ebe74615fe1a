"""What a task is, when a job is tried again, and for how long a worker may hold it."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

import msgspec

LEASE = timedelta(seconds=30)
"""A worker that was not heard of for this long has lost its job to the next."""
STRANGE = timedelta(minutes=15)
"""A lease further ahead than this was taken before somebody set the clock back: it holds nobody off."""
BEAT = timedelta(seconds=8)
MOST_ATTEMPTS = 8
FIRST_PAUSE = timedelta(seconds=2)
LONGEST_PAUSE = timedelta(minutes=30)
MOST_SECONDS = 600.0
"""After this a job is asked to stop at its next checkpoint; `GRACE_SECONDS` later its worker is ended."""
GRACE_SECONDS = 30.0
MOST_TOGETHER = 200
"""Short jobs that are leased in one commit, and done in one."""
TOGETHER_SECONDS = 0.1
"""How long a transaction of short jobs is kept open: on SQLite nobody else writes meanwhile."""
KEPT = timedelta(days=7)
"""How long a finished job can still be looked up."""
DIED = (
    "The worker ended in the middle of this job each time: it was killed, ran out of memory or out of time."
)


def pause(attempt: int, luck: float) -> timedelta:
    """How long to wait after a failed attempt (1 is the first): doubling, spread by `luck` (0 to 1).

    >>> pause(1, 1.0).total_seconds(), pause(3, 0.0).total_seconds(), pause(30, 1.0).total_seconds()
    (2.0, 4.0, 1800.0)
    """
    whole: timedelta = min(FIRST_PAUSE * (1 << min(attempt - 1, 20)), LONGEST_PAUSE)
    return whole * (0.5 + luck / 2)


class Wanted(msgspec.Struct, frozen=True):
    """A job to be put in. `due_at` None: at once; `key`: one unfinished job bears it at most."""

    task: str
    arguments: dict[str, Any]
    due_at: datetime | None = None
    key: str = ""
    priority: int = 0
    queue: str = "default"


class Leased(msgspec.Struct, frozen=True):
    """A job in a worker's hands. Whatever the worker writes about it must carry this `fence`."""

    id: int
    task: str
    arguments: dict[str, Any]
    attempt: int
    fence: int
    until: datetime


class Failure(msgspec.Struct, frozen=True):
    """Why an attempt failed: in words (a traceback, a refusal) and by the class of what was raised."""

    reason: str
    error_class: str = ""
    is_hopeless: bool = False


class Outcome(msgspec.Struct, frozen=True):
    """What became of an attempt: done (with what the task gave back), given back unfinished, or failed."""

    job: Leased
    answer: Any = None
    failure: Failure | None = None
    is_unfinished: bool = False


class Context(Protocol):
    """What a task is told besides its arguments."""

    @property
    def job(self) -> Leased: ...

    def should_stop(self) -> bool:
        """Whether the worker is asked to end, has lost the job, or gave it all its time: stop at a checkpoint."""


Function = Callable[..., Any]


class Task(msgspec.Struct, frozen=True):
    """A function that jobs call by name: `f(context, **arguments)`.

    `is_atomic`: its effects and the word that it is done are one transaction, so they happen once, whatever
    dies when. It must be short and may change nothing but the database. Any other task may be begun again
    after it had an effect, and must not mind.
    """

    name: str
    run: Function
    is_atomic: bool = False
    most_seconds: float = MOST_SECONDS


_TASKS: dict[str, Task] = {}


def task(
    name: str, *, is_atomic: bool = False, most_seconds: float = MOST_SECONDS
) -> Callable[[Function], Function]:
    """Register a function under the name that jobs call it by."""

    def register(function: Function) -> Function:
        made = Task(name, function, is_atomic, most_seconds)
        if _TASKS.setdefault(name, made).run is not function:
            raise ValueError(f"two tasks are called {name}")
        return function

    return register


def find(name: str) -> Task | None:
    """The task of this name, if a module that registers it was imported."""
    return _TASKS.get(name)


def registered() -> list[Task]:
    """Every task of the modules that were imported, by name."""
    return [_TASKS[name] for name in sorted(_TASKS)]


def may_go_together(name: str, attempts: int) -> bool:
    """Whether a job may share a transaction: those that were tried before are done alone, so that one which
    ends its worker takes no other with it more than once.
    """
    found = find(name)
    return found is not None and found.is_atomic and attempts == 0


def together(jobs: Sequence[tuple[str, int]]) -> list[int]:
    """Which of these (task, attempts), the first due in front, one worker takes at once: places in the list."""
    if not jobs or not may_go_together(*jobs[0]):
        return [0] if jobs else []
    return [place for place, job in enumerate(jobs) if may_go_together(*job)]


class Unfinished(Exception):  # noqa: N818 - not an error: the worker was asked to end
    """Raised by a task that stopped at a checkpoint because it was asked to; it goes on later."""
