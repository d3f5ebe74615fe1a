"""One thread that writes to the log: everything that waits is stored in one commit, then answered."""

import asyncio
import logging
import math
import queue
import threading
import time
from collections.abc import Sequence
from typing import Final

import msgspec
from django import db

from rapport.api import problems
from rapport.interactions.log import commands as log
from rapport.interactions.log.rules import Recorded

_logger = logging.getLogger(__name__)

MOST_IN_A_COMMIT: Final = 4_000
MOST_WAITING: Final = 40_000
LARGEST_WAITING: Final = 128 * 1024 * 1024
"""Interactions and bytes that may wait for a commit; whoever comes after is asked to come again."""
_LONGEST_RETRY_SECONDS = 30
_GONE = (db.OperationalError, db.InterfaceError)


class Written(msgspec.Struct, frozen=True):
    """What became of a batch: what was stored, and the places that the database itself refused, with why."""

    recorded: Recorded
    refused: dict[int, str] = {}


class _Waiting(msgspec.Struct):
    batch: log.Batch
    size: int
    answer: asyncio.Future[Written]


class Writer:
    """Takes batches from the event loop and gives each a future that is done after its commit.

    The counts of what waits are touched by the event loop alone, so they need no lock.
    """

    def __init__(self) -> None:
        self._waiting: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._entries = 0
        self._bytes = 0
        self._entries_a_second = 1_000.0

    def start(self) -> None:
        """Begin to write; to be called within the event loop that submits."""
        self._loop = asyncio.get_running_loop()
        self._thread = threading.Thread(target=self._run, name="log-writer", daemon=True)
        self._thread.start()

    async def stop(self) -> None:
        """Write what waits, answer it, and end the thread."""
        if self._thread is not None:
            self._waiting.put(None)
            await asyncio.to_thread(self._thread.join)
            await asyncio.sleep(0)
            self._thread = None

    def submit(self, batch: log.Batch, size: int) -> asyncio.Future[Written]:
        """A future for the batch (`size`: bytes it came in), or a problem 429 when too much waits already."""
        if self._thread is None:
            self.start()
        if self._entries and self._is_full(len(batch.entries), size):
            raise problems.overloaded(self._retry_after())
        self._entries += len(batch.entries)
        self._bytes += size
        assert self._loop is not None
        answer: asyncio.Future[Written] = self._loop.create_future()
        self._waiting.put(_Waiting(batch, size, answer))
        return answer

    def _is_full(self, entries: int, size: int) -> bool:
        return self._entries + entries > MOST_WAITING or self._bytes + size > LARGEST_WAITING

    def _retry_after(self) -> int:
        return min(_LONGEST_RETRY_SECONDS, max(1, math.ceil(self._entries / self._entries_a_second)))

    def _run(self) -> None:
        while (group := self._next_group()) is not None:
            began = time.monotonic()
            outcomes = _write([one.batch for one in group])
            seconds = max(time.monotonic() - began, 1e-6)
            assert self._loop is not None
            self._loop.call_soon_threadsafe(self._settle, group, outcomes, seconds)
        db.connection.close()

    def _next_group(self) -> list[_Waiting] | None:
        first = self._waiting.get()
        if first is None:
            return None
        group, entries = [first], len(first.batch.entries)
        while entries < MOST_IN_A_COMMIT:
            try:
                more = self._waiting.get_nowait()
            except queue.Empty:
                break
            if more is None:
                self._waiting.put(None)
                break
            group.append(more)
            entries += len(more.batch.entries)
        return group

    def _settle(self, group: list[_Waiting], outcomes: Sequence[Written | Exception], seconds: float) -> None:
        entries = 0
        for one, outcome in zip(group, outcomes, strict=True):
            entries += len(one.batch.entries)
            self._bytes -= one.size
            if one.answer.done():
                continue
            if isinstance(outcome, Written):
                one.answer.set_result(outcome)
            else:
                one.answer.set_exception(outcome)
        self._entries -= entries
        self._entries_a_second = 0.8 * self._entries_a_second + 0.2 * entries / seconds


def _write(batches: list[log.Batch]) -> Sequence[Written | Exception]:
    """Store all in one commit; if that fails, one by one, so that one bad batch does not fail the others."""
    try:
        return [Written(recorded) for recorded in _record(batches)]
    except _GONE as gone:
        _logger.warning("the log cannot be written: %s", gone)
        return [problems.unavailable()] * len(batches)
    except Exception:
        _logger.exception("a group of %d batches could not be stored; trying them one by one", len(batches))
    return [_write_alone(batch) for batch in batches]


def _write_alone(batch: log.Batch) -> Written | Exception:
    try:
        return Written(_record([batch])[0])
    except _GONE:
        return problems.unavailable()
    except Exception as error:  # noqa: BLE001 - whatever is wrong with it, the thread serves others too
        if len(batch.entries) == 1:
            return Written(Recorded((), ()), {0: type(error).__name__})
    return _write_each(batch)


def _write_each(batch: log.Batch) -> Written | Exception:
    new: list[int] = []
    known: list[int] = []
    refused: dict[int, str] = {}
    for place, entry in enumerate(batch.entries):
        outcome = _write_alone(msgspec.structs.replace(batch, entries=[entry]))
        if isinstance(outcome, Exception):
            return outcome
        new += [place] * len(outcome.recorded.new)
        known += [place] * len(outcome.recorded.already_known)
        if outcome.refused:
            refused[place] = outcome.refused[0]
    return Written(Recorded(tuple(new), tuple(known)), refused)


def _record(batches: list[log.Batch]) -> list[Recorded]:
    """Record; a connection that broke is opened anew once (what was stored already is known by its ids).

    PostgreSQL may give one up for another's sake, which is tried again too. SQLite has waited already.
    """
    try:
        return log.record(batches)
    except _GONE:
        if db.connection.vendor == "sqlite":
            raise
        db.connection.close()
        return log.record(batches)
