"""What the log gives to an export, and how it forgets somebody: rows go, their names stay barred, days stay counted."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Count, QuerySet
from django.db.models.functions import TruncDate

from rapport.customers.directory.commands import writing
from rapport.customers.forgotten import commands as forgotten
from rapport.customers.forgotten import rules as digests
from rapport.interactions.log.commands.retracting import Removed, note_removal
from rapport.interactions.log.models import Interaction
from rapport.kernel.crashing import reach
from rapport.kernel.money import Money
from rapport.kernel.persons import Erased, Fact, Person, pieces

name = "log"
covers = (
    "interactions.Interaction",
    "interactions.Removal",
    "interactions.Tombstone",
    "search.Document",
)
"""Words in the search index leave it with the interactions and customers that they stand for."""
_AT_ONCE = 2_000


def export(person: Person) -> Iterator[Fact]:
    """Everything that happened with them, identifier by identifier in the order of its storing."""
    for ids in pieces(person.identifier_ids):
        rows = Interaction.objects.filter(identifier_id__in=ids).select_related("source", "touchpoint")
        for row in rows.order_by("id").iterator(chunk_size=_AT_ONCE):
            yield Fact("interactions", _facts(row))


def _facts(row: Interaction) -> dict[str, object]:
    is_money = row.amount_minor is not None
    return {
        "source": row.source.name,
        "message_id": row.message_id,
        "kind": row.kind,
        "channel": row.channel,
        "direction": row.direction,
        "touchpoint": row.touchpoint.name if row.touchpoint else "",
        "with": "staff" if row.staff_id else "",
        "subject": row.subject,
        "text": row.text,
        "amount": str(Money(row.amount_minor or 0, row.currency)) if is_money else "",
        "properties": row.properties,
        "mended": row.warning,
        "occurred_at": row.occurred_at,
        "received_at": row.received_at,
        "sent_at": row.sent_at,
        "came_in_a_file": row.imported_by_id is not None,
    }


def erase(person: Person, *, at: datetime) -> Erased:
    """Remove every interaction of theirs; each leaves a digest of its name, so that it cannot come again."""
    note_removal(Removed(identifier_ids=person.identifier_ids), at=at)
    gone = 0
    for ids in pieces(person.identifier_ids):
        rows = Interaction.objects.filter(identifier_id__in=ids)
        keep_counted(rows)
        _bury(rows)
        reach("erase.half_of_the_log")
        gone += rows.delete()[0]
    return Erased(gone)


def _bury(rows: QuerySet[Interaction]) -> None:
    key = forgotten.ensure_key()
    names = rows.order_by().values_list("source_id", "message_id").iterator(chunk_size=_AT_ONCE)
    for some in writing.chunks(names):
        writing.insert_many(
            "interactions_tombstone",
            ("digest",),
            [(digests.of_message(key, source_id, message_id),) for source_id, message_id in some],
            more="ON CONFLICT (digest) DO NOTHING",
        )


def keep_counted(rows: QuerySet[Interaction]) -> None:
    """Let the days on which these happened stay counted although the rows are about to leave the log."""
    days = (
        rows.order_by()
        .annotate(day=TruncDate("occurred_at"))
        .values_list("day", "kind", "channel", "touchpoint_id")
        .annotate(n=Count("id"))
    )
    writing.insert_many(
        "interactions_daycount",
        ("day", "kind", "channel", "touchpoint_id", "interactions", "forgotten"),
        [(day.isoformat(), kind, channel, touch or 0, n, n) for day, kind, channel, touch, n in days],
        more="""ON CONFLICT (day, kind, channel, touchpoint_id) DO UPDATE SET
            forgotten = interactions_daycount.forgotten + excluded.forgotten""",
    )
