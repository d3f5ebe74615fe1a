from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, OuterRef, Q, Subquery

from rapport.customers.consent import queries as consent
from rapport.customers.consent.rules import Standing
from rapport.customers.directory.models import Customer, Identifier, Link, Membership, Proposal, Spend, Trait
from rapport.customers.directory.rules import IDENTIFIER_KINDS
from rapport.customers.portrait import rules
from rapport.kernel.money import Money
from rapport.kernel.refusals import NotFound

MOST_IDENTIFIERS = 400
MOST_LINKS = 200
MOST_TRAITS = 500
MOST_MEMBERS = 25
_SIDES = ("person", "organisation")
CONTACT_POINTS = ("email", "phone")


class NoSuchCustomer(NotFound):
    """Nobody is known by that number."""


@dataclass(frozen=True, slots=True)
class Bought:
    """Purchases less refunds in one currency."""

    spent: Money
    purchases: int


@dataclass(frozen=True, slots=True)
class Related:
    """Another customer: the organisation somebody belongs to, or one of its people."""

    customer_id: int
    name: str
    source: str
    since: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Portrait:
    """All of a customer's page but the timeline. `spent_minor`: in the base currency, where rates exist."""

    id: int
    name: str
    kind: str
    identifiers: tuple[Identifier, ...]
    links: tuple[Link, ...]
    taken_back: tuple[Link, ...]
    shared: tuple[Identifier, ...]
    traits: tuple[rules.Known, ...]
    organisations: tuple[Related, ...]
    people: tuple[Related, ...]
    bought: tuple[Bought, ...]
    spent_minor: int
    interactions: int
    first_at: datetime
    last_at: datetime
    standings: tuple[Standing, ...]
    proposals: int

    @property
    def purchases(self) -> int:
        return sum(one.purchases for one in self.bought)


def current_id(customer_id: int) -> int:
    """The number under which this customer stands now; refuses one that nobody ever had."""
    found = Identifier.objects.filter(id=customer_id).values_list("customer_id", flat=True).first()
    if found is None:
        raise NoSuchCustomer(
            f"Nobody is known by the number {customer_id}.", field="customer", value=customer_id
        )
    return found


def identifier_ids(customer_id: int) -> list[int]:
    """The identifiers of a customer, those last seen first."""
    own = Identifier.objects.filter(customer_id=customer_id).order_by(
        F("activity__last_at").desc(nulls_last=True), "id"
    )
    return list(own.values_list("id", flat=True)[:MOST_IDENTIFIERS])


def portrait(customer_id: int) -> Portrait | None:
    """All that is known, or None if the number is not (or no longer) a customer's own."""
    identifiers = tuple(_identifiers(customer_id))
    if not identifiers:
        return None
    ids = [identifier.id for identifier in identifiers]
    links = _links(ids)
    live = tuple(link for link in links if not hasattr(link, "retraction"))
    ended = tuple(link for link in links if hasattr(link, "retraction"))
    organisations, people = _related(ids)
    seen = [identifier.activity for identifier in identifiers if hasattr(identifier, "activity")]
    first = identifiers[0]
    return Portrait(
        id=customer_id,
        name=first.customer_name or first.value,  # type: ignore[attr-defined]
        kind="organisation" if any(i.kind == "organisation_id" for i in identifiers) else "person",
        identifiers=_strongest_first(identifiers),
        links=live,
        taken_back=ended,
        shared=_shared(ended, identifiers),
        traits=tuple(rules.known(_told(ids))),
        organisations=organisations,
        people=people,
        bought=_bought(ids),
        spent_minor=first.customer_spent or 0,  # type: ignore[attr-defined]
        interactions=sum(one.interactions for one in seen),
        first_at=min((one.first_at for one in seen), default=first.first_seen_at),
        last_at=max((one.last_at for one in seen), default=first.first_seen_at),
        standings=tuple(consent.standings([i.id for i in identifiers if i.kind in CONTACT_POINTS])),
        proposals=_open_proposals(ids),
    )


def _identifiers(customer_id: int) -> list[Identifier]:
    row = Customer.objects.filter(id=OuterRef("customer_id"))
    own = Identifier.objects.filter(customer_id=customer_id).select_related("activity", "shared_mark")
    named = own.annotate(
        customer_name=Subquery(row.values("name")[:1]), customer_spent=Subquery(row.values("spent_minor")[:1])
    )
    return list(named.order_by("id")[:MOST_IDENTIFIERS])


def _strongest_first(identifiers: Sequence[Identifier]) -> tuple[Identifier, ...]:
    return tuple(sorted(identifiers, key=lambda i: (IDENTIFIER_KINDS[i.kind].priority, not i.proof, i.id)))


def _links(ids: Sequence[int]) -> list[Link]:
    touching = Link.objects.filter(Q(first_id__in=ids) | Q(second_id__in=ids))
    whole = touching.select_related("first__shared_mark", "second__shared_mark", "retraction")
    return list(whole.order_by("-id")[:MOST_LINKS])


def _shared(ended: Sequence[Link], own: Sequence[Identifier]) -> tuple[Identifier, ...]:
    """Devices that once were theirs and now are known to be shared, and any that a person joined."""
    ends = [end for link in ended for end in (link.first, link.second)]
    return tuple({one.id: one for one in (*own, *ends) if hasattr(one, "shared_mark")}.values())


def _told(ids: Sequence[int]) -> list[rules.Told]:
    told = Trait.objects.filter(identifier_id__in=ids).order_by("-observed_at", "-id")[:MOST_TRAITS]
    return [rules.Told(t.name, t.value, t.source, t.observed_at, t.id) for t in told]


def _related(ids: Sequence[int]) -> tuple[tuple[Related, ...], tuple[Related, ...]]:
    """The organisations that these identifiers belong to, and the people who belong to them."""
    name_of = {
        side: Customer.objects.filter(id=OuterRef(f"{side}__customer_id")).values("name")[:1]
        for side in _SIDES
    }
    touching = Membership.objects.filter(Q(person_id__in=ids) | Q(organisation_id__in=ids))
    named = touching.select_related(*_SIDES).annotate(
        person_name=Subquery(name_of["person"]), organisation_name=Subquery(name_of["organisation"])
    )
    found: dict[str, dict[int, Related]] = {side: {} for side in _SIDES}
    for one in named.order_by(F("ended_at").desc(nulls_first=True), "id")[:MOST_MEMBERS]:
        side = "organisation" if one.person_id in ids else "person"
        other: Identifier = getattr(one, side)
        name = getattr(one, f"{side}_name") or other.value
        found[side].setdefault(
            other.customer_id, Related(other.customer_id, name, one.source, one.since, one.ended_at)
        )
    return tuple(found["organisation"].values()), tuple(found["person"].values())


def _bought(ids: Sequence[int]) -> tuple[Bought, ...]:
    sums: dict[str, tuple[int, int]] = {}
    for spend in Spend.objects.filter(identifier_id__in=ids).order_by("id"):
        minor, purchases = sums.get(spend.currency, (0, 0))
        sums[spend.currency] = (minor + spend.spent_minor, purchases + spend.purchases)
    return tuple(
        Bought(Money(minor, currency), purchases)
        for currency, (minor, purchases) in sorted(sums.items(), key=lambda item: -item[1][1])
    )


def _open_proposals(ids: Sequence[int]) -> int:
    between = Q(first_id__in=ids) | Q(second_id__in=ids)
    return (
        Proposal.objects.filter(between, decided_at=None).exclude(first_id__in=ids, second_id__in=ids).count()
    )
