"""What the arbiter gives to an export, and what is left after an erasure: that a dead address is dead, as a digest."""

from collections.abc import Iterator
from datetime import datetime

from rapport.channels.contact.models import Asked, Pause, Suppression
from rapport.kernel.persons import Erased, Fact, Person, pieces

name = "contact"
covers = ("channels.Asked", "channels.Pause", "channels.Suppression")


def export(person: Person) -> Iterator[Fact]:
    values = dict(zip(person.identifier_ids, person.identifiers, strict=True))
    for ids in pieces(person.identifier_ids):
        for one in Asked.objects.filter(identifier_id__in=ids).order_by("id").iterator():
            kind, value = values[one.identifier_id]
            yield Fact(
                "may_we_write",
                {
                    "contact_point": {"kind": kind, "value": value},
                    "purpose": one.purpose,
                    "channel": one.channel,
                    "asked_by": one.sender,
                    "answer": one.answer,
                    "why": one.why,
                    "until": one.until,
                    "asked_at": one.at,
                },
            )
        for pause in Pause.objects.filter(identifier_id__in=ids).order_by("id"):
            yield Fact(
                "pauses_in_writing", {"why": pause.why, "since": pause.since, "ended_at": pause.ended_at}
            )
        for kept in Suppression.objects.filter(identifier_id__in=ids).order_by("id"):
            yield Fact(
                "addresses_not_written_to",
                {
                    "contact_point": values[kept.identifier_id or 0],
                    "keeps_away": kept.covers,
                    "reason": kept.reason,
                    "detail": kept.detail,
                    "since": kept.since,
                    "ended_at": kept.ended_at,
                },
            )


def erase(person: Person, *, at: datetime) -> Erased:  # noqa: ARG001 - every handler is told the moment
    gone = 0
    for ids in pieces(person.identifier_ids):
        gone += Asked.objects.filter(identifier_id__in=ids).delete()[0]
        gone += Pause.objects.filter(identifier_id__in=ids).delete()[0]
        Suppression.objects.filter(identifier_id__in=ids).update(identifier=None, detail="")
    return Erased(gone)
