"""Other systems as channels: they hand over what customers say, and tell what became of what we said."""

import base64
import binascii
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Field, Path, Query, Router, Schema
from ninja.security import APIKeyHeader

from rapport.api.access import ApiKey
from rapport.api.problems import Detail, Problem
from rapport.api.reading import body_of
from rapport.channels.doors import queries
from rapport.channels.doors import rules as signatures
from rapport.channels.doors.rules import Sealed
from rapport.channels.endpoints import queries as endpoints
from rapport.channels.endpoints.rules.web import Door
from rapport.channels.inbound import commands as inbound
from rapport.channels.outbound import commands as outbound
from rapport.channels.spoken import rules
from rapport.channels.spoken.rules import Spoken, SpokenFile
from rapport.customers.directory.rules import Claim, normalised
from rapport.files.store import commands as files
from rapport.files.store.rules import Label, Limits
from rapport.kernel.refusals import NotFound
from rapport.staff.organisation import queries as organisation
from rapport.wiring import arrivals

SCOPE = "channels.write"
LIMITS = Limits(largest=4 * 1024**2, quota=1024**3)
router = Router(tags=["channels"])
Token = Annotated[str, Path(min_length=8, max_length=48, description="The door's name, from its settings.")]
Id = Annotated[str, Field(min_length=1, max_length=150, pattern=r"^[!-~]+$")]


class Signature(APIKeyHeader):
    """A signature of the door's own secret, after Standard Webhooks: whoever makes it needs no key."""

    param_name = "webhook-signature"

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        """The door, if the message is genuine; it is read before anything is written."""
        match = request.resolver_match
        door = endpoints.door(str(match.kwargs.get("token", ""))[:48]) if match else None
        if not key or door is None or not door.is_open:
            return None
        sealed = Sealed(
            request.headers.get("webhook-id", ""), request.headers.get("webhook-timestamp", ""), key
        )
        at = datetime.now(UTC)
        return door if signatures.is_genuine(sealed, body_of(request), secret=door.secret, at=at) else None


WHO = [Signature(), ApiKey(SCOPE)]


class Sender(Schema):
    """Who said it, as the other system knows them. `is_verified`: it vouches that this is theirs."""

    kind: Literal["phone", "email", "external", "user_id"]
    value: Annotated[str, Field(min_length=1, max_length=254)]
    name: Annotated[str, Field(max_length=200)] = ""
    is_verified: bool = False


class FileSent(Schema):
    """A file that came along; its content in base64."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    type: Annotated[str, Field(max_length=100)] = "application/octet-stream"
    content: str


class SaidThere(Schema):
    """Something said on the other channel. `id` is its name there: handed over twice, it is one message."""

    id: Id
    sender: Sender
    text: Annotated[str, Field(max_length=rules.LONGEST_TEXT)] = ""
    subject: Annotated[str, Field(max_length=rules.LONGEST_SUBJECT)] = ""
    answers: Annotated[str, Field(max_length=150)] = ""
    said_at: datetime | None = None
    is_automatic: bool = False
    files: Annotated[list[FileSent], Field(max_length=rules.MOST_FILES)] = []


class Taken(Schema):
    """What became of it: `state` is that of its envelope (placed, suspended, ...), `message` its name with us."""

    id: str
    state: str
    message: str | None
    is_new: bool


class WordOfOurs(Schema):
    """A message of ours. `number` leads to the next ones."""

    number: int
    message: str
    thread: str
    to: str
    subject: str
    text: str
    html: str
    author_name: str
    is_automatic: bool
    at: datetime


class WordsOfOurs(Schema):
    """Messages that left by this door, the oldest first."""

    messages: list[WordOfOurs]


class Fate(Schema):
    """What became of a message of ours: it arrived or was read there, or it failed."""

    message: Annotated[str, Field(min_length=1, max_length=48)]
    state: Literal["delivered", "read", "failed"]
    code: Annotated[str, Field(max_length=20)] = ""
    reason: Annotated[str, Field(max_length=300)] = ""


class Noted(Schema):
    """Whether that was news."""

    is_new: bool


@router.post("/v1/channels/{token}/messages", auth=WHO, response=Taken, summary="Hand over what was said")
def take(request: HttpRequest, token: Token, said: SaidThere) -> Taken:  # noqa: ARG001 - ninja passes it
    """Hand over what a customer said on another channel: kept once this is answered. Again, it changes nothing."""
    door, at = _door(token), datetime.now(UTC)
    contents = [_content(one, place) for place, one in enumerate(said.files)]
    known = queries.came(door.place.id, said.id)
    if known is None or known.state == "waiting":
        spoken = _spoken(door, said, contents, at)
        number = inbound.receive(door.place.id, rules.written(spoken), external_id=said.id, at=at)
        if number:
            arrivals.arrive(number, is_spoken=True, at=at)
    found = queries.came(door.place.id, said.id)
    if found is None:
        return Taken(id=said.id, state="forgotten", message=None, is_new=False)
    return Taken(id=said.id, state=found.state, message=found.message, is_new=known is None)


@router.get("/v1/channels/{token}/messages", auth=WHO, response=WordsOfOurs, summary="Fetch what we said")
def fetch(
    request: HttpRequest,  # noqa: ARG001 - ninja passes it
    token: Token,
    after: Annotated[int, Query(ge=0, lt=2**44)] = 0,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> WordsOfOurs:
    """Fetch messages of ours, for a system that nothing can be posted to: those after a number, the oldest first."""
    found = queries.words(_door(token).place.id, after=after, limit=limit)
    return WordsOfOurs(messages=[WordOfOurs.from_orm(one) for one in found])


@router.post(
    "/v1/channels/{token}/deliveries", auth=WHO, response=Noted, summary="Tell what became of a message"
)
def deliver(request: HttpRequest, token: Token, fate: Fate) -> Noted:  # noqa: ARG001 - ninja passes it
    """Tell that a message of ours arrived, was read or failed, in whatever order that is known."""
    door = _door(token)
    number = queries.message_of(door.place.id, fate.message)
    if number is None:
        raise NotFound("No such message left by this door.", field="message", value=fate.message)
    state = "failed" if fate.state == "failed" else "delivered"
    changed = outbound.report(number, state, code=fate.code, reason=fate.reason, at=datetime.now(UTC))
    return Noted(is_new=changed > 0)


def _door(token: str) -> Door:
    door = endpoints.door(token)
    if door is None or not door.is_open:
        raise NotFound("There is no such door.", field="token", value=token)
    return door


def _spoken(door: Door, said: SaidThere, contents: list[bytes], at: datetime) -> Spoken:
    proof = f"passed on by {door.place.name}"[:80] if said.sender.is_verified else ""
    claim = Claim(said.sender.kind, said.sender.value, proof)
    if normalised(claim, region=organisation.phone_region()) is None:
        detail = Detail("sender.value", said.sender.value[:80], "names nobody")
        raise Problem(422, "bad_sender", "This names nobody.", details=(detail,))
    kept = (_keep(door, one, content, at) for one, content in zip(said.files, contents, strict=True))
    return Spoken(
        author=claim,
        text=said.text,
        subject=said.subject,
        name=said.sender.name,
        answers=said.answers,
        said_at=said.said_at,
        files=tuple(kept),
        is_automatic=said.is_automatic,
    )


def _content(one: FileSent, place: int) -> bytes:
    try:
        return base64.b64decode(one.content, validate=True)
    except (binascii.Error, ValueError) as error:
        detail = Detail(f"files[{place}].content", "", "not base64")
        raise Problem(422, "bad_file", "This file is not in base64.", details=(detail,)) from error


def _keep(door: Door, one: FileSent, content: bytes, at: datetime) -> SpokenFile:
    label = Label(name=one.name, owner=f"door:{door.place.id}", permission="desk.view")
    kept = files.keep([content], label, at=at, limits=LIMITS)
    return SpokenFile(kept.pk, kept.name, one.type[:100], kept.bytes)
