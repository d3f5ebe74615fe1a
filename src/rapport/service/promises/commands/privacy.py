"""What was promised to a person: exported as it was said, and gone with them. How long its clock ran stays counted."""

from collections.abc import Iterator
from datetime import datetime

from rapport.kernel.persons import Erased, Fact, Person, pieces
from rapport.service.clocks import commands as clocks
from rapport.service.promises.models import Promise
from rapport.staff.audit import commands as audit

name = "promises"
covers = ("service.Promise",)


def export(person: Person) -> Iterator[Fact]:
    """Every promise made to them, and what became of it."""
    for ids in pieces(person.identifier_ids):
        for one in Promise.objects.filter(identifier__in=ids).order_by("id"):
            yield Fact("promises", _facts(one))


def _facts(promise: Promise) -> dict[str, object]:
    return {
        "what": promise.what,
        "made_at": promise.made_at,
        "due_at": promise.due_at,
        "kept_at": promise.kept_at,
        "broken_at": promise.broken_at,
        "withdrawn_at": promise.withdrawn_at,
        "withdrawn_why": promise.withdrawn_why,
    }


def erase(person: Person, *, at: datetime) -> Erased:
    """Remove the promises; their clocks end, with nobody's name left on them."""
    gone = 0
    for ids in pieces(person.identifier_ids):
        found = list(Promise.objects.filter(identifier__in=ids).order_by("id"))
        Promise.objects.filter(pk__in=[one.pk for one in found]).delete()
        for one in found:
            clocks.end(one.clock_id, is_fulfilled=False, at=at)
        audit.forget(subjects=[f"promise:{one.pk}" for one in found])
        gone += len(found)
    return Erased(gone)
