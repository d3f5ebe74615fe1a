"""Recording what happened: one transaction for many batches, each interaction once for ever."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import msgspec
from django.db import transaction

from rapport.customers.consent import commands as consent
from rapport.customers.consent.rules import Statement
from rapport.customers.directory import commands as directory
from rapport.customers.directory.commands import writing
from rapport.customers.directory.rules import Sighting
from rapport.interactions.log.commands.barring import Bar
from rapport.interactions.log.models import Source
from rapport.interactions.log.rules import Entry, Recorded
from rapport.kernel.kinds import KINDS
from rapport.kernel.refusals import Refusal


class UnknownKind(Refusal):
    """A kind that is not in the reviewed list."""


class Batch(msgspec.Struct, frozen=True):
    """Entries of one source, received together; `import_id` is the import they came with (0: none)."""

    source_id: int
    entries: Sequence[Entry]
    received_at: datetime
    import_id: int = 0


_COLUMNS = (
    "source_id",
    "message_id",
    "identifier_id",
    "kind",
    "channel",
    "direction",
    "touchpoint_id",
    "staff_id",
    "subject",
    "text",
    "amount_minor",
    "currency",
    "properties",
    "warning",
    "occurred_at",
    "received_at",
    "sent_at",
    "imported_by_id",
)
Row = tuple[Any, ...]
Day = tuple[str, str, str, int]


def ensure_source(name: str, *, at: datetime) -> int:
    """The id of the source with this name, made at its first use."""
    named = writing.selected("SELECT id FROM interactions_source WHERE name = %s", [name[:80]])
    return int(named[0][0]) if named else _new_source(name, at)


@transaction.atomic
def _new_source(name: str, at: datetime) -> int:
    source, _ = Source.objects.get_or_create(name=name[:80], defaults={"first_seen_at": at})
    return source.pk


@transaction.atomic
def record(batches: Sequence[Batch]) -> list[Recorded]:
    """Store what happened, all batches or none; what is known already is left as it is.

    Returns, per batch, which positions were new and which were already known; what was forgotten counts as known.
    The transaction has committed when this returns (unless the caller holds one of its own).
    """
    directory.lock_writers()
    known = _Known(batches)
    bar = Bar([(batch.source_id, batch.entries, batch.received_at) for batch in batches])
    new = [known.take(batch, bar) for batch in batches]
    for import_id in {batch.import_id for batch in batches}:
        _store(
            [
                (batch, bar.without_erased_organisation(batch.entries[position]))
                for batch, positions in zip(batches, new, strict=True)
                if batch.import_id == import_id
                for position in positions
            ],
            import_id,
        )
    return [_recorded(batch, positions) for batch, positions in zip(batches, new, strict=True)]


def _recorded(batch: Batch, new: list[int]) -> Recorded:
    taken = set(new)
    return Recorded(tuple(new), tuple(p for p in range(len(batch.entries)) if p not in taken))


def _store(fresh: list[tuple[Batch, Entry]], import_id: int) -> None:
    seen = _identify(fresh, import_id)
    stored = writing.moments()
    rows = [_row(batch, entry, where, stored) for (batch, entry), where in zip(fresh, seen, strict=True)]
    writing.insert_many("interactions_interaction", _COLUMNS, rows)
    count_days(Counter(_day(entry) for _, entry in fresh))


class _Known:
    """The message ids that are in the log already, or earlier in the same call."""

    def __init__(self, batches: Sequence[Batch]) -> None:
        wanted: dict[int, list[str]] = {}
        for batch in batches:
            wanted.setdefault(batch.source_id, []).extend(entry.message_id for entry in batch.entries)
        self._ids = {source_id: stored_ids(source_id, ids) for source_id, ids in wanted.items()}

    def take(self, batch: Batch, bar: Bar) -> list[int]:
        """The positions whose message id is met for the first time and may be stored; they are known from now on."""
        ids, new = self._ids[batch.source_id], []
        for position, entry in enumerate(batch.entries):
            if entry.message_id not in ids and not bar.holds_back(batch.source_id, entry, batch.received_at):
                ids.add(entry.message_id)
                new.append(position)
        return new


def stored_ids(source_id: int, message_ids: Sequence[str]) -> set[str]:
    """Which of these message ids the log holds for this source."""
    statement = "SELECT message_id FROM interactions_interaction WHERE source_id = %s AND message_id"
    return {row[0] for row in writing.among(statement, list(message_ids), [source_id])}


def _identify(fresh: list[tuple[Batch, Entry]], import_id: int) -> list[directory.Seen]:
    sources = _names_of({batch.source_id for batch, _ in fresh})
    seen = directory.observe(
        [_sighting(entry, sources[batch.source_id]) for batch, entry in fresh], batch=import_id
    )
    statements = [
        Statement(
            identifier_id=point,
            purpose=purpose,
            state=state,
            at=entry.occurred_at,
            source=sources[batch.source_id],
            proof=entry.consent_proof,
        )
        for (batch, entry), where in zip(fresh, seen, strict=True)
        for purpose, state in entry.consents.items()
        for point in where.contact_points
    ]
    if statements:
        consent.record_many(statements, batch=import_id)
    return seen


def _names_of(source_ids: set[int]) -> dict[int, str]:
    if not source_ids:
        return {}
    marks = ", ".join(["%s"] * len(source_ids))
    statement = f"SELECT id, name FROM interactions_source WHERE id IN ({marks})"  # noqa: S608 - only marks
    return dict(writing.selected(statement, [*source_ids]))


def _sighting(entry: Entry, source: str) -> Sighting:
    return Sighting(
        claims=entry.claims,
        at=entry.occurred_at,
        source=source,
        traits=entry.traits,
        organisation=entry.organisation,
        organisation_traits=entry.organisation_traits,
        is_login=entry.is_login,
        is_public=entry.is_public,
    )


def _row(batch: Batch, e: Entry, where: directory.Seen, stored: Callable[[datetime], datetime | str]) -> Row:
    return (
        batch.source_id,
        e.message_id,
        where.identifier_id,
        _checked(e.kind),
        e.channel,
        e.direction,
        e.touchpoint_id,
        e.staff_id,
        e.subject,
        e.text,
        e.amount_minor,
        e.currency,
        e.properties,
        e.warning,
        stored(e.occurred_at),
        stored(batch.received_at),
        stored(e.sent_at) if e.sent_at else None,
        batch.import_id or None,
    )


def _checked(kind: str) -> str:
    if kind not in KINDS:
        raise UnknownKind(f"'{kind}' is not a kind of interaction.", field="kind", value=kind)
    return kind


def _day(entry: Entry) -> Day:
    return (entry.occurred_at.date().isoformat(), entry.kind, entry.channel, entry.touchpoint_id or 0)


def count_days(days: Counter[Day]) -> None:
    """Add to (or, with negative numbers, take from) the counts per day, in one order for all writers."""
    writing.insert_many(
        "interactions_daycount",
        ("day", "kind", "channel", "touchpoint_id", "interactions"),
        [(*day, count) for day, count in sorted(days.items())],
        more="""ON CONFLICT (day, kind, channel, touchpoint_id) DO UPDATE SET
            interactions = interactions_daycount.interactions + excluded.interactions""",
    )
