from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import OuterRef, Q, QuerySet, Subquery

from rapport.channels.chat.models import Reading, SignedOut, Visitor, Wait
from rapport.channels.chat.rules import tokens, waiting
from rapport.channels.chat.rules.waiting import Estimate
from rapport.channels.endpoints import queries as endpoints
from rapport.channels.endpoints.rules.places import Place
from rapport.channels.threads import queries as threads
from rapport.channels.threads.models import Attachment, Message, Thread
from rapport.channels.threads.queries import Said
from rapport.customers.directory import queries as directory
from rapport.customers.directory.commands import writing
from rapport.kernel.refusals import NotFound
from rapport.staff.roles.rules import EVERYTHING

MOST = 60
"""Messages shown at once."""
_LATELY = timedelta(days=7)
_MOST_WAITS = 200
_LAST = 2**62


@dataclass(frozen=True, slots=True)
class Seeing:
    """Who looks: a visitor, and the identifiers whose words they may read. Never more than these."""

    visitor_id: int
    endpoint_id: int
    identifier_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One message as its customer may see it. `client_id` is the name that their own browser gave it."""

    said: Said
    is_own: bool
    client_id: str = ""


def visitor(endpoint_id: int, token: str) -> Visitor | None:
    """The visitor whose browser holds this token, while the visit lasts."""
    if not 0 < len(token) <= tokens.LONGEST:
        return None
    return next(iter(Visitor.objects.raw(_VISITOR, [tokens.digest(token), endpoint_id])), None)


def is_signed_out(endpoint_id: int, person_id: int, *, signed_at: datetime) -> bool:
    """Whether the account signed out after its token was signed (to the second, in favour of the sign-out)."""
    found = SignedOut.objects.filter(endpoint_id=endpoint_id, person_id=person_id, at__gte=signed_at)
    return found.exists()


def seeing(visitor: Visitor, *, is_signed: bool) -> Seeing:
    """What a visitor may read: what was said with this browser; if signed for, what was said with the account too.

    Of the account's other identifiers only those count that were proven: a wrong join of strangers shows nothing.
    """
    own: tuple[int, ...] = (visitor.identifier_id,)
    if is_signed and visitor.person_id is not None:
        own = (*own, visitor.person_id, *directory.proven_beside(visitor.person_id))
    return Seeing(visitor.pk, visitor.endpoint_id, tuple(dict.fromkeys(own)))


def threads_of(identifier_ids: Collection[int]) -> list[int]:
    """The threads that began with these identifiers."""
    statement = (
        f"SELECT id FROM channels_thread WHERE identifier_id IN ({_marks(identifier_ids)}) ORDER BY id"  # noqa: S608 - marks alone
    )
    return [row[0] for row in writing.selected(statement, list(identifier_ids))]


def visitors_of(thread_id: int) -> list[int]:
    """The visitors whose words stand in this thread."""
    of_thread = Q(identifier__in=_owner(thread_id)) | Q(person__in=_owner(thread_id))
    found = Visitor.objects.filter(of_thread, ended_at=None).order_by("-seen_at")
    return list(found.values_list("id", flat=True)[:20])


def lines(
    who: Seeing,
    *,
    at: datetime,
    after: int = 0,
    before: int | None = None,
    limit: int = MOST,
    without: Collection[int] = (),
) -> list[Line]:
    """The newest messages that this visitor may see, the oldest first: what they said, and what was said to them.

    An answer in their thread that went to somebody else's address is none of theirs. `without`: those not wanted,
    because they were shown before.
    """
    ids = _own_words(who, after, before, limit) | _words_to(who, after, before, limit, at)
    newest = [one for one in sorted(ids, reverse=True)[:limit] if one not in without]
    if not newest:
        return []
    names = _client_ids(who, newest)
    return [
        Line(said, said.direction == "in", names.get(said.id, ""))
        for said in threads.said_among(newest, reach=EVERYTHING)
    ]


def attachment(who: Seeing, attachment_id: int, *, at: datetime) -> Attachment:
    """A file of a message that this visitor may see."""
    found = Attachment.objects.filter(pk=attachment_id).select_related("file").first()
    if found is None or not _may_see(who, found.message_id, at):
        raise NotFound("This file is not here.", field="file", value=attachment_id)
    return found


def shown_up_to(who: Seeing, message_id: int, *, at: datetime) -> list[int]:
    """The newest messages that were said to this visitor, up to this one."""
    return sorted(_words_to(who, 0, message_id + 1, MOST, at))


def reading(visitor_id: int) -> tuple[int, int]:
    """How far the visitor has read, and how far we have: numbers of messages, 0 for nothing."""
    found = writing.selected("SELECT theirs, ours FROM channels_reading WHERE visitor_id = %s", [visitor_id])
    return (found[0][0], found[0][1]) if found else (0, 0)


def read_by_customer(identifier_ids: Collection[int]) -> tuple[int, datetime | None]:
    """How far the customer with these identifiers has read in any chat, and when they last did: for the desk."""
    own = Q(visitor__identifier__in=identifier_ids) | Q(visitor__person__in=identifier_ids)
    found = Reading.objects.filter(own).order_by("-theirs").values_list("theirs", "theirs_at").first()
    return found or (0, None)


def mailbox_for(department: str) -> Place | None:
    """The mailbox from which a chat of this department goes on by mail; None: there is none that may."""
    found = [one for one in endpoints.in_use("email") if one.department in {department, ""}]
    return next((one for one in found if one.department == department), found[0] if found else None)


def told_lately(address_id: int, *, at: datetime) -> int:
    """In how many visits of the last day this address was typed."""
    return Visitor.objects.filter(address_id=address_id, began_at__gte=at - timedelta(days=1)).count()


def estimate(endpoint_id: int, *, at: datetime) -> Estimate:
    """How long people waited lately in this chat."""
    lately = Wait.objects.filter(endpoint_id=endpoint_id, began_at__gte=at - _LATELY).order_by("-began_at")
    rows = lately.values_list("began_at", "ended_at", "is_answered")[:_MOST_WAITS]
    return waiting.estimate(
        [
            waiting.Wait(max(0.0, ((ended_at or at) - began_at).total_seconds()), is_answered)
            for began_at, ended_at, is_answered in rows
        ]
    )


def wait_of(visitor_id: int) -> tuple[datetime, int] | None:
    """Since when this visitor waits for a word from us, and which message of theirs does; None while they do not."""
    own = writing.selected(f"{_WAITING} AND one.visitor_id = %s", [visitor_id])
    return (_moment(own[0][2]), own[0][3]) if own else None


def line_of(endpoint_id: int, *, at: datetime) -> list[datetime]:
    """Since when everybody waits who is still there, the longest wait first: a place in it is counted from this."""
    found = writing.selected(
        f"{_WAITING} AND one.endpoint_id = %s AND EXISTS ("  # noqa: S608 - our own words
        "SELECT 1 FROM channels_visitor who WHERE who.id = one.visitor_id AND who.seen_at >= %s) "
        "ORDER BY one.began_at",
        [endpoint_id, writing.stored(at - waiting.GONE_AFTER)],
    )
    return [_moment(row[2]) for row in found]


def is_waiting(visitor_id: int) -> bool:
    """Whether this visitor waits for a word from us."""
    return bool(writing.selected(f"{_WAITING} AND one.visitor_id = %s", [visitor_id]))


def words_after(message: OuterRef) -> "QuerySet[Message]":
    """What a person of ours said in the thread of a message after it, the first word first."""
    thread = Message.objects.filter(pk=OuterRef(message)).values("thread_id")
    said = Message.objects.filter(thread_id=Subquery(thread[:1]), id__gt=message, direction="out")
    return said.filter(is_internal=False, is_automatic=False).order_by("id")


_VISITOR = """SELECT * FROM channels_visitor
WHERE token_digest = %s AND endpoint_id = %s AND ended_at IS NULL"""
"""In plain SQL: it is asked for all that a visitor does and sees, and is phrased in a tenth of the time."""
_WAITING = """SELECT one.id, one.visitor_id, one.began_at, one.message_id FROM channels_wait one
JOIN channels_message asked ON asked.id = one.message_id
WHERE one.ended_at IS NULL AND NOT EXISTS (
    SELECT 1 FROM channels_message said WHERE said.thread_id = asked.thread_id AND said.id > asked.id
    AND said.direction = 'out' AND NOT said.is_internal AND NOT said.is_automatic)"""
"""Waits that no word of a person has ended; an automatic answer ends nothing."""


def _moment(stored: datetime | str) -> datetime:
    found = stored if isinstance(stored, datetime) else datetime.fromisoformat(stored)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _owner(thread_id: int) -> "Iterable[object]":
    return Thread.objects.filter(pk=thread_id).values("identifier_id")


_OWN_WORDS = """SELECT id FROM channels_message
WHERE author_id IN ({marks}) AND direction = 'in' AND id > %s AND id < %s ORDER BY id DESC LIMIT %s"""
_WORDS_TO = """SELECT one.message_id FROM channels_dispatch one JOIN channels_message said ON said.id = one.message_id
WHERE one.recipient_id IN ({marks}) AND one.message_id > %s AND one.message_id < %s
AND said.direction = 'out' AND NOT said.is_internal AND one.state NOT IN ('taken_back', 'refused')
AND NOT (one.state IN ('held', 'queued', 'sending') AND one.due_at > %s) ORDER BY one.message_id DESC LIMIT %s"""
"""In plain SQL: they are asked for every word that is said, and the ORM takes longer to phrase them than to ask."""


def _own_words(who: Seeing, after: int, before: int | None, limit: int) -> set[int]:
    statement = _OWN_WORDS.format(marks=_marks(who.identifier_ids))
    return {
        row[0] for row in writing.selected(statement, [*who.identifier_ids, after, before or _LAST, limit])
    }


def _words_to(who: Seeing, after: int, before: int | None, limit: int, at: datetime) -> set[int]:
    statement = _WORDS_TO.format(marks=_marks(who.identifier_ids))
    values = [*who.identifier_ids, after, before or _LAST, writing.stored(at), limit]
    return {row[0] for row in writing.selected(statement, values)}


def _marks(values: Collection[int]) -> str:
    return ", ".join(["%s"] * len(values)) or "NULL"


def _may_see(who: Seeing, message_id: int, at: datetime) -> bool:
    beside = {"after": message_id - 1, "before": message_id + 1, "limit": 1}
    return bool(_own_words(who, **beside) or _words_to(who, at=at, **beside))


def _client_ids(who: Seeing, message_ids: Sequence[int]) -> dict[int, str]:
    prefix = f"{who.visitor_id}:"
    rows = writing.selected(
        f"SELECT message_id, external_id FROM channels_envelope WHERE message_id IN ({_marks(message_ids)}) "  # noqa: S608 - marks alone
        "AND endpoint_id = %s",
        [*message_ids, who.endpoint_id],
    )
    return {
        message_id: external_id.removeprefix(prefix)
        for message_id, external_id in rows
        if external_id.startswith(prefix)
    }
