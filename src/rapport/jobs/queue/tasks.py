"""The worker: leases jobs and runs their tasks, one at a time, until it is asked to stop."""

import os
import random
import socket
import threading
import traceback
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Self

import structlog
from django.db import OperationalError, close_old_connections

from rapport.jobs.queue import commands, rules
from rapport.jobs.queue.rules import Leased
from rapport.kernel.refusals import Refusal

log = structlog.get_logger("rapport.jobs")
IDLE_SECONDS = 0.5


class Worker:
    """Runs jobs in this thread; a second thread keeps the lease of the running one alive.

    `between` is called about every second, between jobs: the place for small standing duties.
    """

    def __init__(self, *, lease: timedelta = rules.LEASE, between: Callable[[], None] = lambda: None) -> None:
        self.name = f"{socket.gethostname()[:40]}:{os.getpid()}:{random.randrange(1 << 32):08x}"  # noqa: S311
        self._lease, self._between = lease, between
        self._stopping = threading.Event()

    def stop(self) -> None:
        """Ask the worker to end: a short job is finished, a long one stops at its next checkpoint."""
        self._stopping.set()

    def run(self) -> None:
        """Work until `stop` is called."""
        while not self._stopping.is_set():
            if not self._turn():
                self._stopping.wait(IDLE_SECONDS)

    def run_until_idle(self) -> int:
        """Do every job that is due now; how many were tried."""
        count = 0
        while not self._stopping.is_set() and self._one():
            count += 1
        return count

    def _turn(self) -> bool:
        try:
            close_old_connections()
            was_busy = self._one()
            self._between()
        except OperationalError as error:
            log.warning("database out of reach", error=str(error))
            return False
        return was_busy

    def _one(self) -> bool:
        job = commands.lease(self.name, at=datetime.now(UTC), length=self._lease)
        if job is None:
            return False
        try:
            self._do(job)
        except commands.LeaseLost:
            log.warning("lease lost", job=job.id, task=job.task)
        return True

    def _do(self, job: Leased) -> None:
        task = rules.find(job.task)
        if task is None:
            commands.fail(
                job, f"No task is called '{job.task}'.", at=datetime.now(UTC), luck=1, is_hopeless=True
            )
            return
        held = _Held(job, self._lease, self._stopping)
        try:
            with held:
                task(held, **job.arguments)
        except rules.Unfinished:
            commands.release(job, at=datetime.now(UTC))
        except Refusal as refusal:
            commands.fail(job, refusal.message, at=datetime.now(UTC), luck=1, is_hopeless=True)
        except Exception:
            log.warning("job failed", job=job.id, task=job.task, attempt=job.attempt, exc_info=True)
            reason = traceback.format_exc(limit=-20)
            commands.fail(job, reason, at=datetime.now(UTC), luck=random.random())  # noqa: S311
        else:
            commands.finish(job, at=datetime.now(UTC))


class _Held:
    """A running job: renews its lease from a thread of its own and knows when it was lost."""

    def __init__(self, job: Leased, lease: timedelta, stopping: threading.Event) -> None:
        self.job = job
        self._length, self._stopping = lease, stopping
        self._done, self._lost = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._beat, daemon=True)

    def should_stop(self) -> bool:
        return self._stopping.is_set() or self._lost.is_set()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _beat(self) -> None:
        from django.db import connection

        pause = min(rules.BEAT, self._length / 4).total_seconds()
        while not self._done.wait(pause):
            try:
                commands.extend(self.job, at=datetime.now(UTC), length=self._length)
            except commands.LeaseLost:
                self._lost.set()
                break
            except OperationalError as error:
                log.warning("lease not renewed", job=self.job.id, error=str(error))
        connection.close()
