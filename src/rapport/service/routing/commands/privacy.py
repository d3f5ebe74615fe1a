"""A queue of somebody's own goes with them; who was given their cases goes with the cases."""

from collections.abc import Iterator
from datetime import datetime

from rapport.kernel.persons import Erased, Fact, Person, pieces
from rapport.service.routing.models import Queue

name = "routing"
covers = ("service.Queue", "service.Handout")


def export(person: Person) -> Iterator[Fact]:
    """The queues that were opened for them."""
    for ids in pieces(person.identifier_ids):
        for one in Queue.objects.filter(identifier__in=ids).order_by("id"):
            yield Fact("own_queues", {"name": one.name, "since": one.opened_at})


def erase(person: Person, *, at: datetime) -> Erased:
    """Close each queue of theirs, then let it forget whose it was: open, it would be everybody's."""
    gone = 0
    for ids in pieces(person.identifier_ids):
        own = Queue.objects.filter(identifier__in=ids)
        own.filter(closed_at=None).update(closed_at=at)
        for queue in own.order_by("id"):
            queue.name, queue.identifier_id = f"queue {queue.pk}", None
            queue.save(update_fields=["name", "identifier"])
            gone += 1
    return Erased(gone)
