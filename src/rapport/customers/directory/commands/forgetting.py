"""Taking back what an import brought to the directory."""

from django.db.models import Q

from rapport.customers.directory.commands import writing
from rapport.customers.directory.commands.ledger import part
from rapport.customers.directory.models import (
    Identifier,
    IdentifierQuerySet,
    Link,
    LinkRetraction,
    Membership,
    SharedMark,
    Trait,
)


def forget_batch(batch: int) -> None:
    """Remove the traits, memberships, links and identifiers that only this import brought.

    Runs in the caller's transaction, under the writers' lock, after its interactions and consents are gone
    and activity has been counted anew: an identifier with activity is used by others and stays.
    """
    touched = set(Trait.objects.filter(batch=batch).values_list("identifier__customer_id", flat=True))
    touched |= set(_brought(batch).values_list("customer_id", flat=True))
    mine = Link.objects.filter(batch=batch)
    touched |= set(mine.values_list("first__customer_id", flat=True))
    Trait.objects.filter(batch=batch).delete()
    Membership.objects.filter(batch=batch).delete()
    LinkRetraction.objects.filter(link__batch=batch).delete()
    mine.delete()
    _forget_identifiers(batch)
    for chunk in writing.chunks(sorted(touched)):
        part(chunk)


def _brought(batch: int) -> IdentifierQuerySet:
    """Identifiers this import brought, and those left over from imports taken back while others used them."""
    return Identifier.objects.filter(Q(batch=batch) | Q(batch__lt=0))


def _forget_identifiers(batch: int) -> None:
    ids = list(_brought(batch).unused().values_list("pk", flat=True))
    for chunk in writing.chunks(ids):
        SharedMark.objects.filter(identifier_id__in=chunk).delete()
        Identifier.objects.filter(pk__in=chunk).delete()
    Identifier.objects.filter(batch=batch).update(batch=-batch)
