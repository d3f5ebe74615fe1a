"""What a person decides of an envelope that waits: let it in, or put it aside."""

from datetime import datetime

from django.db import transaction

from rapport.channels.inbound.commands import walking
from rapport.channels.inbound.commands.path import Decision, Walked
from rapport.channels.inbound.models import Envelope
from rapport.channels.inbound.rules.reasons import JOINABLE
from rapport.customers.directory import commands as directory
from rapport.kernel.refusals import Refusal
from rapport.staff.audit import commands as audit
from rapport.staff.roles.rules import Actor, require

WAYS = ("participant", "conversation")


class AlreadyDecided(Refusal):
    """The mail does not wait (any more)."""


class CannotJoin(Refusal):
    """There is no conversation that the mail could join."""


@transaction.atomic
def accept(envelope_id: int, *, how: str = "", by: Actor, at: datetime) -> Walked:
    """Let in what waits: its sender takes part in the conversation it refers to ("participant"), or it has a
    "conversation" of its own. Without a word on how: the first where it waits at a door, else the second.

    What was put aside can be let in too; what could not be read is walked again.
    """
    require(by, "inbound.decide")
    directory.lock_writers()
    envelope = _undecided(envelope_id, ("suspended", "parked", "discarded"))
    decision = None if envelope.state == "parked" else _decision(envelope, how, by)
    envelope.decided_at, envelope.decided_by = at, by.audit_name[:200]
    walked = walking.go(envelope, at=at, decision=decision)
    walking.tell(envelope, at)
    said = {"how": decision.how if decision else "again", "state": walked.state}
    _record("accept", envelope, by, at, said)
    return walked


@transaction.atomic
def discard(envelope_id: int, *, by: Actor, at: datetime) -> None:
    """Put aside what waits. It stays as it came, and can be let in later."""
    require(by, "inbound.decide")
    envelope = _undecided(envelope_id, ("suspended", "parked"))
    envelope.state, envelope.decided_at, envelope.decided_by = "discarded", at, by.audit_name[:200]
    envelope.save(update_fields=["state", "decided_at", "decided_by"])
    walking.tell(envelope, at)
    _record("discard", envelope, by, at, {"reason": envelope.reason})


def _decision(envelope: Envelope, how: str, by: Actor) -> Decision:
    chosen = how or ("participant" if envelope.reason in JOINABLE else "conversation")
    if chosen not in WAYS or (chosen == "participant" and envelope.thread_id is None):
        raise CannotJoin("There is no conversation that this could join.", field="how", value=chosen)
    return Decision(chosen, by)


def _undecided(envelope_id: int, states: tuple[str, ...]) -> Envelope:
    envelope = walking.locked(envelope_id)
    if envelope.state not in states:
        raise AlreadyDecided(
            "This mail does not wait any more: somebody decided, or it found its place.",
            field="envelope",
            value=envelope_id,
        )
    return envelope


def _record(act: str, envelope: Envelope, by: Actor, at: datetime, detail: dict[str, str]) -> None:
    audit.record(f"inbound.{act}", by=by, subject=f"envelope:{envelope.pk}", at=at, detail=detail)
