"""What visitors do, one function for each, run in the one thread that writes for them."""

import secrets
from datetime import datetime
from typing import Annotated, Any

import msgspec
from django.db import transaction

from rapport.api.chat_entry import Inside
from rapport.api.problems import Detail, Problem
from rapport.channels.chat import commands, queries
from rapport.channels.chat.rules import files as file_rules
from rapport.channels.chat.rules.waiting import Estimate
from rapport.channels.endpoints.rules.web import Widget
from rapport.channels.inbound import commands as inbound
from rapport.channels.spoken import rules as spoken
from rapport.channels.spoken.rules import Spoken, SpokenFile
from rapport.customers.directory.rules import Claim
from rapport.files.store import commands as files
from rapport.files.store import queries as stored
from rapport.files.store.rules import Asker, Label, Limits
from rapport.wiring import arrivals

LONGEST_WORDS = 8_000
MOST_FILES = 5
ClientId = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_-]{8,64}$")]


class Visit(msgspec.Struct):
    """A browser that begins to talk: the language of its reader and the page they are on."""

    language: Annotated[str, msgspec.Meta(max_length=8)] = ""
    page: Annotated[str, msgspec.Meta(max_length=2000)] = ""


class Words(msgspec.Struct):
    """Something said: `id` is random and the same however often it is sent, so that it is said once."""

    id: ClientId
    text: Annotated[str, msgspec.Meta(max_length=LONGEST_WORDS)] = ""
    files: Annotated[
        list[Annotated[str, msgspec.Meta(max_length=64)]], msgspec.Meta(max_length=MOST_FILES)
    ] = []


class Signs(msgspec.Struct):
    """That they are writing, or the number of the last message they have seen."""

    typing: bool = False
    read: Annotated[int, msgspec.Meta(ge=0, lt=2**53)] = 0


class Address(msgspec.Struct):
    """Where we may answer by mail."""

    address: Annotated[str, msgspec.Meta(max_length=254)]


def card(widget: Widget, at: datetime) -> dict[str, Any]:
    """What everybody may know of a chat before they say a word."""
    opens_at = None if widget.hours.is_open(at) else widget.hours.opens_at(at)
    return {
        "name": widget.place.name,
        "colour": widget.settings.colour,
        "greeting": widget.settings.greeting,
        "is_open": widget.hours.is_open(at),
        "opens_at": opens_at.isoformat() if opens_at else None,
        "waits": _told(queries.estimate(widget.place.id, at=at)),
        "can_mail": queries.mailbox_for(widget.place.department) is not None,
        "largest_file": file_rules.LARGEST,
        "endings": sorted(file_rules.ENDINGS),
    }


def _told(waits: Estimate) -> dict[str, Any]:
    return {"median": waits.median, "ninetieth": waits.ninetieth, "answered": waits.answered}


def begin(widget: Widget, visit: Visit, at: datetime) -> dict[str, Any]:
    """A new visit: the token that the browser keeps."""
    token = secrets.token_urlsafe(32)
    new = commands.Newcomer(token, secrets.token_urlsafe(18), visit.language, visit.page)
    commands.begin(widget.place.id, new, at=at)
    return {"visitor": token}


def say(inside: Inside, words: Words, at: datetime) -> dict[str, Any]:
    """Keep what was said and bring it to its case, in one commit; what cannot be read is parked by the walk."""
    if not words.text.strip() and not words.files:
        detail = Detail("text", "", "say something, or send a file")
        raise Problem(422, "nothing_said", "There is nothing in it.", details=(detail,))
    visitor, signed = inside.visitor, inside.signed
    author = Claim("anonymous_id", visitor.identifier.value)
    if signed is not None and visitor.person is not None:
        author = Claim("user_id", visitor.person.value, "signed by the page's server")
    attached = _attached(inside, words.files, at)
    raw = spoken.written(Spoken(author=author, text=words.text, name=visitor.name, files=attached))
    with transaction.atomic():
        envelope_id = inbound.receive(visitor.endpoint_id, raw, external_id=f"{visitor.pk}:{words.id}", at=at)
        for one in words.files:
            files.keep_for_good(one, owner=_owner(inside))
        arrived = arrivals.arrive(envelope_id, is_spoken=True, at=at)
        if arrived.message_id is not None:
            commands.begin_wait(visitor, arrived.message_id, at=at)
    return {"id": words.id, "message": arrived.message_id}


def _attached(inside: Inside, tokens: list[str], at: datetime) -> tuple[SpokenFile, ...]:
    asker = Asker(_owner(inside))
    found = [stored.find(token, asker, at=at) for token in dict.fromkeys(tokens)]
    return tuple(SpokenFile(one.pk, one.name, file_rules.type_of(one.name), one.bytes) for one in found)


def _owner(inside: Inside) -> str:
    return f"visitor:{inside.visitor.pk}"


def keep(inside: Inside, name: str, content: bytes, at: datetime) -> dict[str, Any]:
    """Keep a file for a message to come; one that no message names within a day goes again."""
    label = Label(
        name=name,
        owner=_owner(inside),
        permission="desk.view",
        subject=f"customer:{inside.visitor.identifier_id}",
        expires_at=at + file_rules.KEPT_UNSAID,
    )
    if not file_rules.type_of(label.name):
        detail = Detail("name", name[-40:], ", ".join(sorted(file_rules.ENDINGS)))
        raise Problem(415, "unknown_file_type", "Files of this sort are not taken.", details=(detail,))
    limits = Limits(largest=file_rules.LARGEST, quota=file_rules.MOST_KEPT)
    kept = files.keep([content], label, at=at, limits=limits)
    return {"file": kept.token, "name": kept.name, "bytes": kept.bytes}


def give_signs(inside: Inside, signs: Signs, at: datetime) -> dict[str, Any]:
    """Pass on that they write, or how far they have read."""
    commands.see(inside.visitor, at=at)
    if signs.typing:
        commands.typed(inside.visitor, at=at)
    if signs.read:
        commands.read_by_visitor(inside.visitor, inside.seeing, signs.read, at=at)
    return {}


def take_address(inside: Inside, given: Address, at: datetime) -> dict[str, Any]:
    """Keep where we may answer by mail."""
    try:
        commands.take_address(inside.visitor, given.address, at=at)
    except commands.BadAddress as refused:
        detail = Detail(refused.field, str(refused.value), refused.message)
        raise Problem(422, "bad_address", refused.message, details=(detail,)) from refused
    return {}


def leave(inside: Inside, at: datetime) -> dict[str, Any]:
    """End the visit."""
    commands.leave(inside.visitor, at=at)
    return {}
