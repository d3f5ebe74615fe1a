"""From a request to rows of the log and back: the way that every dialect's route takes."""

import asyncio
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import msgspec

from rapport.api import metrics, problems, throttling
from rapport.api.problems import Detail, Problem
from rapport.api.senders import Sender, Senders, secret_in
from rapport.api.wire import Request
from rapport.api.writer import Writer, Written
from rapport.interactions.ingestion.rules import values
from rapport.interactions.ingestion.rules.received import BadMessage, Fault, Reception, Taken
from rapport.interactions.log import commands as log

_LARGE_BODY = 256 * 1024
"""Larger bodies are read in a thread, so that nobody waits behind them."""
_MOST_NAMED = 20

Decode = Callable[[Any, Reception, bool], Taken]
KeyInBody = Callable[[Any], str]


class Outcome(msgspec.Struct):
    """What became of each message of a body, by its place in it."""

    taken: Taken
    warnings: dict[int, str]
    known: frozenset[int] = frozenset()


class Intake:
    """Reads a body, finds who sent it, decodes it, and waits until it is stored."""

    def __init__(self) -> None:
        self.senders = Senders()
        self.writer = Writer()
        self._buckets = throttling.for_messages()

    async def stop(self) -> None:
        """Store what waits and end the threads."""
        await self.writer.stop()
        self.senders.stop()

    async def take(
        self,
        request: Request,
        decode: Decode,
        *,
        key_in_body: KeyInBody | None,
        may_be_empty: bool = False,
    ) -> Outcome:
        """Store what a request brings; it is committed when this returns.

        A body of which nothing could be taken is a problem 400, unless the caller answers per message
        (`may_be_empty`). Without `key_in_body` the key must stand in the header.
        """
        packed = await request.body()
        sender = await self.senders.find(secret_in(request.headers.get(b"authorization", b"")))
        if sender is None and key_in_body is None:
            raise problems.unauthorized()
        try:
            body, is_dirty = await _in_thread_if_large(len(packed), values.parsed, packed)
            if sender is None:
                sender = await self._sender_named(body, key_in_body)
            reception = Reception(datetime.now(UTC), sender.currency, _new_id, is_trusted=sender.is_trusted)
            taken = await _in_thread_if_large(len(packed), decode, body, reception, is_dirty)
        except BadMessage as bad:
            raise _bad_body(bad.fault) from bad
        if wait := self._buckets.take(sender.source_id, len(taken.entries)).wait:
            raise problems.overloaded(wait)
        if not taken.entries:
            if taken.faults and not may_be_empty:
                raise _nothing_taken(taken)
            return Outcome(taken, {})
        batch = log.Batch(sender.source_id, taken.entries, reception.received_at)
        return _outcome(taken, await self.writer.submit(batch, len(packed)))

    async def _sender_named(self, body: Any, key_in_body: KeyInBody | None) -> Sender:
        sender = await self.senders.find(key_in_body(body)) if key_in_body else None
        if sender is None:
            raise problems.unauthorized()
        return sender


def _new_id() -> str:
    return str(uuid.uuid4())


async def _in_thread_if_large(size: int, work: Callable[..., Any], *arguments: Any) -> Any:
    return await asyncio.to_thread(work, *arguments) if size > _LARGE_BODY else work(*arguments)


def _outcome(taken: Taken, written: Written) -> Outcome:
    for position, reason in written.refused.items():
        message = f"The database cannot store this message ({reason})."
        taken.faults[taken.places[position]] = Fault("message", "", message)
    warnings = {
        place: entry.warning
        for place, entry in zip(taken.places, taken.entries, strict=True)
        if entry.warning and place not in taken.faults
    }
    known = written.recorded.already_known
    metrics.note_interactions(new=len(written.recorded.new), known=len(known), refused=len(taken.faults))
    return Outcome(taken, warnings, frozenset(taken.places[p] for p in known))


def _bad_body(fault: Fault) -> Problem:
    return Problem(400, "bad_body", fault.message, details=(Detail(fault.field, fault.value, fault.message),))


def _nothing_taken(taken: Taken) -> Problem:
    details = tuple(named(taken))
    return Problem(400, "bad_message", details[0].message, details=details)


def named(taken: Taken) -> list[Detail]:
    """The first messages not taken, each with the field at fault, its value and the reason."""
    return [
        Detail(f"[{place}].{fault.field}", fault.value, fault.message)
        for place, fault in list(taken.faults.items())[:_MOST_NAMED]
    ]


def told(outcome: Outcome) -> dict[str, Any]:
    """What a batch's answer says beside success: messages not taken, and messages stored with a warning."""
    said: dict[str, Any] = {}
    if outcome.taken.faults:
        said["rejected"] = [msgspec.to_builtins(detail) for detail in named(outcome.taken)]
    if outcome.warnings:
        shown = list(outcome.warnings.items())[:_MOST_NAMED]
        said["warnings"] = [{"message": place, "warning": warning} for place, warning in shown]
    return said
