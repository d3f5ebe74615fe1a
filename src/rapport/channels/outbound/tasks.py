"""The carrier: hands over what is due, many at once, in threads that ask no database."""

import math
import os
import random
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from queue import Empty, SimpleQueue

import structlog
from django import db

from rapport.channels.outbound import commands, queries
from rapport.channels.outbound.commands import mailing, posting
from rapport.channels.outbound.rules import trying
from rapport.channels.outbound.rules.parcels import Mailing, Outcome, Parcel, Posting, Pretending
from rapport.channels.outbound.rules.trying import Judged
from rapport.kernel import crashing

log = structlog.get_logger("rapport.outbound")
HANDS = 12
MOST_TOGETHER = 5
"""Parcels that one hand carries over one line: what it has in hand when its process dies is not known."""
_IDLE_SECONDS = 0.5
_PAUSE_SECONDS = 2.0
_END_SECONDS = 5.0


def a_minute() -> int:
    """How many mails a minute the operator lets go to one domain through one mailbox (RAPPORT_MAIL_A_MINUTE)."""
    written = os.environ.get("RAPPORT_MAIL_A_MINUTE", "")
    return int(written) if written.isdecimal() and int(written) > 0 else trying.A_MINUTE


class Carrier:
    """Claims what is due, lets hands carry it, writes down what became of it; only this one asks the database."""

    def __init__(
        self, *, lease: timedelta = trying.LEASE, hands: int = HANDS, at_once: int | None = None
    ) -> None:
        self._stopping = threading.Event()
        self._back: SimpleQueue[Outcome | None] = SimpleQueue()
        self._lease, self._hands = lease, hands
        self._at_once = at_once or trying.MOST_AT_ONCE
        self._held: dict[int, Parcel] = {}
        self._busy = 0
        self._unwritten: list[Outcome] = []
        self._extend_at = 0.0

    def stop(self) -> None:
        """Take nothing more; what is on its way has a moment to come back."""
        self._stopping.set()

    def run(self) -> None:
        """Carry until `stop` is called."""
        while not self._stopping.is_set():
            try:
                is_busy = self.turn(_IDLE_SECONDS)
            except db.Error as error:
                log.warning("outbox out of reach", error=type(error).__name__)
                db.connection.close()
                self._stopping.wait(_PAUSE_SECONDS)
            else:
                if not is_busy and not self._busy:
                    self._stopping.wait(_IDLE_SECONDS)
        self._end()

    def turn(self, seconds: float = 0) -> bool:
        """Write down what comes back, within this time, and hand out what is due; whether there was anything to do."""
        came = self._come_back(seconds)
        self._write()
        self._keep()
        parcels = self._claim()
        for batch in self._batches(parcels):
            self._busy += 1
            threading.Thread(target=self._carry, args=(batch,), daemon=True, name="carrier").start()
        return bool(came or parcels)

    def run_until_idle(self) -> None:
        """Carry everything that is due now, and wait for it."""
        while self.turn(_IDLE_SECONDS) or self._busy:
            continue

    def _claim(self) -> list[Parcel]:
        free = self._hands - self._busy
        at = datetime.now(UTC)
        if free <= 0 or not queries.is_anything_due(at):
            return []
        crashing.reach("outbound.before_claim")
        parcels = commands.claim(
            room=free * MOST_TOGETHER,
            at=at,
            lease=self._lease,
            a_minute=a_minute(),
            most_at_once=self._at_once,
        )
        crashing.reach("outbound.after_claim")
        self._held |= {one.dispatch_id: one for one in parcels}
        return parcels

    def _batches(self, parcels: Sequence[Parcel]) -> Iterator[list[Parcel]]:
        """The parcels of one endpoint together, spread over the hands that are free."""
        size = max(1, min(MOST_TOGETHER, math.ceil(len(parcels) / max(self._hands - self._busy, 1))))
        by_endpoint: dict[int, list[Parcel]] = {}
        for parcel in parcels:
            by_endpoint.setdefault(parcel.endpoint_id, []).append(parcel)
        for own in by_endpoint.values():
            for start in range(0, len(own), size):
                yield own[start : start + size]

    def _carry(self, batch: list[Parcel]) -> None:
        try:
            carry(batch, self._back.put)
        finally:
            self._back.put(None)

    def _come_back(self, seconds: float) -> int:
        """Take the outcomes that are here, or the first to come; how many."""
        came: list[Outcome | None] = []
        with suppress(Empty):
            came.append(self._back.get(timeout=seconds if self._busy else 0.001))
            while True:
                came.append(self._back.get_nowait())
        self._busy -= came.count(None)
        self._unwritten += [one for one in came if one is not None]
        return len(came)

    def _write(self) -> None:
        """Write outcomes down; they are kept until the database has them."""
        if self._unwritten:
            commands.settle(self._unwritten, at=datetime.now(UTC), luck=_luck())
            crashing.reach("outbound.after_settle")
            for one in self._unwritten:
                self._held.pop(one.parcel.dispatch_id, None)
            self._unwritten.clear()

    def _keep(self) -> None:
        """Renew the leases of what is still carried."""
        if self._held and time.monotonic() >= self._extend_at:
            self._extend_at = time.monotonic() + self._lease.total_seconds() / 4
            commands.extend(list(self._held.values()), at=datetime.now(UTC), lease=self._lease)

    def _end(self) -> None:
        """Whoever does not answer in time is left: the outcome is not known."""
        deadline = time.monotonic() + _END_SECONDS
        try:
            while self._busy and (left := deadline - time.monotonic()) > 0:
                self._come_back(left)
                self._write()
        except db.Error as error:
            log.warning("outbox out of reach", error=type(error).__name__)
        finally:
            db.connection.close()


class _Told:
    """Passes outcomes on, and knows which parcels have none yet."""

    def __init__(self, parcels: Sequence[Parcel], tell: mailing.Tell) -> None:
        self.untold = {one.dispatch_id: one for one in parcels}
        self._tell = tell

    def __call__(self, outcome: Outcome) -> None:
        self.untold.pop(outcome.parcel.dispatch_id, None)
        self._tell(outcome)


def carry(parcels: Sequence[Parcel], tell: mailing.Tell) -> None:
    """Carry parcels of one endpoint; whatever happens, each gets an outcome."""
    told = _Told(parcels, tell)
    try:
        if isinstance(parcels[0].load, Mailing):
            mailing.carry(parcels, told, at=datetime.now(UTC))
        else:
            for parcel in parcels:
                told(_handed(parcel))
    except Exception as error:
        log.exception("parcels not carried", error=type(error).__name__)
        for parcel in list(told.untold.values()):
            told(
                Outcome(parcel, Judged("later", reason=f"It could not be carried ({type(error).__name__})."))
            )
    finally:
        db.connections.close_all()


def _handed(parcel: Parcel) -> Outcome:
    if isinstance(parcel.load, Posting):
        return posting.post(parcel, at=datetime.now(UTC))
    if isinstance(parcel.load, Pretending):
        return commands.pretended(parcel)
    return Outcome(parcel, Judged("sent"))


@contextmanager
def carrier_at_work() -> Iterator[None]:
    """A carrier in a thread of its own, for as long as the block lasts."""
    carrier = Carrier()
    thread = threading.Thread(target=carrier.run, name="carrier", daemon=True)
    thread.start()
    try:
        yield
    finally:
        carrier.stop()
        thread.join()


def _luck() -> float:
    return random.random()  # noqa: S311 - it spreads tries, it guards nothing
