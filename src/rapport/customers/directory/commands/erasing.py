"""Erasing a customer from the directory, and keeping what comes back of the erased in its bounds."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q

from rapport.customers.directory.commands import facets
from rapport.customers.directory.commands.ledger import part
from rapport.customers.directory.models import (
    Identifier,
    Link,
    LinkRetraction,
    Membership,
    Proposal,
    SharedMark,
    Trait,
)
from rapport.customers.directory.rules import Sighting, normalised
from rapport.customers.forgotten import queries as forgotten
from rapport.kernel.persons import Erased, Person, pieces
from rapport.staff.audit import commands as audit
from rapport.staff.organisation import queries as organisation


def erase(person: Person, *, at: datetime) -> Erased:  # noqa: ARG001 - every handler is told the moment
    """Remove identifiers, links, traits, memberships and proposals; the last of all handlers, for others refer here.

    An organisation's people stay customers of their own: only that they belonged to it is forgotten.
    """
    gone = sum(_erase(ids) for ids in pieces(person.identifier_ids))
    facets.refresh(person.identifier_ids)
    part([person.customer_id])
    return Erased(gone)


def _erase(ids: list[int]) -> int:
    links = Link.objects.filter(Q(first_id__in=ids) | Q(second_id__in=ids))
    audit.forget(subjects=[f"link:{one}" for one in links.values_list("id", flat=True)])
    touching = (
        LinkRetraction.objects.filter(link__in=links),
        links,
        Membership.objects.filter(Q(person_id__in=ids) | Q(organisation_id__in=ids)),
        Proposal.objects.filter(Q(first_id__in=ids) | Q(second_id__in=ids)),
        SharedMark.objects.filter(identifier_id__in=ids),
    )
    gone = sum(found.delete()[0] for found in touching)
    return gone + Identifier.objects.filter(id__in=ids).delete()[0]


def brought_by(person: Person) -> set[int]:
    """The imports that brought identifiers or traits of this person."""
    found: set[int] = set()
    for ids in pieces(person.identifier_ids):
        found.update(Identifier.objects.filter(id__in=ids, batch__gt=0).values_list("batch", flat=True))
        told = Trait.objects.filter(identifier_id__in=ids, batch__gt=0)
        found.update(told.values_list("batch", flat=True).distinct())
    return found


def still_welcome(sightings: Iterable[Sighting]) -> list[Sighting]:
    """Those of a list without moments that name nobody erased, or only people who have come back since.

    A list cannot show that anything happened after the erasure, so it alone brings nobody back.
    """
    given = list(sightings)
    if not forgotten.anybody():
        return given
    region = organisation.phone_region()
    named = [
        {(c.kind, c.value) for claim in one.claims if (c := normalised(claim, region=region))}
        for one in given
    ]
    erased = forgotten.marks({pair for pairs in named for pair in pairs})
    absent = erased.keys() - _present(erased)
    return [one for one, pairs in zip(given, named, strict=True) if not pairs & absent]


def _present(pairs: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    values = [value for _, value in pairs]
    known = Identifier.objects.filter(value__in=values).values_list("kind", "value")
    return set(known)
