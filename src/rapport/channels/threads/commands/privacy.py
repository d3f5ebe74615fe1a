"""What was said with somebody, for an export; and how it goes: their threads, and their words in those of others."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Q, QuerySet

from rapport.channels.threads.commands import emptying, indexing
from rapport.channels.threads.models import Message, Participant, Thread
from rapport.customers.directory.commands import writing
from rapport.kernel.crashing import reach
from rapport.kernel.persons import Erased, Fact, Person, pieces

name = "threads"
covers = (
    "channels.Thread",
    "channels.Participant",
    "channels.Message",
    "channels.MessageName",
    "channels.Attachment",
)
_AT_ONCE = 1_000


def export(person: Person) -> Iterator[Fact]:
    """Every message of their threads and every one of theirs elsewhere, and in whose threads they take part."""
    for ids in pieces(person.identifier_ids):
        rows = _theirs(ids).select_related("author").prefetch_related("attachments").order_by("id")
        for row in rows.iterator(chunk_size=_AT_ONCE):
            yield Fact("messages", _facts(row))
    for ids in pieces(person.identifier_ids):
        for one in Participant.objects.filter(identifier_id__in=ids).order_by("id"):
            yield Fact("conversations", {"standing": one.standing, "since": one.since, "name": one.name})


def erase(person: Person, *, at: datetime) -> Erased:  # noqa: ARG001 - every handler is told the moment
    """Remove their threads, what they said elsewhere, and their addresses from what others said."""
    gone, tokens = 0, list[str]()
    for ids in pieces(person.identifier_ids):
        gone += _scrub(ids, {value.lower() for kind, value in person.identifiers if kind == "email"})
        removed, thrown = _remove(ids)
        gone, tokens = gone + removed, tokens + thrown
        reach("erase.half_of_the_threads")
        gone += Participant.objects.filter(identifier_id__in=ids).delete()[0]
        gone += Thread.objects.filter(identifier_id__in=ids).delete()[0]
    return Erased(gone, tuple(f"files/{token[:2]}/{token}" for token in tokens))


def _theirs(identifier_ids: list[int]) -> QuerySet[Message]:
    return Message.objects.filter(
        Q(thread__identifier_id__in=identifier_ids) | Q(author_id__in=identifier_ids)
    )


def _facts(row: Message) -> dict[str, object]:
    return {
        "at": row.at,
        "channel": row.channel,
        "direction": row.direction,
        "by": row.author.value if row.author else "staff",
        "name": row.author_name,
        "is_note": row.is_internal,
        "is_by_a_program": row.is_automatic,
        "subject": row.subject,
        "text": row.text,
        "quoted": row.rest,
        "files_beside": [one.name for one in row.attachments.all()],
    }


def _remove(identifier_ids: list[int]) -> tuple[int, list[str]]:
    """Take their messages out with names, words in the index and files; how many things, and the files' tokens."""
    gone, tokens = 0, list[str]()
    numbers = list(_theirs(identifier_ids).order_by("id").values_list("id", flat=True))
    for some in writing.chunks(numbers, _AT_ONCE):
        tokens += emptying.throw_files_away(some)
        indexing.leave(some)
        Message.objects.filter(answers_id__in=some).update(answers=None)
        gone += Message.objects.filter(pk__in=some).delete()[0]
    return gone, tokens


def _scrub(identifier_ids: list[int], addresses: set[str]) -> int:
    """Take their addresses out of what others said in threads they take part in; quotations that name them go."""
    others = Participant.objects.filter(identifier_id__in=identifier_ids).exclude(standing="customer")
    rows = Message.objects.filter(thread__in=others.values("thread_id")).exclude(author_id__in=identifier_ids)
    changed = 0
    for row in rows.order_by("id").iterator(chunk_size=_AT_ONCE):
        kept = [one for one in row.recipients if one[1].lower() not in addresses]
        is_quoted = any(address in (row.rest + row.html).lower() for address in addresses)
        if len(kept) < len(row.recipients) or is_quoted:
            row.recipients = kept
            row.rest, row.html = ("", "") if is_quoted else (row.rest, row.html)
            row.save(update_fields=["recipients", "rest", "html"])
            changed += 1
    return changed
