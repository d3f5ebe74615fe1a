"""Who takes part in a thread: the customer, whoever staff write to or accept, and nobody else."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from rapport.channels.threads.models import Message, Participant, Thread
from rapport.channels.threads.rules import TAKES_PART
from rapport.customers.directory import commands as directory
from rapport.customers.directory.rules import Claim, Sighting, normalised
from rapport.kernel.refusals import NotFound, Refusal
from rapport.staff.audit import commands as audit
from rapport.staff.roles.rules import Actor, require

SOURCE = "Rapport"


class CannotRefuse(Refusal):
    """The customer of a thread takes part in it whatever anybody says."""


class BadAddress(Refusal):
    """An address that nobody can be written to at."""


def enter(thread_id: int, identifier_id: int, standing: str, *, at: datetime, name: str = "") -> Participant:
    """Note how somebody stands to a thread, unless that is known already."""
    entered, _ = Participant.objects.get_or_create(
        thread_id=thread_id,
        identifier_id=identifier_id,
        defaults={"standing": standing, "name": name[:200], "since": at},
    )
    return entered


@transaction.atomic
def propose(thread_id: int, identifier_id: int, *, name: str = "", at: datetime) -> Participant:
    """Note that somebody wants to take part; until a person decides they are told nothing and heard apart."""
    return enter(thread_id, identifier_id, "proposed", at=at, name=name)


@transaction.atomic
def accept(thread_id: int, identifier_id: int, *, by: Actor, at: datetime) -> Participant:
    """Let somebody take part from now on: what they write joins the thread, and they can be written to."""
    require(by, "inbound.decide")
    entered = enter(_existing(thread_id), identifier_id, "proposed", at=at)
    if entered.standing not in TAKES_PART:
        _decide(entered, "accepted", by, at)
        _record("accept", entered, by, at)
    return entered


@transaction.atomic
def refuse(thread_id: int, identifier_id: int, *, by: Actor, at: datetime) -> Participant:
    """Let somebody take no part (any more): they are not written to, and what they write waits for a person."""
    require(by, "inbound.decide")
    entered = enter(_existing(thread_id), identifier_id, "proposed", at=at)
    if entered.standing == "customer":
        raise CannotRefuse("This is the thread of that customer.", field="participant", value=identifier_id)
    if entered.standing != "refused":
        _decide(entered, "refused", by, at)
        _record("refuse", entered, by, at)
    return entered


@transaction.atomic
def invite(thread_id: int, address: str, *, name: str = "", by: Actor, at: datetime) -> Participant:
    """Let the owner of a mail address take part; they learn only what is written to them from then on."""
    require(by, "inbound.decide")
    claim = normalised(Claim("email", address))
    if claim is None:
        raise BadAddress(f"'{address}' is not a mail address.", field="address", value=address)
    directory.lock_writers()
    found = directory.observe([Sighting(claims=(claim,), at=at, source=SOURCE)])[0].identifier_id
    assert found is not None
    enter(_existing(thread_id), found, "proposed", at=at, name=name)
    return accept(thread_id, found, by=by, at=at)


def enter_recipients(message: Message, *, at: datetime) -> None:
    """Whoever staff address in an answer takes part: they chose them, and will know them when they write back."""
    if message.direction != "out" or message.is_internal or message.staff_id is None:
        return
    claims = list(_mail_claims(address for role, address, _ in message.recipients if role != "bcc"))
    if not claims:
        return
    seen = directory.observe([Sighting(claims=(claim,), at=at, source=SOURCE) for claim in claims])
    for one in seen:
        if one.identifier_id is None:
            continue
        entered = enter(message.thread_id, one.identifier_id, "accepted", at=at)
        if entered.standing == "proposed":
            Participant.objects.filter(pk=entered.pk).update(standing="accepted", decided_at=at)


def _mail_claims(addresses: Iterable[str]) -> Iterable[Claim]:
    for address in dict.fromkeys(addresses):
        if claim := normalised(Claim("email", address)):
            yield claim


def _existing(thread_id: int) -> int:
    if not Thread.objects.filter(pk=thread_id).exists():
        raise NotFound("There is no such thread.", field="thread", value=thread_id)
    return thread_id


def _decide(entered: Participant, standing: str, by: Actor, at: datetime) -> None:
    entered.standing, entered.decided_at, entered.decided_by = standing, at, by.audit_name[:200]
    entered.save(update_fields=["standing", "decided_at", "decided_by"])


def _record(act: str, entered: Participant, by: Actor, at: datetime) -> None:
    subject = f"identifier:{entered.identifier_id}"
    audit.record(f"participants.{act}", by=by, subject=subject, at=at, detail={"thread": entered.thread_id})
