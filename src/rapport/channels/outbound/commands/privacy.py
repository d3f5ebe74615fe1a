"""What was sent, for an export; and how nothing more is sent to somebody who is erased."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Q

from rapport.channels.outbound.models import Dispatch
from rapport.kernel.persons import Erased, Fact, Person, pieces

name = "outbound"
covers = ("channels.Dispatch",)
_AT_ONCE = 2_000


def export(person: Person) -> Iterator[Fact]:
    """What became of everything that was sent to them, oldest first."""
    values = dict(zip(person.identifier_ids, person.identifiers, strict=True))
    for ids in pieces(person.identifier_ids):
        rows = Dispatch.objects.filter(recipient_id__in=ids).order_by("id")
        for row in rows.iterator(chunk_size=_AT_ONCE):
            kind, value = values[row.recipient_id or 0]
            yield Fact(
                "sent_to_them",
                {
                    "contact_point": {"kind": kind, "value": value},
                    "message_id": row.name,
                    "purpose": row.purpose,
                    "state": row.state,
                    "code": row.code,
                    "reason": row.reason,
                    "made_at": row.made_at,
                    "changed_at": row.changed_at,
                },
            )


def erase(person: Person, *, at: datetime) -> Erased:  # noqa: ARG001 - every handler is told the moment
    """Remove every dispatch to them, and every one of a message in their threads: what waits never leaves."""
    gone = 0
    for ids in pieces(person.identifier_ids):
        own = Q(recipient_id__in=ids) | Q(message__thread__identifier_id__in=ids)
        gone += Dispatch.objects.filter(own).delete()[0]
    return Erased(gone)
