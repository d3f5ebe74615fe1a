"""Making parcels of dispatches: everything that a carrier needs, with a fixed number of queries for all of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from rapport.channels.endpoints import queries as endpoints
from rapport.channels.endpoints.rules.mail import MailSettings
from rapport.channels.endpoints.rules.web import Door
from rapport.channels.outbound.commands.keys import ensure_key
from rapport.channels.outbound.models import Dispatch
from rapport.channels.outbound.rules import names
from rapport.channels.outbound.rules.letters import Letter, Party, Quoted, subject_of_answer
from rapport.channels.outbound.rules.parcels import File, Mailing, Parcel, Posting, Pretending, Showing
from rapport.channels.threads import queries as threads
from rapport.channels.threads.models import Attachment, Message
from rapport.customers.reaching import queries as reaching
from rapport.customers.reaching.queries import Behind
from rapport.files.store import queries as files
from rapport.staff.organisation import queries as organisation


@dataclass(frozen=True, slots=True)
class _Known:
    """What was loaded for all of them."""

    key: bytes
    messages: dict[int, Message]
    files: dict[int, tuple[File, ...]]
    lines: dict[int, tuple[str, ...]]
    readers: dict[int, Behind]
    settings: dict[int, MailSettings]
    doors: dict[int, Door]
    zone: ZoneInfo


def packed(dispatches: Sequence[Dispatch]) -> list[Parcel]:
    """One parcel for each dispatch, in their order; of a made-up organisation nothing leaves this machine."""
    if not dispatches:
        return []
    if organisation.is_simulated():
        return [Parcel(one.pk, one.fence, one.endpoint_id, one.address, Pretending()) for one in dispatches]
    known = _loaded(dispatches)
    return [
        Parcel(
            one.pk, one.fence, one.endpoint_id, one.address, _load(one, known.messages[one.message_id], known)
        )
        for one in dispatches
    ]


def _loaded(dispatches: Sequence[Dispatch]) -> _Known:
    ids = {one.message_id for one in dispatches}
    rows = Message.objects.filter(pk__in=ids).select_related("thread", "answers__author", "answers__thread")
    messages = {one.pk: one for one in rows}
    by_kind: dict[str, set[int]] = {"email": set(), "generic": set()}
    for one in dispatches:
        by_kind.setdefault(one.endpoint.kind, set()).add(one.endpoint_id)
    readers = {one.recipient_id for one in dispatches if one.recipient_id and one.is_answer}
    found = organisation.current()
    return _Known(
        ensure_key(),
        messages,
        _files(ids),
        threads.names_before([one.pk for one in messages.values() if one.answers_id]),
        reaching.behind(readers) if readers else {},
        {one: endpoints.mail_settings(one) for one in by_kind["email"]},
        {one: endpoints.door_of(one) for one in by_kind["generic"]},
        ZoneInfo(found.time_zone if found else "UTC"),
    )


def _files(message_ids: set[int]) -> dict[int, tuple[File, ...]]:
    found: dict[int, tuple[File, ...]] = {}
    rows = Attachment.objects.filter(message_id__in=message_ids).select_related("file").order_by("id")
    for one in rows:
        file = File(
            str(files.path_of(one.file.token)),
            one.name,
            one.media_type,
            one.file.bytes,
            one.file.sha256,
            one.content_id if one.is_inline else "",
        )
        found[one.message_id] = (*found.get(one.message_id, ()), file)
    return found


def _load(one: Dispatch, message: Message, known: _Known) -> Mailing | Posting | Showing:
    if one.endpoint.kind == "email":
        return _mailing(one, message, known)
    if one.endpoint.kind == "generic":
        door = known.doors[one.endpoint_id]
        return Posting(door, f"msg_{message.token}", _content(one, message)) if door.target else Showing()
    return Showing()


def _mailing(one: Dispatch, message: Message, known: _Known) -> Mailing:
    settings = known.settings[one.endpoint_id]
    reader, line = known.readers.get(one.recipient_id or 0), known.lines.get(message.pk, ())
    return_to = settings.address
    if settings.takes_tags:
        return_to = names.return_address(known.key, message.pk, one.pk, settings.address)
    letter = Letter(
        name=one.name,
        at=one.made_at,
        sender=Party(settings.address, settings.sender_name or message.author_name),
        to=_parties(message, "to"),
        cc=_parties(message, "cc"),
        reply_to=_reply_to(one, message, settings, known.key),
        subject=_subject(message),
        text=message.text,
        html=message.html,
        signature=settings.signature,
        quoted=_quoted(message),
        answers=line[-1] if line else "",
        references=line[:-1],
        is_automatic=message.is_automatic,
        loop_mark=names.loop_mark(known.key),
        mark=names.mark(known.key, message.thread_id, one.recipient_id) if one.recipient_id else "",
        language=reader.language if reader else "",
        zone=(reader.zone if reader else None) or known.zone,
    )
    return Mailing(settings, letter, return_to, known.files.get(message.pk, ()))


def _parties(message: Message, role: str) -> tuple[Party, ...]:
    return tuple(Party(address, name) for kind, address, name in message.recipients if kind == role)


def _reply_to(one: Dispatch, message: Message, settings: MailSettings, key: bytes) -> str:
    """Where this participant answers in this thread; whoever is nobody we know answers the mailbox."""
    if not settings.takes_tags or one.recipient_id is None:
        return ""
    return names.reply_address(key, message.thread_id, one.recipient_id, settings.address)


def _subject(message: Message) -> str:
    if message.subject or message.answers is None:
        return message.subject
    return subject_of_answer(message.answers.subject)


def _quoted(message: Message) -> Quoted | None:
    """The message that is answered, if the same customer may see it: never a note, never of another thread."""
    answered = message.answers
    if answered is None or answered.is_internal or answered.thread_id != message.thread_id:
        return None
    author = answered.author_name or (answered.author.value if answered.author else "")
    return Quoted(author, answered.at, answered.text) if answered.text.strip() else None


def _content(one: Dispatch, message: Message) -> dict[str, Any]:
    """What another system is told of our words."""
    return {
        "message": message.token,
        "thread": message.thread.token,
        "channel": message.channel,
        "to": one.address,
        "subject": message.subject,
        "text": message.text,
        "html": message.html,
        "author_name": message.author_name,
        "is_automatic": message.is_automatic,
    }
