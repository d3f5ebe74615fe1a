from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from rapport.channels.threads import rules
from rapport.channels.threads.models import Attachment, Message, MessageName, Participant, Thread
from rapport.channels.threads.rules import TAKES_PART, Recipient
from rapport.customers.directory import queries as directory
from rapport.customers.directory.commands import writing
from rapport.kernel.refusals import NotFound
from rapport.staff.people import queries as people
from rapport.staff.roles.rules import EVERYTHING, Reach

PAGE = 50
LONGEST_LINE = 40
"""Of one answering the other, so many messages are looked back on."""


@dataclass(frozen=True, slots=True)
class Attached:
    """A file beside a message, as a screen names it; its bytes are asked for by `attachment`."""

    id: int
    name: str
    media_type: str
    bytes: int
    content_id: str
    is_inline: bool


@dataclass(frozen=True, slots=True)
class Said:
    """One message as a screen shows it. `staff_name` is empty where no colleague said it."""

    id: int
    token: str
    thread_id: int
    endpoint_id: int | None
    channel: str
    department: str
    direction: str
    author_id: int | None
    author_name: str
    author_address: str
    staff_id: int | None
    staff_name: str
    subject: str
    text: str
    rest: str
    html: str
    recipients: tuple[Recipient, ...]
    answers_id: int | None
    is_internal: bool
    is_automatic: bool
    warning: str
    at: datetime
    stored_at: datetime
    attachments: tuple[Attached, ...] = ()


@dataclass(frozen=True, slots=True)
class Taking:
    """Somebody who takes part in a thread, or wants to."""

    identifier_id: int
    thread_id: int
    kind: str
    value: str
    standing: str
    name: str
    since: datetime


def conversation(
    *,
    identifier_ids: Collection[int] = (),
    thread_ids: Collection[int] = (),
    reach: Reach,
    before: int | None = None,
    limit: int = PAGE,
    without_notes: bool = False,
) -> list[Said]:
    """The newest messages of these threads, the oldest first; `before` is the number of the message to end above.

    Three queries, however long the conversation is.
    """
    wanted = Message.objects.seen_by(reach)
    wanted = wanted.filter(_of(identifier_ids, thread_ids))
    if before is not None:
        wanted = wanted.filter(id__lt=before)
    if without_notes:
        wanted = wanted.filter(is_internal=False)
    return _said(list(wanted.select_related("author").order_by("-id")[:limit])[::-1])


def said(message_id: int, *, reach: Reach) -> Said:
    """One message as a screen shows it."""
    found = list(Message.objects.seen_by(reach).filter(pk=message_id).select_related("author"))
    if not found:
        raise NotFound("There is no such message.", field="message", value=message_id)
    return _said(found)[0]


def said_among(message_ids: Collection[int], *, reach: Reach) -> list[Said]:
    """These messages as a screen shows them, the oldest first; those out of reach are left out."""
    found = Message.objects.seen_by(reach).filter(pk__in=message_ids).select_related("author")
    return _said(list(found.order_by("id")))


def message(message_id: int) -> Message:
    """The message itself, with its thread and author: for the areas' own work, never to show it to somebody."""
    found = Message.objects.select_related("thread__identifier", "author").filter(pk=message_id).first()
    if found is None:
        raise NotFound("There is no such message.", field="message", value=message_id)
    return found


def attachments(message_id: int) -> list[Attachment]:
    """The files of a message with where they are stored, in the order in which they came."""
    found = Attachment.objects.filter(message_id=message_id).select_related("file")
    return list(found.order_by("id"))


def attachment(attachment_id: int, *, reach: Reach, message_id: int | None = None) -> Attachment:
    """One file of a message within reach, with where it is stored; of that message alone, if one is named."""
    of_message = {} if message_id is None else {"message_id": message_id}
    seen = Message.objects.seen_by(reach).values("id")
    found = Attachment.objects.filter(pk=attachment_id, message__in=seen, **of_message)
    first = found.select_related("file").first()
    if first is None:
        raise NotFound("This file is not here.", field="attachment", value=attachment_id)
    return first


def files_attached(file_ids: Collection[int]) -> set[int]:
    """Which of these stored files went with a message."""
    return set(Attachment.objects.filter(file__in=file_ids).values_list("file_id", flat=True))


def by_marks(marks: Collection[tuple[str, int]]) -> dict[tuple[str, int], Message]:
    """The messages that are known at these endpoints under names with these digests; what is not is missing."""
    statement = "SELECT digest, endpoint_id, message_id FROM channels_messagename WHERE digest"
    rows = writing.among(statement, [digest for digest, _ in marks])
    known = {row[:2]: row[2] for row in rows if row[:2] in marks}
    messages = Message.objects.in_bulk(list(set(known.values()))) if known else {}
    return {mark: messages[number] for mark, number in known.items()}


def named(name: str) -> list[tuple[int, Message]]:
    """Every message that is known under this Message-ID, with the endpoint at which it is; the oldest first."""
    rows = MessageName.objects.filter(digest=rules.digest_of(name)).select_related("message__author")
    return [(row.endpoint_id, row.message) for row in rows.order_by("id")]


def by_names(names: Sequence[str]) -> list[Message]:
    """The messages known under these Message-IDs at any endpoint, in the order of the names."""
    digests = [rules.digest_of(name) for name in names if name]
    rows = MessageName.objects.filter(digest__in=digests).select_related("message__thread")
    found = {row.digest: row.message for row in rows.order_by("-id")}
    return [found[digest] for digest in digests if digest in found]


def names_before(message_ids: Collection[int]) -> dict[int, tuple[str, ...]]:
    """For each message the Message-IDs of what it answers, and of what that answered: the oldest first.

    Two queries, however long the lines are; each is followed for `LONGEST_LINE` messages, within its thread.
    """
    if not message_ids:
        return {}
    marks = ", ".join(["%s"] * len(message_ids))
    rows = writing.selected(
        f"""WITH RECURSIVE line(leaf, thread, number, steps) AS (
            SELECT id, thread_id, answers_id, 1 FROM channels_message WHERE id IN ({marks})
            UNION ALL
            SELECT line.leaf, line.thread, one.answers_id, line.steps + 1 FROM line
            JOIN channels_message one ON one.id = line.number AND one.thread_id = line.thread
            WHERE one.answers_id IS NOT NULL AND line.steps < {LONGEST_LINE})
        SELECT leaf, number FROM line WHERE number IS NOT NULL ORDER BY steps DESC""",  # noqa: S608 - marks alone
        list(message_ids),
    )
    named = MessageName.objects.filter(message_id__in={number for _, number in rows}).order_by("-id")
    names = dict(named.values_list("message_id", "name"))
    found: dict[int, list[str]] = {}
    for leaf, number in rows:
        if number in names:
            found.setdefault(leaf, []).append(f"<{names[number].strip('<>')}>")
    return {leaf: tuple(line) for leaf, line in found.items()}


def existing(thread_ids: Collection[int]) -> set[int]:
    """Which of these threads there are."""
    return set(Thread.objects.filter(pk__in=thread_ids).values_list("id", flat=True))


def threads_of_messages(message_ids: Collection[int]) -> list[int]:
    """The threads of these messages, in the order of the messages; of those that are gone, none."""
    found = dict(Message.objects.filter(pk__in=message_ids).values_list("id", "thread_id"))
    return list(dict.fromkeys(found[one] for one in message_ids if one in found))


def by_token(token: str) -> Thread | None:
    """The thread that replies find under this name."""
    return Thread.objects.filter(token=token).first() if token else None


def thread(thread_id: int) -> Thread:
    """The thread itself, with the identifier it belongs to."""
    found = Thread.objects.select_related("identifier").filter(pk=thread_id).first()
    if found is None:
        raise NotFound("There is no such thread.", field="thread", value=thread_id)
    return found


def together(thread_id: int) -> tuple[int, ...]:
    """The threads that are one conversation now: those of every identifier of the same customer, oldest first."""
    customers = Thread.objects.filter(pk=thread_id).values("identifier__customer_id")
    found = Thread.objects.filter(identifier__customer_id__in=customers)
    return tuple(found.order_by("id").values_list("id", flat=True))


def participants(thread_ids: Collection[int]) -> list[Taking]:
    """Who takes part in these threads or wants to, the customer first."""
    rows = Participant.objects.filter(thread_id__in=thread_ids).select_related("identifier")
    found = [
        Taking(
            row.identifier_id,
            row.thread_id,
            row.identifier.kind,
            row.identifier.value,
            row.standing,
            row.name,
            row.since,
        )
        for row in rows.order_by("id")
    ]
    return sorted(found, key=lambda one: one.standing != "customer")


def standing(thread_id: int, identifier_id: int) -> str:
    """How somebody stands to a thread: as `rules.STANDINGS` says, empty for a stranger.

    Whoever is the same customer as its owner is the customer, under whichever identifier they write.
    """
    rows = Participant.objects.filter(thread_id=thread_id, identifier_id=identifier_id)
    own = rows.values_list("standing", flat=True).first()
    if own in TAKES_PART:
        return own
    customer_id = directory.customer_of(identifier_id)
    same = Thread.objects.filter(pk=thread_id, identifier__customer_id=customer_id or 0)
    return "customer" if same.exists() else own or ""


def recipients_for_answer(message_id: int) -> tuple[Recipient, ...]:
    """To whom an answer to this message goes: who said it, and beside them those it named who take part.

    Nobody who was only copied by somebody else is among them. Empty where the customer has no address on its channel.
    """
    answered = message(message_id)
    taking = [one for one in participants([answered.thread_id]) if one.standing in TAKES_PART]
    leading = _leading(answered, taking)
    named = {address.lower() for _, address, _ in answered.recipients}
    beside = [
        Recipient(one.value, "cc", one.name, one.identifier_id)
        for one in taking
        if one.kind == "email" and one.value in named and one.identifier_id != leading.identifier_id
    ]
    return (leading, *beside) if answered.channel == "email" else (leading,)


def _leading(answered: Message, taking: Sequence[Taking]) -> Recipient:
    may_be_written_to = {one.identifier_id for one in taking}
    author = answered.author if answered.direction == "in" else None
    if author is not None and author.pk in may_be_written_to:
        return Recipient(author.value, "to", answered.author_name, author.pk)
    owner = answered.thread.identifier
    return Recipient(owner.value, "to", "", owner.pk)


def _of(identifier_ids: Collection[int], thread_ids: Collection[int]) -> Q:
    wanted = Q(thread_id__in=thread_ids) if thread_ids else Q(pk=None)
    if identifier_ids:
        own = Thread.objects.filter(identifier_id__in=identifier_ids).values("id")
        wanted |= Q(thread_id__in=own)
    return wanted


def _said(messages: Sequence[Message]) -> list[Said]:
    files = _attached([one.pk for one in messages])
    staff = people.names({one.staff_id for one in messages if one.staff_id}, reach=EVERYTHING)
    return [_as_said(one, files.get(one.pk, ()), staff) for one in messages]


def _attached(message_ids: Sequence[int]) -> dict[int, tuple[Attached, ...]]:
    found: dict[int, tuple[Attached, ...]] = {}
    for one in Attachment.objects.filter(message_id__in=message_ids).order_by("id"):
        file = Attached(one.pk, one.name, one.media_type, one.bytes, one.content_id, one.is_inline)
        found[one.message_id] = (*found.get(one.message_id, ()), file)
    return found


def _as_said(one: Message, files: tuple[Attached, ...], staff: dict[int, str]) -> Said:
    return Said(
        id=one.pk,
        token=one.token,
        thread_id=one.thread_id,
        endpoint_id=one.endpoint_id,
        channel=one.channel,
        department=one.department,
        direction=one.direction,
        author_id=one.author_id,
        author_name=one.author_name,
        author_address=one.author.value if one.author else "",
        staff_id=one.staff_id,
        staff_name=staff.get(one.staff_id or 0, ""),
        subject=one.subject,
        text=one.text,
        rest=one.rest,
        html=one.html,
        recipients=tuple(Recipient(address, role, name) for role, address, name in one.recipients),
        answers_id=one.answers_id,
        is_internal=one.is_internal,
        is_automatic=one.is_automatic,
        warning=one.warning,
        at=one.at,
        stored_at=one.stored_at,
        attachments=files,
    )
