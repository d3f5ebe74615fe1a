"""What follows the log: each brings what it keeps up to the end of the log, once a row, by a cursor of its own."""

from collections.abc import Callable
from datetime import datetime

import structlog

from rapport.interactions.log import commands as log
from rapport.interactions.log import queries as log_queries
from rapport.interactions.log import tasks as log_tasks
from rapport.interactions.webhooks import tasks as webhooks
from rapport.jobs.duties import commands as duties
from rapport.jobs.queue import rules
from rapport.wiring import reactions, searching

FOLLOWERS: dict[str, Callable[[], int]] = {
    "activity": log.catch_up,
    "search": searching.follow,
    "live": log_tasks.tell_screens,
    "webhooks": webhooks.put_out,
    reactions.NAME: reactions.react,
}
"""Name -> what reads on. The name is that of its cursor; each says how many rows it read, and reads on when called
again. All are called about once a second, in one thread: whatever takes long puts in a job instead.
"""

logger = structlog.get_logger("rapport.wiring")


class Tending:
    """Brings followers up to the end of the log again and again; one that fails rests, the others go on.

    What is wrong stands among the troubles of duties (page of background work, `rapport doctor`) until it is well.
    """

    def __init__(self) -> None:
        self._failures: dict[str, int] = {}
        self._rests_until: dict[str, datetime] = {}
        self._well: set[str] = set()

    def catch_up(self, *, at: datetime) -> int:
        """Let each follower read what is new; how many rows were read in all."""
        return sum(self._tend(name, follow, at) for name, follow in FOLLOWERS.items())

    def _tend(self, name: str, follow: Callable[[], int], at: datetime) -> int:
        if (until := self._rests_until.get(name)) and at < until <= at + rules.LONGEST_PAUSE:
            return 0
        try:
            read = follow()
        except Exception as error:
            logger.exception("follower failed", follower=name)
            self._note_failure(name, error, at)
            return 0
        if name not in self._well:
            duties.recover(name)
            self._well.add(name)
            self._failures.pop(name, None)
        return read

    def _note_failure(self, name: str, error: Exception, at: datetime) -> None:
        self._well.discard(name)
        self._failures[name] = times = self._failures.get(name, 0) + 1
        self._rests_until[name] = at + rules.pause(times, luck=1)
        duties.stumble(name, f"{type(error).__name__}: {error}", at=at)


def lag() -> dict[str, int]:
    """How many rows of the log each follower has not read yet."""
    return log_queries.rows_behind(FOLLOWERS)
