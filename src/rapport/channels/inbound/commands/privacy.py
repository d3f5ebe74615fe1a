"""What arrived from somebody, for an export; and how it goes: with its bytes, so that it does not come again."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Q, QuerySet

from rapport.channels.inbound import queries
from rapport.channels.inbound.commands import keeping
from rapport.channels.inbound.models import Envelope, Forgone
from rapport.channels.inbound.rules import reading
from rapport.customers.directory.commands import writing
from rapport.customers.forgotten import commands as forgotten
from rapport.files.store import commands as files
from rapport.kernel.persons import Erased, Fact, Person, pieces

name = "inbound"
covers = ("channels.Envelope", "channels.Step", "channels.Forgone")
_AT_ONCE = 500
_SHORTEST = 4
"""Shorter identifiers stand in mails by chance."""


def export(person: Person) -> Iterator[Fact]:
    """What arrived from them; of what found no place in a thread its words too."""
    for ids in pieces(person.identifier_ids):
        rows = _theirs(person, ids).filter(Q(message=None) | Q(message__author_id__in=ids))
        for row in rows.select_related("endpoint", "file").order_by("id").iterator(chunk_size=_AT_ONCE):
            yield Fact("arrived", _facts(row))


def erase(person: Person, *, at: datetime) -> Erased:  # noqa: ARG001 - every handler is told the moment
    """Remove every envelope of theirs, and every one in their threads; each leaves a digest of its name."""
    words = [value.lower().encode() for _, value in person.identifiers if len(value) >= _SHORTEST]
    naming = {row.pk for row in _undecided() if _names(row, words)}
    gone, tokens = 0, list[str]()
    for ids in pieces(person.identifier_ids):
        numbers = set(_theirs(person, ids).values_list("id", flat=True)) | naming
        for some in writing.chunks(sorted(numbers), _AT_ONCE):
            removed, thrown = _remove(some)
            gone, tokens = gone + removed, tokens + thrown
    return Erased(gone, tuple(f"files/{token[:2]}/{token}" for token in tokens))


def _theirs(person: Person, identifier_ids: list[int]) -> QuerySet[Envelope]:
    senders = {form for _, value in person.identifiers for form in (value, value.lower())}
    return Envelope.objects.filter(
        Q(sender__in=senders)
        | Q(message__author_id__in=identifier_ids)
        | Q(message__thread__identifier_id__in=identifier_ids)
    )


def _undecided() -> Iterator[Envelope]:
    """What is in no thread and may name anybody: few, for people decide of them."""
    rows = Envelope.objects.filter(state__in=("waiting", "suspended", "parked"), message=None)
    yield from rows.select_related("file").order_by("id").iterator(chunk_size=_AT_ONCE)


def _names(row: Envelope, words: list[bytes]) -> bool:
    text = queries.raw(row).lower() if words else b""
    return any(word in text for word in words)


def _remove(numbers: list[int]) -> tuple[int, list[str]]:
    forgotten.ensure_key()
    rows = list(Envelope.objects.filter(pk__in=numbers).select_related("file").order_by("id").defer("raw"))
    digests = {keeping.digest(row.endpoint_id, row.external_id) for row in rows} - {""}
    Forgone.objects.bulk_create((Forgone(digest=one) for one in digests), ignore_conflicts=True)
    stored = [row.file for row in rows if row.file]
    gone = Envelope.objects.filter(pk__in=numbers).delete()[0]
    return gone, files.discard(stored)


def _facts(row: Envelope) -> dict[str, object]:
    is_placed = row.message_id is not None or row.endpoint.kind != "email"
    return {
        "arrived_at": row.arrived_at,
        "through": row.endpoint.name,
        "where_it_is": row.state,
        "why": row.reason,
        "subject": row.subject,
        "text": "" if is_placed else reading.read(queries.raw(row)).text,
    }
