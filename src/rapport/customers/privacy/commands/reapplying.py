"""Forgetting again whom a restored backup brought back."""

from collections.abc import Iterator, Sequence

from django.db import transaction

from rapport.customers.directory import commands as directory
from rapport.customers.directory.models import Identifier
from rapport.customers.forgotten import queries as forgotten
from rapport.customers.forgotten import rules as digests
from rapport.customers.forgotten.models import Mark, MarkKey
from rapport.customers.privacy import journal
from rapport.customers.privacy.commands.erasing import erase_person
from rapport.customers.privacy.journal import Line
from rapport.customers.privacy.models import Erasure
from rapport.kernel.persons import Handler, Person, pieces
from rapport.staff.roles.rules import Actor, require


def reapply(*, handlers: Sequence[Handler], by: Actor) -> int:
    """Erase again everybody whom the journal says was erased and who is here; how many erasures that took.

    For a record that was just restored: its backup may be older than the erasures. Safe to repeat.
    """
    require(by, "customers.erase")
    lines = [line for line in journal.read() if not _is_known(line)]
    for line in lines:
        _again(line, handlers, by)
    return len(lines)


def _is_known(line: Line) -> bool:
    known = Mark.objects.filter(digest__in=line.digests, erased_at__gte=line.done_at).count()
    return known >= len(line.digests)


def _again(line: Line, handlers: Sequence[Handler], by: Actor) -> None:
    with transaction.atomic():
        directory.lock_writers()
        MarkKey.objects.update_or_create(id=1, defaults={"sealed": line.key})
        found = dict(_still_here(set(line.digests)))
        done = Erasure.objects.create(
            customer_id=min(found, default=0),
            why=line.why,
            asked_at=line.asked_at,
            asked_by=by.audit_name[:200],
            done_at=line.done_at,
        )
        for ids in pieces(found):
            for person in _persons(ids):
                erase_person(person, done, handlers, by)
        _keep_marks(line, done)


def _persons(ids: list[int]) -> Iterator[Person]:
    by_customer: dict[int, list[Identifier]] = {}
    for one in Identifier.objects.filter(id__in=ids).order_by("id"):
        by_customer.setdefault(one.customer_id, []).append(one)
    for customer_id, own in by_customer.items():
        yield Person(customer_id, tuple(one.id for one in own), tuple((one.kind, one.value) for one in own))


def _still_here(wanted: set[str]) -> Iterator[tuple[int, str]]:
    key = forgotten.key()
    if key is None:
        return
    rows = Identifier.objects.order_by("id").values_list("id", "kind", "value")
    for one, kind, value in rows.iterator(chunk_size=10_000):
        if (digest := digests.of_identifier(key, kind, value)) in wanted:
            yield one, digest


def _keep_marks(line: Line, done: Erasure) -> None:
    """Marks of those who were not here either: their old data must not come after the restore."""
    Mark.objects.bulk_create(
        (Mark(digest=digest, erasure_id=done.pk, erased_at=line.done_at) for digest in line.digests),
        ignore_conflicts=True,
    )
