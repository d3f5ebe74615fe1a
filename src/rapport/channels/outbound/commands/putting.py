"""Putting a message out to its recipients, and taking it back before it leaves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef

from rapport.channels.contact import commands as contact
from rapport.channels.contact import queries as may
from rapport.channels.contact.rules import REASONS, Verdict, Wish
from rapport.channels.endpoints import queries as endpoints
from rapport.channels.endpoints.rules import Place
from rapport.channels.outbound.commands import telling
from rapport.channels.outbound.commands.keys import ensure_key
from rapport.channels.outbound.models import Dispatch
from rapport.channels.outbound.rules import WAITING, mime, names
from rapport.channels.threads import commands as threads
from rapport.channels.threads.models import Message
from rapport.customers.directory.commands import writing
from rapport.customers.directory.rules import Claim, normalised
from rapport.customers.reaching import queries as reaching
from rapport.kernel.refusals import NotFound, Refusal
from rapport.staff.audit import commands as audit
from rapport.staff.roles.rules import Actor, require

AT_ONCE = timedelta(0)
_AT_ONCE = 500
_RANKS = {"service": 1, "surveys": 2, "marketing": 2}
"""Of what is due together, an answer goes first (0), then what concerns somebody's own orders."""


class NowhereToSend(Refusal):
    """A message that names no way out, or nobody to go to."""


class NotHeld(Refusal):
    """A message that has left already, or was never put out: it cannot be taken back."""


@dataclass(frozen=True, slots=True)
class _To:
    role: str
    address: str
    domain: str
    identifier_id: int | None
    is_known_good: bool = True


@dataclass(frozen=True, slots=True)
class _How:
    """For which purpose messages are put out, when they leave at the earliest, and when that was decided."""

    purpose: str
    begins_at: datetime
    at: datetime


@dataclass(frozen=True, slots=True)
class _Way:
    """How one message leaves: by which channel, under which name, and whether somebody waits for it."""

    place: Place
    name: str
    is_answer: bool
    how: _How


def put_out(
    message_id: int,
    *,
    purpose: str,
    hold: timedelta = AT_ONCE,
    at: datetime,
    sender: str = "desk",
) -> list[Dispatch]:
    """Put a message out: one row for each recipient, in the caller's transaction; nothing leaves before it commits.

    The arbiter is asked for each recipient we know. What may not be sent is kept as refused, with the reason; what
    may be sent later waits. Until `hold` is over it can be taken back. Put out twice, it still goes once.
    """
    return put_out_many([message_id], purpose=purpose, hold=hold, at=at, sender=sender)


@transaction.atomic
def put_out_many(
    message_ids: Sequence[int],
    *,
    purpose: str,
    hold: timedelta = AT_ONCE,
    at: datetime,
    sender: str = "desk",
) -> list[Dispatch]:
    """`put_out` for many: the arbiter is asked once for all of them, in their order, as if one after another."""
    messages = _loaded(message_ids)
    places = endpoints.places(one.endpoint_id for one in messages if one.endpoint_id)
    key = ensure_key() if any(place.channel == "email" for place in places.values()) else b""
    how = _How(purpose, at + hold, at)
    leaving = [(one, _way(one, places.get(one.endpoint_id or 0), key, how)) for one in messages]
    threads.add_names_of((one, [way.name]) for one, way in leaving if way.place.channel == "email")
    parties = _parties(leaving)
    verdicts = iter(
        _asked([(to, way) for (_, way), own in zip(leaving, parties, strict=True) for to in own], sender)
    )
    Dispatch.objects.bulk_create(
        (
            _row(message, to, way, next(verdicts))
            for (message, way), own in zip(leaving, parties, strict=True)
            for to in own
        ),
        ignore_conflicts=True,
    )
    telling.tell(messages, at=at)
    return list(Dispatch.objects.filter(message__in=message_ids).order_by("id"))


def _loaded(message_ids: Sequence[int]) -> list[Message]:
    """The messages in this order, each with whether somebody wrote to us in its thread before."""
    before = Message.objects.filter(thread=OuterRef("thread"), direction="in", id__lt=OuterRef("pk"))
    rows = Message.objects.select_related("thread__identifier").annotate(is_answer=Exists(before))
    found = {
        one.pk: one for some in writing.chunks(message_ids, _AT_ONCE) for one in rows.filter(pk__in=some)
    }
    return [found[one] for one in message_ids]


def _way(message: Message, place: Place | None, key: bytes, how: _How) -> _Way:
    if place is None or message.is_internal:
        raise NowhereToSend("This message names no channel on which it could leave.", value=message.pk)
    is_answer = how.purpose == "service" and message.is_answer  # type: ignore[attr-defined]
    return _Way(place, _name(message, place, key), is_answer=is_answer, how=how)


@transaction.atomic
def take_back(message_id: int, *, by: Actor, at: datetime) -> int:
    """Take a message back that has not left yet; for how many recipients. Refused when it left for all of them."""
    require(by, "desk.work")
    rows = list(Dispatch.objects.select_for_update().filter(message_id=message_id).order_by("id"))
    if not rows:
        raise NotFound("This message was never put out.", field="message", value=message_id)
    held = [one for one in rows if one.state in WAITING and not one.unknowns]
    if not held:
        raise NotHeld("It has left already.", field="message", value=message_id)
    Dispatch.objects.filter(pk__in=[one.pk for one in held]).update(
        state="taken_back", due_at=None, changed_at=at
    )
    contact.release([one.asked_id for one in held if one.asked_id], at=at)
    telling.tell([Message.objects.get(pk=message_id)], at=at)
    audit.record("outbound.take_back", by=by, subject=f"message:{message_id}", at=at)
    return len(held)


def _parties(leaving: Sequence[tuple[Message, _Way]]) -> list[list[_To]]:
    """Everybody each message goes to, each address once; elsewhere than by mail, whoever's thread it is."""
    named = {
        address: normalised(Claim("email", address))
        for message, way in leaving
        if way.place.channel == "email"
        for _, address, *_ in message.recipients
    }
    known = reaching.known("email", [claim.value for claim in named.values() if claim])
    parties = [
        _named(message, named, known) if way.place.channel == "email" else [_owner(message)]
        for message, way in leaving
    ]
    for (message, _), own in zip(leaving, parties, strict=True):
        if not own:
            raise NowhereToSend("This message is addressed to nobody.", field="recipients", value=message.pk)
    return parties


def _owner(message: Message) -> _To:
    owner = message.thread.identifier
    address = message.recipients[0][1] if message.recipients else owner.value
    return _To("to", address[:254], "", owner.pk)


def _named(message: Message, named: Mapping[str, Claim | None], known: Mapping[str, int]) -> list[_To]:
    found: dict[str, _To] = {}
    for role, address, *_ in message.recipients:
        claim = named[address]
        value = claim.value if claim else address
        wire, shown = mime.address(value), value[:254]
        if shown not in found:
            domain = wire.rpartition("@")[2][:190] if wire else ""
            found[shown] = _To(
                role, shown, domain, known.get(claim.value) if claim else None, wire is not None
            )
    return list(found.values())


def _name(message: Message, place: Place, key: bytes) -> str:
    """The Message-ID of a mail; other systems know a message by its token."""
    if place.channel != "email":
        return f"message:{message.token}"
    wire = mime.address(place.address) or "localhost"
    return names.message_name(key, message.pk, wire.rpartition("@")[2])


def _asked(parties: Sequence[tuple[_To, _Way]], sender: str) -> list[Verdict]:
    """What the arbiter says of each; of an address of nobody we know, only whether it is dead can be said."""
    if not parties:
        return []
    wishes = [
        Wish(to.identifier_id, way.how.purpose, way.place.channel, sender, way.is_answer)
        for to, way in parties
        if to.identifier_id is not None
    ]
    said = iter(contact.ask_many(wishes, at=parties[0][1].how.at))
    dead = may.suppressed([("email", to.address) for to, _ in parties if to.identifier_id is None])
    return [
        next(said)
        if to.identifier_id is not None
        else Verdict("no", "suppressed")
        if "everything" in dead.get(("email", to.address), ())
        else Verdict("yes", "allowed")
        for to, _ in parties
    ]


def _row(message: Message, to: _To, way: _Way, verdict: Verdict) -> Dispatch:
    row = Dispatch(
        message=message,
        endpoint_id=way.place.id,
        recipient_id=to.identifier_id,
        asked_id=verdict.id or None,
        address=to.address,
        role=to.role,
        domain=to.domain,
        purpose=way.how.purpose,
        is_answer=way.is_answer,
        rank=0 if way.is_answer else _RANKS[way.how.purpose],
        name=way.name,
        made_at=way.how.at,
        changed_at=way.how.at,
    )
    if not to.is_known_good:
        row.end("failed", "", "This is not a mail address.")
    elif verdict.answer == "no":
        row.end("refused", verdict.why, REASONS[verdict.why])
    else:
        row.due_at = max(way.how.begins_at, verdict.until or way.how.at)
        row.state = "held" if row.due_at > way.how.at else "queued"
    return row
