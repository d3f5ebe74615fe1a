"""What the directory gives to an export: identifiers, how they hang together, what was told. Nobody else's."""

from collections.abc import Iterator
from typing import Any

from django.db.models import OuterRef, Q, Subquery

from rapport.customers.directory.commands.erasing import erase
from rapport.customers.directory.models import (
    Customer,
    Identifier,
    Link,
    Membership,
    Proposal,
    Spend,
    Trait,
)
from rapport.customers.directory.rules import IDENTIFIER_KINDS
from rapport.kernel.money import Money
from rapport.kernel.persons import Fact, Person, pieces

__all__ = ["covers", "erase", "export", "name"]

name = "directory"
covers = (
    "customers.Customer",
    "customers.Identifier",
    "customers.Link",
    "customers.LinkRetraction",
    "customers.SharedMark",
    "customers.Activity",
    "customers.Spend",
    "customers.Trait",
    "customers.Membership",
    "customers.Proposal",
)
_SOMEBODY_ELSE = "somebody else"


def export(person: Person) -> Iterator[Fact]:
    yield from _summary(person)
    for section in (_identifiers, _links, _traits, _memberships, _proposals, _spends):
        for ids in pieces(person.identifier_ids):
            yield from section(person, ids)


def _summary(person: Person) -> Iterator[Fact]:
    for row in Customer.objects.filter(id=person.customer_id):
        yield Fact(
            "customer",
            {
                "name": row.name,
                "kind": row.kind,
                "first_at": row.first_at,
                "last_at": row.last_at,
                "interactions": row.interactions,
                "purchases": row.purchases,
            },
        )


def _identifiers(_: Person, ids: list[int]) -> Iterator[Fact]:
    found = Identifier.objects.filter(id__in=ids).select_related("activity", "shared_mark").order_by("id")
    for one in found:
        activity = getattr(one, "activity", None)
        yield Fact(
            "identifiers",
            {
                "kind": one.kind,
                "is": IDENTIFIER_KINDS[one.kind].title,
                "value": one.value,
                "proven_by": one.proof,
                "first_told_by": one.source,
                "first_seen_at": one.first_seen_at,
                "is_shared_with_others": hasattr(one, "shared_mark"),
                "interactions": activity.interactions if activity else 0,
                "last_seen_at": activity.last_at if activity else None,
            },
        )


def _links(person: Person, ids: list[int]) -> Iterator[Fact]:
    own = set(person.identifier_ids)
    here = set(ids)
    touching = Link.objects.filter(Q(first_id__in=ids) | Q(second_id__in=ids))
    for link in touching.select_related("first", "second", "retraction").order_by("id"):
        if link.first_id not in here and link.first_id in own:
            continue
        ends = [one.value if one.id in own else _SOMEBODY_ELSE for one in (link.first, link.second)]
        retraction = getattr(link, "retraction", None)
        yield Fact(
            "links",
            {
                "joined": ends,
                "because": link.rule,
                "by": _who(link.made_by),
                "made_at": link.made_at,
                "taken_back_at": retraction.at if retraction else None,
            },
        )


def _who(made_by: str) -> str:
    """Whether a rule or a member of staff did it; which of them is not the customer's to know."""
    return "rule" if made_by == "rule" else "staff"


def _traits(_: Person, ids: list[int]) -> Iterator[Fact]:
    told = Trait.objects.filter(identifier_id__in=ids).select_related("identifier").order_by("id")
    for trait in told.iterator(chunk_size=2_000):
        yield Fact(
            "traits",
            {
                "name": trait.name,
                "value": trait.value,
                "told_with": trait.identifier.value,
                "told_by": trait.source,
                "told_at": trait.observed_at,
            },
        )


def _memberships(_: Person, ids: list[int]) -> Iterator[Fact]:
    of_organisation = Customer.objects.filter(id=OuterRef("organisation__customer_id")).values("name")[:1]
    touching = Membership.objects.filter(Q(person_id__in=ids) | Q(organisation_id__in=ids))
    named = touching.select_related("organisation").annotate(organisation_name=Subquery(of_organisation))
    for one in named.order_by("id").iterator(chunk_size=2_000):
        is_member = one.person_id in ids
        organisation = one.organisation_name or one.organisation.value
        yield Fact(
            "memberships",
            {
                "organisation": organisation,
                "person": "you" if is_member else _SOMEBODY_ELSE,
                "told_by": one.source,
                "since": one.since,
                "ended_at": one.ended_at,
            },
        )


def _proposals(_: Person, ids: list[int]) -> Iterator[Fact]:
    touching = Proposal.objects.filter(Q(first_id__in=ids) | Q(second_id__in=ids)).order_by("id")
    for one in touching:
        yield Fact(
            "proposals",
            {
                "said": "may be the same as another record",
                "likeness": one.likeness,
                "made_at": one.made_at,
                "decided_at": one.decided_at,
                "decision": one.decision,
            },
        )


def _spends(_: Person, ids: list[int]) -> Iterator[Fact]:
    for one in Spend.objects.filter(identifier_id__in=ids).order_by("id"):
        values: dict[str, Any] = {
            "spent": str(Money(one.spent_minor, one.currency)),
            "purchases": one.purchases,
        }
        yield Fact("spending", values)
