from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction

from rapport.staff.audit import rules
from rapport.staff.audit.models import AuditEntry, AuditHead
from rapport.staff.roles.rules import Actor

_AT_ONCE = 500


@transaction.atomic(savepoint=False)
def record(act: str, *, by: Actor, subject: str, at: datetime, detail: dict[str, Any] | None = None) -> None:
    """Add one act to the audit log, inside the transaction of the act itself.

    Writers wait for each other from here to their commit: record last, after the rows of the act are locked.
    """
    head, _ = AuditHead.objects.select_for_update().get_or_create(id=1)
    said = {"actor": by.audit_name[:200], "subject": subject[:200], "detail": detail or {}}
    salts = rules.new_salts()
    covers = {field: rules.cover(value, salts[field]) for field, value in said.items()}
    number = head.entries + 1
    digest = rules.digest(head.digest, number=number, at=at, act=act, covers=covers)
    AuditEntry.objects.create(
        number=number, at=at, act=act, covers=covers, salts=salts, digest=digest, **said
    )
    AuditHead.objects.filter(id=1).update(entries=number, digest=digest)


@transaction.atomic
def forget(*, actors: Collection[str] = (), subjects: Collection[str] = ()) -> int:
    """Empty the words that name these actors, and what was said of these subjects; how many entries changed.

    The entries stay, and so does the chain. Who erases records that act by an entry of its own.
    """
    by_them = AuditEntry.objects.filter(actor__in=set(actors) - {""})
    about_them = AuditEntry.objects.filter(subject__in=set(subjects) - {""})
    return _empty(by_them, "actor") + _empty(about_them, "subject", "detail")


def _empty(entries: Any, *fields: str) -> int:
    found = list(entries.order_by("id"))
    for entry in found:
        for field in fields:
            setattr(entry, field, {} if field == "detail" else "")
            entry.salts.pop(field, None)
    AuditEntry.objects.bulk_update(found, [*fields, "salts"], batch_size=_AT_ONCE)
    return len(found)
