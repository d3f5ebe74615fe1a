"""What the chat knows of somebody's browsers, for an export, and how it forgets them."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Q

from rapport.channels.chat.models import SignedOut, Visitor, Wait
from rapport.kernel.persons import Erased, Fact, Person, pieces

name = "chat"
covers = ("channels.Visitor", "channels.SignedOut", "channels.Wait", "channels.Reading")


def export(person: Person) -> Iterator[Fact]:
    """Every visit with the page it began on, when it was, how far was read, and how long they waited."""
    for ids in pieces(person.identifier_ids):
        visits = Visitor.objects.filter(Q(identifier_id__in=ids) | Q(person_id__in=ids))
        for one in visits.select_related("reading").prefetch_related("waits").order_by("id"):
            yield Fact(
                "visits",
                {
                    "began_at": one.began_at,
                    "seen_at": one.seen_at,
                    "page": one.page,
                    "language": one.language,
                    "name": one.name,
                    "read_at": one.reading.theirs_at if hasattr(one, "reading") else None,
                    "waited": [
                        {"from": wait.began_at.isoformat(), "was_answered": wait.is_answered}
                        for wait in one.waits.all()
                    ],
                },
            )


def erase(person: Person, *, at: datetime) -> Erased:  # noqa: ARG001 - every handler is told the moment
    """Remove their visits; their tokens open nothing any more. An address they typed goes from visits of others."""
    gone = 0
    for ids in pieces(person.identifier_ids):
        of_them = Q(message__author_id__in=ids) | Q(message__thread__identifier_id__in=ids)
        gone += Wait.objects.filter(of_them).delete()[0]
        gone += SignedOut.objects.filter(person_id__in=ids).delete()[0]
        gone += Visitor.objects.filter(Q(identifier_id__in=ids) | Q(person_id__in=ids)).delete()[0]
        gone += Visitor.objects.filter(address_id__in=ids).update(address_id=None)
    return Erased(gone)
