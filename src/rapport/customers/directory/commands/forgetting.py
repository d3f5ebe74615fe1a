"""Taking back what an import brought to the directory."""

from rapport.customers.directory.commands import writing
from rapport.customers.directory.commands.ledger import part
from rapport.customers.directory.models import (
    Identifier,
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
    touched |= set(Identifier.objects.filter(batch=batch).values_list("customer_id", flat=True))
    mine = Link.objects.filter(batch=batch)
    touched |= set(mine.values_list("first__customer_id", flat=True))
    Trait.objects.filter(batch=batch).delete()
    Membership.objects.filter(batch=batch).delete()
    LinkRetraction.objects.filter(link__batch=batch).delete()
    mine.delete()
    _forget_identifiers(batch)
    for chunk in writing.chunks(sorted(touched)):
        part(chunk)


def _forget_identifiers(batch: int) -> None:
    ids = list(Identifier.objects.filter(batch=batch).unused().values_list("pk", flat=True))
    for chunk in writing.chunks(ids):
        SharedMark.objects.filter(identifier_id__in=chunk).delete()
        Identifier.objects.filter(pk__in=chunk).delete()
