"""What the audit log says of a customer: exported as what was done and when, without who did it; erased by emptying."""

from collections.abc import Iterator
from datetime import datetime

from rapport.kernel.persons import Erased, Fact, Person, pieces
from rapport.staff.audit.commands.recording import forget
from rapport.staff.audit.models import AuditEntry

name = "audit"
covers = ("staff.AuditEntry", "staff.AuditHead")


def export(person: Person) -> Iterator[Fact]:
    """Every act upon them, in the order of its doing; the words of staff, who may name others, stay in the house."""
    for subjects in _subjects(person):
        for entry in AuditEntry.objects.filter(subject__in=subjects).order_by("id"):
            yield Fact("acts", {"at": entry.at, "act": entry.act})


def erase(person: Person, *, at: datetime) -> Erased:  # noqa: ARG001 - every handler is told the moment
    """Empty what is said of them; that something was done, and when, stays in the chain."""
    return Erased(sum(forget(subjects=subjects) for subjects in _subjects(person)))


def _subjects(person: Person) -> Iterator[list[str]]:
    """Each identifier may have been the number of the customer once."""
    for ids in pieces({person.customer_id, *person.identifier_ids}):
        yield [f"{kind}:{one}" for one in sorted(ids) for kind in ("customer", "identifier")]
