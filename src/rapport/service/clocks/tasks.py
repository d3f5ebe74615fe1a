"""Clocks are watched all the time: what comes due is noted within a second, however busy followers of the log are."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import structlog
from django import db

from rapport.jobs.duties import commands as duties
from rapport.jobs.queue import rules as jobs
from rapport.service.clocks import commands
from rapport.service.clocks.commands.turning import JOB

log = structlog.get_logger("rapport.clocks")
DUTY = "clocks"
LOOK_SECONDS = 0.4
_PAUSE_SECONDS = 2.0


@jobs.task(JOB)
def follow_calendars(context: jobs.Context) -> None:
    """Put running clocks under the hours that are in force now."""
    commands.follow_calendars(at=datetime.now(UTC), should_stop=context.should_stop)
    if context.should_stop():
        raise jobs.Unfinished


class Watch:
    """Calls `sweep` again and again; a failure is shown among the troubles of duties and tried again."""

    def __init__(self, sweep: Callable[[datetime], int]) -> None:
        self._sweep = sweep
        self._stopping = threading.Event()
        self._is_well = False

    def stop(self) -> None:
        """End soon."""
        self._stopping.set()

    def run(self) -> None:
        """Watch until `stop` is called."""
        while not self._stopping.is_set():
            self._stopping.wait(LOOK_SECONDS if self._look() else _PAUSE_SECONDS)
        db.connection.close()

    def _look(self) -> bool:
        """Look once; whether all is well."""
        try:
            db.close_old_connections()
            self._sweep(datetime.now(UTC))
            self._recover()
        except db.Error as error:
            log.warning("clocks out of reach", error=type(error).__name__)
            db.connection.close()
            return False
        except Exception as error:
            log.exception("clocks not swept")
            self._is_well = False
            duties.stumble(DUTY, f"{type(error).__name__}: {error}", at=datetime.now(UTC))
            return False
        return True

    def _recover(self) -> None:
        if not self._is_well:
            duties.recover(DUTY)
            self._is_well = True


@contextmanager
def watch_at_work(sweep: Callable[[datetime], int]) -> Iterator[None]:
    """A watch in a thread of its own, for as long as the block lasts."""
    watch = Watch(sweep)
    thread = threading.Thread(target=watch.run, name="clocks", daemon=True)
    thread.start()
    try:
        yield
    finally:
        watch.stop()
        thread.join()
