"""The courier: sends what waits in the outbox, many at once, in threads that touch no database."""

import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from queue import Empty, SimpleQueue

import structlog
from django import db

from rapport.interactions.webhooks import commands, queries, rules
from rapport.interactions.webhooks.commands import Outcome, Parcel
from rapport.jobs.queue import rules as jobs
from rapport.kernel import crashing, outgoing
from rapport.kernel.addresses import TargetNotAllowed

log = structlog.get_logger("rapport.webhooks")
HANDS = 32
_IDLE_SECONDS = 0.5
_PAUSE_SECONDS = 2.0
_END_SECONDS = 5.0


def put_out() -> int:
    """Bring the outbox up to the end of the log."""
    return commands.put_out(at=datetime.now(UTC))


@jobs.task("webhooks.tidy")
def tidy(context: jobs.Context) -> None:  # noqa: ARG001 - every task is given its context
    """Forget messages of long ago."""
    commands.prune(at=datetime.now(UTC))


class Courier:
    """Claims what is due, lets threads send it, writes down what became of it; only this one touches the database."""

    def __init__(self) -> None:
        self._stopping = threading.Event()
        self._back: SimpleQueue[Outcome] = SimpleQueue()
        self._sending = 0
        self._unwritten: list[Outcome] = []

    def stop(self) -> None:
        """Take nothing more; what is on its way has a moment to come back."""
        self._stopping.set()

    def run(self) -> None:
        """Send until `stop` is called."""
        while not self._stopping.is_set():
            try:
                is_busy = self.turn(_IDLE_SECONDS)
            except db.Error as error:
                log.warning("outbox out of reach", error=type(error).__name__)
                db.connection.close()
                self._stopping.wait(_PAUSE_SECONDS)
            else:
                if not is_busy and not self._sending:
                    self._stopping.wait(_IDLE_SECONDS)
        self._end()

    def turn(self, seconds: float = 0) -> bool:
        """Write down what comes back, within this time, and hand out what is due; whether there was anything to do."""
        came = self._write(self._come_back(seconds))
        at = datetime.now(UTC)
        room = HANDS - self._sending
        parcels = commands.claim(room=room, at=at) if room and queries.is_anything_due(at) else []
        for parcel in parcels:
            threading.Thread(target=self._carry, args=(parcel,), daemon=True, name="webhook").start()
        self._sending += len(parcels)
        return bool(came or parcels)

    def run_until_idle(self) -> None:
        """Send everything that is due now, and wait for it."""
        while self.turn(_IDLE_SECONDS) or self._sending:
            continue

    def _carry(self, parcel: Parcel) -> None:
        self._back.put(send(parcel))

    def _come_back(self, seconds: float) -> int:
        """Take the outcomes that are here, or the first to come; how many."""
        before = len(self._unwritten)
        with suppress(Empty):
            self._unwritten.append(self._back.get(timeout=seconds if self._sending else 0))
            while True:
                self._unwritten.append(self._back.get_nowait())
        count = len(self._unwritten) - before
        self._sending -= count
        return count

    def _write(self, came: int) -> int:
        """Write outcomes down; they are kept until the database has them."""
        if self._unwritten:
            luck = random.random()  # noqa: S311 - it spreads tries, it guards nothing
            commands.settle(self._unwritten, at=datetime.now(UTC), luck=luck)
            self._unwritten.clear()
        return came

    def _end(self) -> None:
        """Whoever does not answer in time is left: the outcome is not known, and it is sent again."""
        deadline = time.monotonic() + _END_SECONDS
        try:
            while self._sending and (left := deadline - time.monotonic()) > 0:
                self._write(self._come_back(left))
        except db.Error as error:
            log.warning("outbox out of reach", error=type(error).__name__)
        finally:
            db.connection.close()


def send(parcel: Parcel) -> Outcome:
    """Send one message; whatever happens becomes an outcome."""
    headers = rules.signed(parcel.message_id, parcel.body, parcel.keys, datetime.now(UTC))
    try:
        answer = outgoing.post(parcel.address, parcel.body, headers)
    except TargetNotAllowed as refused:
        return Outcome(parcel, None, refused.message)
    except outgoing.Unreachable as gone:
        return Outcome(parcel, None, str(gone))
    except Exception as error:  # noqa: BLE001 - one odd receiver must not end the courier
        log.warning("message not sent", error=type(error).__name__)
        return Outcome(parcel, None, "It could not be sent.")
    crashing.reach("webhooks.after_send")
    return Outcome(parcel, answer.status, _shown(answer.body))


def _shown(body: bytes) -> str:
    """The beginning of an answer as plain text: enough to see what is wrong, too little to read somebody's network."""
    text = body[: rules.MOST_SHOWN * 4].decode("utf-8", "replace")
    return "".join(char if char.isprintable() else " " for char in text)[: rules.MOST_SHOWN].strip()


@contextmanager
def courier_at_work() -> Iterator[None]:
    """A courier in a thread of its own, for as long as the block lasts."""
    courier = Courier()
    thread = threading.Thread(target=courier.run, name="courier", daemon=True)
    thread.start()
    try:
        yield
    finally:
        courier.stop()
        thread.join()
