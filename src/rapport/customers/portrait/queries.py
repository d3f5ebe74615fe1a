from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import F, OuterRef, Q, Subquery

from rapport.customers.consent import queries as consent
from rapport.customers.consent.rules import Standing, Statement, standings
from rapport.customers.directory.models import Customer, Identifier, Link, Membership, Proposal, Spend, Trait
from rapport.customers.directory.rules import IDENTIFIER_KINDS
from rapport.customers.portrait import rules
from rapport.kernel.money import Money
from rapport.kernel.refusals import NotFound

MOST_IDENTIFIERS = 400
MOST_LINKS = 200
MOST_TRAITS = 500
MOST_MEMBERS = 25
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


def in_order_of_use(identifiers: Sequence[Identifier]) -> list[int]:
    """The same for identifiers that are loaded already."""
    never = datetime.min.replace(tzinfo=UTC)
    last = {one.id: one.activity.last_at if hasattr(one, "activity") else never for one in identifiers}
    return sorted(last, key=lambda one: last[one], reverse=True)


def portrait(customer_id: int) -> Portrait | None:
    """All that is known, or None if the number is not (or no longer) a customer's own."""
    return portraits([customer_id]).get(customer_id)


def portraits(customer_ids: Sequence[int]) -> dict[int, Portrait]:
    """The same for several customers, at the cost of one."""
    owned: dict[int, list[Identifier]] = defaultdict(list)
    for identifier in _identifiers(customer_ids):
        owned[identifier.customer_id].append(identifier)
    ids = [one.id for own in owned.values() for one in own]
    if not ids:
        return {}
    points = [one.id for own in owned.values() for one in own if one.kind in CONTACT_POINTS]
    told = _Told(
        links=_links(ids),
        traits=list(
            Trait.objects.filter(identifier_id__in=ids).order_by("-observed_at", "-id")[:MOST_TRAITS]
        ),
        memberships=_memberships(ids),
        spends=list(Spend.objects.filter(identifier_id__in=ids).order_by("id")),
        statements=consent.statements(points),
        proposals=_open_proposals(ids),
    )
    return {customer_id: _portrait(customer_id, own, told) for customer_id, own in owned.items()}


@dataclass(frozen=True, slots=True)
class _Told:
    """What was loaded of all the customers asked for."""

    links: list[Link]
    traits: list[Trait]
    memberships: list[Membership]
    spends: list[Spend]
    statements: list[Statement]
    proposals: list[Proposal]


def _portrait(customer_id: int, identifiers: list[Identifier], told: _Told) -> Portrait:
    own = {identifier.id for identifier in identifiers}
    links = [link for link in told.links if link.first_id in own or link.second_id in own]
    ended = tuple(link for link in links if hasattr(link, "retraction"))
    seen = [identifier.activity for identifier in identifiers if hasattr(identifier, "activity")]
    points = [one.id for one in identifiers if one.kind in CONTACT_POINTS]
    statements = [one for one in told.statements if one.identifier_id in own]
    first = identifiers[0]
    return Portrait(
        id=customer_id,
        name=first.customer_name or first.value,  # type: ignore[attr-defined]
        kind="organisation" if any(i.kind == "organisation_id" for i in identifiers) else "person",
        identifiers=_strongest_first(identifiers),
        links=tuple(link for link in links if not hasattr(link, "retraction")),
        taken_back=ended,
        shared=_shared(ended, identifiers),
        traits=tuple(rules.known(_told(trait) for trait in told.traits if trait.identifier_id in own)),
        organisations=_related(told.memberships, own, "organisation"),
        people=_related(told.memberships, own, "person"),
        bought=_bought([spend for spend in told.spends if spend.identifier_id in own]),
        spent_minor=first.customer_spent or 0,  # type: ignore[attr-defined]
        interactions=sum(one.interactions for one in seen),
        first_at=min((one.first_at for one in seen), default=first.first_seen_at),
        last_at=max((one.last_at for one in seen), default=first.first_seen_at),
        standings=tuple(standings(points, statements)),
        proposals=sum((one.first_id in own) != (one.second_id in own) for one in told.proposals),
    )


def _identifiers(customer_ids: Sequence[int]) -> list[Identifier]:
    row = Customer.objects.filter(id=OuterRef("customer_id"))
    own = Identifier.objects.filter(customer_id__in=customer_ids).select_related("activity", "shared_mark")
    named = own.annotate(
        customer_name=Subquery(row.values("name")[:1]), customer_spent=Subquery(row.values("spent_minor")[:1])
    )
    return list(named.order_by("id")[: MOST_IDENTIFIERS * len(customer_ids)])


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


def _told(trait: Trait) -> rules.Told:
    return rules.Told(trait.name, trait.value, trait.source, trait.observed_at, trait.pk)


def _memberships(ids: Sequence[int]) -> list[Membership]:
    """Where these identifiers are a person of an organisation, or the organisation of a person; live ones first."""
    names = {
        f"{side}_name": Subquery(
            Customer.objects.filter(id=OuterRef(f"{side}__customer_id")).values("name")[:1]
        )
        for side in ("person", "organisation")
    }
    touching = Membership.objects.filter(Q(person_id__in=ids) | Q(organisation_id__in=ids))
    named = touching.select_related("person", "organisation").annotate(**names)
    return list(named.order_by(F("ended_at").desc(nulls_first=True), "id")[:MOST_MEMBERS])


def _related(memberships: Sequence[Membership], own: set[int], side: str) -> tuple[Related, ...]:
    """The organisations that these identifiers belong to, or the people who belong to them."""
    ours = "person_id" if side == "organisation" else "organisation_id"
    found: dict[int, Related] = {}
    for one in memberships:
        if getattr(one, ours) in own:
            other: Identifier = getattr(one, side)
            name = getattr(one, f"{side}_name") or other.value
            found.setdefault(
                other.customer_id, Related(other.customer_id, name, one.source, one.since, one.ended_at)
            )
    return tuple(found.values())


def _bought(spends: Sequence[Spend]) -> tuple[Bought, ...]:
    sums: dict[str, tuple[int, int]] = {}
    for spend in spends:
        minor, purchases = sums.get(spend.currency, (0, 0))
        sums[spend.currency] = (minor + spend.spent_minor, purchases + spend.purchases)
    return tuple(
        Bought(Money(minor, currency), purchases)
        for currency, (minor, purchases) in sorted(sums.items(), key=lambda item: -item[1][1])
    )


def _open_proposals(ids: Sequence[int]) -> list[Proposal]:
    return list(
        Proposal.objects.filter(Q(first_id__in=ids) | Q(second_id__in=ids), decided_at=None)[:MOST_LINKS]
    )
