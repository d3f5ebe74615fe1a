"""Putting what was said into a thread: the message, its names and files, its row of the log, the word to screens."""

import json
import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from rapport.channels.endpoints import queries as endpoints
from rapport.channels.endpoints.rules import Place
from rapport.channels.threads import queries, rules
from rapport.channels.threads.commands import taking_part
from rapport.channels.threads.models import Attachment, Message, MessageName, Thread
from rapport.channels.threads.rules import NewMessage
from rapport.customers.directory import commands as directory
from rapport.customers.directory.commands import writing
from rapport.customers.directory.rules import Claim, Sighting
from rapport.interactions.log import commands as log
from rapport.interactions.log.rules import LONGEST_SUBJECT, Entry
from rapport.kernel.crashing import reach
from rapport.kernel.refusals import NotFound
from rapport.kernel.text import shortened, storable
from rapport.live.events import commands as live
from rapport.live.events.rules import News

SOURCE = "Rapport"
"""The source in the log of everything that is said through channels of our own."""
KIND = "message"
PERMISSION = "desk.view"
_AT_ONCE = 500


@transaction.atomic(savepoint=False)
def thread_of(identifier_id: int, *, at: datetime) -> int:
    """The thread of whoever is known by this identifier, begun if nothing was said with it yet.

    Each identifier has a thread of its own; those of one customer are read as one (`queries.together`), so a link
    that is taken back parts them exactly.
    """
    if known := writing.selected("SELECT id FROM channels_thread WHERE identifier_id = %s", [identifier_id]):
        return int(known[0][0])
    thread, is_new = Thread.objects.get_or_create(
        identifier_id=identifier_id,
        defaults={"token": secrets.token_urlsafe(24), "started_at": at, "last_message_at": at},
    )
    if is_new:
        taking_part.enter(thread.pk, identifier_id, "customer", at=at)
    return thread.pk


def put(thread_id: int, new: NewMessage, *, at: datetime, place: Place | None = None) -> Message:
    """Put something said into a thread: the message as it is stored, or the one that bears its name already.

    What is not internal becomes an interaction of whoever said it, or to whom it was said. `place`: that of its
    endpoint, where it is at hand.
    """
    return put_many([(thread_id, new)], at=at, places={place.id: place} if place else None)[0]


@transaction.atomic
def put_many(
    said: Sequence[tuple[int, NewMessage]], *, at: datetime, places: Mapping[int, Place] | None = None
) -> list[Message]:
    """`put` for many, each with the number of its thread, in their order: with as many statements as for one."""
    directory.lock_writers()
    threads = _locked({thread_id for thread_id, _ in said})
    known = queries.by_marks({mark for _, new in said if (mark := _mark(new))})
    places = places or endpoints.places(new.endpoint_id for _, new in said if new.endpoint_id)
    fresh: list[Putting] = []
    found: list[Message] = []
    for thread_id, new in said:
        mark = _mark(new)
        message = known.get(mark) if mark else None
        if message is None:
            fresh.append(_putting(threads[thread_id], new, places, at))
            message = fresh[-1].message
            known |= {mark: message} if mark else {}
        found.append(message)
    _store(fresh, at)
    return found


def _mark(new: NewMessage) -> tuple[str, int] | None:
    """Under what it is known if it was put before: the digest of its name, and its endpoint."""
    return (rules.digest_of(new.name), new.endpoint_id) if new.name and new.endpoint_id else None


@dataclass(frozen=True, slots=True)
class Putting:
    """One thing on its way into its thread; `place` is that of its endpoint."""

    thread: Thread
    new: NewMessage
    message: Message
    place: Place | None


def _putting(thread: Thread, new: NewMessage, places: Mapping[int, Place], at: datetime) -> Putting:
    place = places.get(new.endpoint_id or 0)
    return Putting(thread, new, _message(thread, new, place, at), place)


def _store(fresh: Sequence[Putting], at: datetime) -> None:
    """Write messages and all that stands beside them, in the caller's transaction."""
    if not fresh:
        return
    Message.objects.bulk_create(one.message for one in fresh)
    add_names_of([(one.message, [one.new.name]) for one in fresh if one.new.name])
    Attachment.objects.bulk_create(_attachments(fresh))
    for one in fresh:
        taking_part.enter_recipients(one.message, at=at)
    reach("threads.before_log")
    _log([one for one in fresh if one.message.log_id], at)
    _move_on([one.message for one in fresh])
    live.tell([news for one in fresh for news in _news(one.message)], at=at)


def _move_on(messages: Sequence[Message]) -> None:
    """Note when something was last said in each thread; what was said earlier and came later moves nothing."""
    stored = writing.moments()
    rows = [(stored(one.at), one.thread_id, stored(one.at)) for one in messages]
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE channels_thread SET last_message_at = %s WHERE id = %s AND last_message_at < %s", rows
        )


def add_names(message: Message, names: Iterable[str]) -> None:
    """Remember under which Message-IDs a message is known, so that answers find it; a name that is taken stays so."""
    add_names_of([(message, names)])


def add_names_of(named: Iterable[tuple[Message, Iterable[str]]]) -> None:
    """`add_names` for many messages."""
    rows = [
        (rules.digest_of(name), storable(name.strip())[:998], message.endpoint_id, message.pk)
        for message, names in named
        if message.endpoint_id is not None
        for name in names
        if name
    ]
    columns = ("digest", "name", "endpoint_id", "message_id")
    writing.insert_many("channels_messagename", columns, rows, more="ON CONFLICT DO NOTHING")


def _locked(thread_ids: Collection[int]) -> dict[int, Thread]:
    locked = Thread.objects.select_for_update(of=("self",)).select_related("identifier").order_by("id")
    found = {
        one.pk: one for some in writing.chunks(thread_ids, _AT_ONCE) for one in locked.filter(pk__in=some)
    }
    if missing := next((one for one in thread_ids if one not in found), None):
        raise NotFound("There is no such thread.", field="thread", value=missing)
    return found


def _message(thread: Thread, new: NewMessage, place: Place | None, at: datetime) -> Message:
    token = secrets.token_urlsafe(24)
    return Message(
        thread=thread,
        token=token,
        endpoint_id=new.endpoint_id,
        channel=new.channel,
        department=new.department or (place.department if place else ""),
        direction=new.direction,
        author_id=_author(new, at),
        author_name=shortened(storable(new.author_name), 200),
        staff_id=new.staff_id,
        subject=shortened(storable(new.subject), LONGEST_SUBJECT),
        text=storable(new.text),
        rest=storable(new.rest),
        html=storable(new.html),
        recipients=[[one.role, one.address, one.name] for one in new.recipients[: rules.MOST_RECIPIENTS]],
        answers_id=new.answers_id or _answered(thread, new.answers),
        log_id=f"message:{token}" if new.is_logged and not new.is_internal else "",
        is_internal=new.is_internal,
        is_automatic=new.is_automatic,
        warning=shortened(new.warning, 300),
        at=new.at,
        stored_at=at,
    )


def _author(new: NewMessage, at: datetime) -> int | None:
    if new.author is None or new.author_id is not None:
        return new.author_id
    return directory.observe([Sighting(claims=(new.author,), at=at, source=SOURCE)])[0].identifier_id


def _answered(thread: Thread, name: str) -> int | None:
    if not name:
        return None
    digest = rules.digest_of(name)
    first = MessageName.objects.filter(digest=digest, message__thread=thread).order_by("id").first()
    return first.message_id if first else None


def _attachments(fresh: Iterable[Putting]) -> list[Attachment]:
    return [
        Attachment(
            message=one.message,
            file_id=file.file_id,
            name=shortened(file.name, 200),
            media_type=file.media_type[:100],
            bytes=file.bytes,
            content_id=file.content_id[:200],
            is_inline=file.is_inline,
        )
        for one in fresh
        for file in one.new.files
    ]


def _log(logged: Sequence[Putting], at: datetime) -> None:
    if logged:
        entries = [_entry(one, at) for one in logged]
        log.record([log.Batch(log.ensure_source(SOURCE, at=at), entries, at)])


def _entry(one: Putting, at: datetime) -> Entry:
    new, message, identifier = one.new, one.message, one.thread.identifier
    return Entry(
        message_id=message.log_id,
        kind=KIND,
        occurred_at=new.at,
        channel=new.channel,
        direction=new.direction,
        claims=(new.author or Claim(identifier.kind, identifier.value),),
        traits=_told(new, one.thread, at),
        touchpoint_id=one.place.touchpoint_id if one.place else None,
        staff_id=new.staff_id,
        subject=message.subject,
        text=message.text,
        properties=json.dumps({"is_automatic": True} if new.is_automatic else {}),
        warning=message.warning,
    )


def _told(new: NewMessage, thread: Thread, at: datetime) -> dict[str, str]:
    """What they call themselves: believed of who proved their address, or was never heard of before."""
    if new.direction != "in" or not (new.author and new.author_name):
        return {}
    is_stranger = thread.identifier.value == new.author.value and thread.identifier.first_seen_at == at
    return {"name": shortened(storable(new.author_name), 200)} if new.author.proof or is_stranger else {}


def _news(message: Message) -> list[News]:
    return [
        News(f"thread:{message.thread_id}", PERMISSION, message.department),
        News("desk", PERMISSION, message.department),
    ]
