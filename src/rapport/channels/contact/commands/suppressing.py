"""Addresses that are not written to."""

from datetime import datetime

from django.db import transaction

from rapport.channels.contact.models import Suppression
from rapport.customers.directory import commands as directory
from rapport.customers.forgotten import commands as forgotten
from rapport.customers.forgotten.rules import of_identifier
from rapport.customers.reaching import queries as reaching
from rapport.kernel.refusals import NotFound, Refusal
from rapport.kernel.text import shortened
from rapport.staff.audit import commands as audit
from rapport.staff.roles.rules import Actor, require


class NotSuppressed(Refusal):
    """An address to which mail goes already."""


@transaction.atomic
def suppress(
    kind: str, value: str, *, covers: str, reason: str, detail: str = "", at: datetime
) -> Suppression:
    """Write to this address no more: a dead mailbox gets nothing, who complained gets nothing unasked.

    Of two reasons to keep the same from one address, the first stands.
    """
    directory.lock_writers()
    digest = of_identifier(forgotten.ensure_key(), kind, value)
    kept, _ = Suppression.objects.get_or_create(
        digest=digest,
        covers=covers,
        ended_at=None,
        defaults={
            "identifier_id": reaching.known(kind, [value]).get(value),
            "reason": reason[:40],
            "detail": shortened(detail, 300),
            "since": at,
        },
    )
    return kept


@transaction.atomic
def unsuppress(suppression_id: int, *, by: Actor, at: datetime) -> Suppression:
    """Write to this address again, because somebody knows that it works or is wanted."""
    require(by, "customers.consent")
    kept = Suppression.objects.select_for_update().filter(pk=suppression_id).first()
    if kept is None:
        raise NotFound("There is no such address.", field="suppression", value=suppression_id)
    if kept.ended_at is not None:
        raise NotSuppressed("Mail goes to this address already.", field="suppression", value=suppression_id)
    kept.ended_at, kept.ended_by = at, by.audit_name[:200]
    kept.save(update_fields=["ended_at", "ended_by"])
    audit.record("contact.unsuppress", by=by, subject=f"suppression:{kept.pk}", at=at)
    return kept
