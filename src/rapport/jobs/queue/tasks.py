"""The worker: leases jobs and runs their tasks, until it is asked to stop."""

import faulthandler
import os
import random
import socket
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Self

import structlog
from django.db import InterfaceError, OperationalError, close_old_connections, connection, transaction

from rapport.jobs.queue import commands, rules
from rapport.jobs.queue.rules import Failure, Leased, Outcome
from rapport.kernel.crashing import reach
from rapport.kernel.refusals import Refusal

log = structlog.get_logger("rapport.jobs")
IDLE_SECONDS = 0.5
SIGN_SECONDS = 10.0
LONGEST_WAIT_SECONDS = 4.0
_STDERR = 2
"""The file descriptor: whatever has been done to `sys.stderr`, the traceback of a job without end arrives."""
_GONE = (OperationalError, InterfaceError)
_RAISED = (Exception, SystemExit)
"""What a task may raise without harm to others: a worker does not end because a task asks it to."""


class Worker:
    """Runs jobs in this thread, short ones many in a transaction; longer ones have their lease kept alive beside.

    `between` is called between jobs: the place for small standing duties. `is_process`: this worker may
    end its process when a job does not end by itself; whoever started it starts it again.
    """

    def __init__(
        self,
        *,
        lease: timedelta = rules.LEASE,
        between: Callable[[], None] = lambda: None,
        queues: Sequence[str] = (),
        is_process: bool = False,
    ) -> None:
        self.name = f"{socket.gethostname()[:40]}:{os.getpid()}:{random.randrange(1 << 32):08x}"  # noqa: S311
        self._lease, self._between, self._queues, self._is_process = lease, between, queues, is_process
        self._stopping = threading.Event()
        self._owed: list[Outcome] = []
        self._most = rules.MOST_TOGETHER
        self._signed_at = float("-inf")

    def stop(self) -> None:
        """Ask the worker to end: a short job is finished, a long one stops at its next checkpoint."""
        self._stopping.set()

    def run(self) -> None:
        """Work until `stop` is called; a database out of reach is waited for."""
        troubles = 0
        while not self._stopping.is_set():
            try:
                close_old_connections()
                self._sign()
                was_busy = bool(self._some())
                self._between()
                troubles = 0
            except _GONE as error:
                troubles += 1
                log.warning("database out of reach", error=str(error).strip(), times=troubles)
                connection.close()
                was_busy = False
            if not was_busy:
                self._stopping.wait(_wait_seconds(troubles))
        self._sign_off()

    def run_until_idle(self) -> int:
        """Do every job that is due now; how many were tried."""
        count = 0
        while not self._stopping.is_set() and (done := self._some()):
            count += done
        return count

    def _sign(self) -> None:
        if time.monotonic() - self._signed_at >= SIGN_SECONDS:
            commands.show_sign(self.name, at=_now())
            self._signed_at = time.monotonic()

    def _sign_off(self) -> None:
        try:
            commands.sign_off(self.name)
        except _GONE as error:
            log.warning("database out of reach", error=str(error).strip())

    def _some(self) -> int:
        self._pay_what_is_owed()
        jobs = commands.lease(self.name, at=_now(), length=self._lease, most=self._most, queues=self._queues)
        if not jobs:
            return 0
        reach("jobs.leased")
        self._owed = [_broken_off(job) for job in jobs]
        task = rules.find(jobs[0].task)
        with _Alarm(task.most_seconds if task and self._is_process else None):
            done = self._together(jobs) if task and task.is_atomic else self._alone(jobs[0], task)
        self._owed = []
        return done

    def _pay_what_is_owed(self) -> None:
        """Say what became of jobs whose end could not be written when the database went away."""
        if self._owed:
            _tell(self._owed)
        self._owed = []

    def _together(self, jobs: list[Leased]) -> int:
        """Effects of short jobs and the word that they are done, in one transaction: both or neither."""
        try:
            with transaction.atomic():
                outcomes, left = self._try_in_turn(commands.hold(jobs))
                commands.settle(outcomes, at=_now(), luck=_luck())
                commands.hand_back(left)
                reach("jobs.before_commit")
        except Exception as error:
            self._owed = [Outcome(job, failure=_failure(error)) for job in jobs]
            if isinstance(error, _GONE) and not _may_be_repeated(error):
                raise
            log.warning("short jobs could not be done together", jobs=len(jobs), exc_info=True)
            self._pay_what_is_owed()
            return len(jobs)
        reach("jobs.after_commit")
        self._most = min(max(2 * len(outcomes), 1), rules.MOST_TOGETHER)
        return len(jobs)

    def _try_in_turn(self, jobs: list[Leased]) -> tuple[list[Outcome], list[Leased]]:
        """What became of those for which there was time, and those left."""
        outcomes: list[Outcome] = []
        until = time.monotonic() + rules.TOGETHER_SECONDS
        for job in jobs:
            if outcomes and (self._stopping.is_set() or time.monotonic() > until):
                break
            outcomes.append(self._try_inside(job))
        return outcomes, jobs[len(outcomes) :]

    def _try_inside(self, job: Leased) -> Outcome:
        task = rules.find(job.task)
        assert task is not None
        try:
            with transaction.atomic():
                return Outcome(job, answer=task.run(_Plain(job, self._stopping), **job.arguments))
        except _RAISED as error:
            if isinstance(error, _GONE) and (connection.needs_rollback or not connection.is_usable()):
                raise
            return _outcome_of(job, error)

    def _alone(self, job: Leased, task: rules.Task | None) -> int:
        if task is None:
            failure = Failure(f"No task is called '{job.task}'.", is_hopeless=True)
            _tell([Outcome(job, failure=failure)])
            return 1
        held = _Held(job, self.name, self._lease, self._stopping, task.most_seconds)
        try:
            with held:
                outcome = Outcome(job, answer=task.run(held, **job.arguments))
        except _RAISED as error:
            outcome = _outcome_of(job, error)
        self._owed = [outcome]
        reach("jobs.done_not_told")
        _tell(self._owed)
        return 1


def _tell(outcomes: Sequence[Outcome]) -> None:
    """Write down what became of those jobs that are still ours."""
    with transaction.atomic():
        held = {job.id for job in commands.hold([outcome.job for outcome in outcomes])}
        commands.settle([one for one in outcomes if one.job.id in held], at=_now(), luck=_luck())
    for one in outcomes:
        if one.job.id not in held:
            log.warning("lease lost", job=one.job.id, task=one.job.task)


def _broken_off(job: Leased) -> Outcome:
    return Outcome(job, failure=Failure("The database was out of reach."))


def _outcome_of(job: Leased, error: BaseException) -> Outcome:
    if isinstance(error, rules.Unfinished):
        return Outcome(job, is_unfinished=True)
    if not isinstance(error, Refusal):
        log.warning("job failed", job=job.id, task=job.task, attempt=job.attempt, exc_info=error)
    return Outcome(job, failure=_failure(error))


def _failure(error: BaseException) -> Failure:
    name = f"{type(error).__module__}.{type(error).__qualname__}"
    if isinstance(error, Refusal):
        return Failure(error.message, name, is_hopeless=True)
    return Failure("".join(traceback.format_exception(error, limit=-20)), name)


def _may_be_repeated(error: BaseException) -> bool:
    """Whether PostgreSQL gave up this transaction for another's sake (serialisation, deadlock)."""
    return getattr(error.__cause__, "sqlstate", None) in {"40001", "40P01"}


def _wait_seconds(troubles: int) -> float:
    whole = IDLE_SECONDS if not troubles else min(IDLE_SECONDS * 2**troubles, LONGEST_WAIT_SECONDS)
    return whole * (0.5 + _luck() / 2)


def _now() -> datetime:
    return datetime.now(UTC)


def _luck() -> float:
    return random.random()  # noqa: S311


class _Plain:
    """What a short task is told: it needs no lease kept alive, for its transaction holds the job."""

    def __init__(self, job: Leased, stopping: threading.Event) -> None:
        self.job, self._stopping = job, stopping

    def should_stop(self) -> bool:
        return self._stopping.is_set()


class _Held:
    """A running job: renews its lease from a thread of its own and knows when it was lost or its time is over."""

    def __init__(
        self, job: Leased, worker: str, lease: timedelta, stopping: threading.Event, most_seconds: float
    ) -> None:
        self.job, self._worker = job, worker
        self._length, self._stopping, self._until = lease, stopping, time.monotonic() + most_seconds
        self._done, self._lost = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._beat, daemon=True)

    def should_stop(self) -> bool:
        return self._stopping.is_set() or self._lost.is_set() or time.monotonic() >= self._until

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _beat(self) -> None:
        pause = min(rules.BEAT, self._length / 4).total_seconds()
        while not self._done.wait(pause):
            try:
                commands.extend(self.job, at=_now(), length=self._length)
                commands.show_sign(self._worker, at=_now())
            except commands.LeaseLost:
                self._lost.set()
                break
            except _GONE as error:
                log.warning("lease not renewed", job=self.job.id, error=str(error).strip())
                connection.close()
        connection.close()


class _Alarm:
    """Ends the process, with a traceback of every thread, when a job does not end by itself.

    The clock runs in a thread that needs no interpreter lock: an endless regular expression is ended too.
    """

    def __init__(self, most_seconds: float | None) -> None:
        self._seconds = most_seconds and most_seconds + rules.GRACE_SECONDS

    def __enter__(self) -> None:
        if self._seconds:
            faulthandler.dump_traceback_later(self._seconds, exit=True, file=_STDERR)

    def __exit__(self, *_: object) -> None:
        if self._seconds:
            faulthandler.cancel_dump_traceback_later()
