"""Walking an envelope through its steps to where it belongs. Poison is parked; walking again changes nothing."""

from datetime import datetime

import structlog
from django.db import InterfaceError, OperationalError, transaction

from rapport.channels.inbound.commands import opening, speaking, steps
from rapport.channels.inbound.commands.opening import Opened
from rapport.channels.inbound.commands.path import Decision, Found, Path, Walked
from rapport.channels.inbound.models import Envelope, Step
from rapport.channels.outbound import queries as outbound
from rapport.channels.threads import queries as threads
from rapport.customers.directory import commands as directory
from rapport.files.store import commands as files
from rapport.kernel.crashing import reach
from rapport.kernel.refusals import NotFound
from rapport.kernel.text import shortened
from rapport.live.events import commands as live
from rapport.live.events.rules import News

log = structlog.get_logger("rapport.inbound")
_OUTSIDE = (OperationalError, InterfaceError, files.DiskNearlyFull, OSError, MemoryError)
"""What is wrong with the world and not with the envelope: it is walked again when the world is well."""


_CHANGED: tuple[str, ...] = (
    *("state", "reason", "detail", "sender", "subject", "message", "thread"),
    *("decided_at", "decided_by"),
)


@transaction.atomic
def walk(envelope_id: int, *, at: datetime, opened: Opened | None = None) -> Walked:
    """Walk an envelope to where it belongs, once: what was walked is told as it is.

    `opened` is what `open_envelope` read of it before; without it the reading is done here.
    """
    directory.lock_writers()
    envelope = locked(envelope_id)
    if envelope.state != "waiting":
        return _as_it_is(envelope)
    return go(envelope, at=at, opened=opened)


def go(
    envelope: Envelope, *, at: datetime, opened: Opened | None = None, decision: Decision | None = None
) -> Walked:
    """Walk, inside the caller's transaction, whatever was found before."""
    try:
        with transaction.atomic():
            path = _path(envelope, opened or opening.opened(envelope), at, decision)
            _through(path)
    except _OUTSIDE:
        raise
    except Exception as error:  # poison of any kind must hold up nothing else; it is parked with its reason
        log.exception("envelope parked", envelope=envelope.pk)
        return _park(envelope, error, at)
    reach("inbound.before_walk_commit")
    return _walked(path)


def locked(envelope_id: int) -> Envelope:
    """The envelope, held until the transaction ends."""
    rows = Envelope.objects.select_for_update(of=("self",)).select_related("endpoint")
    envelope = rows.filter(pk=envelope_id).first()
    if envelope is None:
        raise NotFound("There is no such mail.", field="envelope", value=envelope_id)
    return envelope


def _path(envelope: Envelope, found: Opened, at: datetime, decision: Decision | None) -> Path:
    place = envelope.endpoint.as_place()
    key = outbound.naming_key() if found.mail is not None else b""
    return Path(envelope, place, found, at, decision, key)


def tell(envelope: Envelope, at: datetime) -> None:
    """Tell screens that something more or less waits for a person."""
    live.tell([News("suspended", "inbound.decide", envelope.endpoint.department)], at=at)


def _through(path: Path) -> None:
    ways = steps.STEPS if path.opened.mail is not None else speaking.STEPS
    for name, step in ways:
        found = step(path)
        path.steps.append((name, found))
        if found.state:
            _end(path, found)
            return
    raise AssertionError("a walk ends with its last step")


def _end(path: Path, found: Found) -> None:
    envelope = path.envelope
    envelope.state, envelope.reason = found.state, found.reason
    envelope.detail = shortened(found.why, 300)
    envelope.message_id = path.message_id
    if found.reason == "forgotten":
        _empty(envelope)
    if found.state != "suspended":
        envelope.thread_id = None
    envelope.save(update_fields=_CHANGED + (("raw", "file") if found.reason == "forgotten" else ()))
    _write_steps(path)
    if found.state == "suspended":
        tell(envelope, path.at)


def _empty(envelope: Envelope) -> None:
    """What must not be kept is kept nowhere."""
    if envelope.file:
        file, envelope.file = envelope.file, None
        envelope.save(update_fields=["file"])
        files.discard([file])
    envelope.raw, envelope.sender, envelope.subject, envelope.detail = None, "", "", ""


def _write_steps(path: Path) -> None:
    Step.objects.bulk_create(
        Step(
            envelope=path.envelope,
            name=name,
            outcome=found.outcome[:24],
            reason=shortened(found.why, 300) if path.envelope.reason != "forgotten" else "",
            at=path.at,
        )
        for name, found in path.steps
    )


def _park(envelope: Envelope, error: Exception, at: datetime) -> Walked:
    fresh = locked(envelope.pk)
    fresh.state, fresh.reason = "parked", "unreadable"
    fresh.detail = shortened(f"{type(error).__name__}: {error}".replace("\x00", " "), 300)
    fresh.save(update_fields=["state", "reason", "detail"])
    Step.objects.create(envelope=fresh, name="read", outcome="parked", reason=fresh.detail, at=at)
    tell(fresh, at)
    return Walked(fresh.state, fresh.reason)


def _walked(path: Path) -> Walked:
    return Walked(
        state=path.envelope.state,
        reason=path.envelope.reason,
        message_id=path.message_id,
        is_automatic=bool(path.automatic),
        is_internal=path.is_internal,
        is_verified=bool(path.author and path.author.proof),
        is_answer=path.is_answer,
        message=path.message,
    )


def _as_it_is(envelope: Envelope) -> Walked:
    """What an earlier walk came to; what it found out of the sender is read from its steps."""
    if envelope.message_id is None:
        return Walked(envelope.state, envelope.reason)
    message = threads.message(envelope.message_id)
    outcomes = dict(Step.objects.filter(envelope=envelope).order_by("id").values_list("name", "outcome"))
    return Walked(
        state=envelope.state,
        reason=envelope.reason,
        message_id=message.pk,
        is_automatic=message.is_automatic,
        is_internal=message.is_internal,
        is_verified=outcomes.get("authenticate") == "pass",
        is_answer=outcomes.get("customer") == "joins",
    )
