"""What lists sort and filter by, kept beside each customer. All of it is derived and can be made anew."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec
from django.db import connection

from rapport.customers.directory import rules
from rapport.customers.directory.commands import changes, writing
from rapport.customers.directory.models import Activity, Customer, Identifier, Spend, Trait
from rapport.staff.organisation import queries as organisation


class ActivityDelta(msgspec.Struct, frozen=True):
    """How many more interactions an identifier has had, and between which moments they happened."""

    identifier_id: int
    interactions: int
    first_at: datetime
    last_at: datetime


class SpendDelta(msgspec.Struct, frozen=True):
    """What more an identifier has bought, in minor units of one currency."""

    identifier_id: int
    currency: str
    purchases: int
    spent_minor: int


def add_activity(activity: Sequence[ActivityDelta], spend: Sequence[SpendDelta]) -> None:
    """Add what new log rows say to identifiers, then to the customers they belong to."""
    least, greatest = ("LEAST", "GREATEST") if connection.vendor == "postgresql" else ("MIN", "MAX")
    writing.insert_many(
        "customers_activity",
        ("identifier_id", "interactions", "first_at", "last_at"),
        [
            (d.identifier_id, d.interactions, writing.stored(d.first_at), writing.stored(d.last_at))
            for d in activity
        ],
        more=f"""ON CONFLICT (identifier_id) DO UPDATE SET
            interactions = customers_activity.interactions + excluded.interactions,
            first_at = {least}(customers_activity.first_at, excluded.first_at),
            last_at = {greatest}(customers_activity.last_at, excluded.last_at)""",
    )
    writing.insert_many(
        "customers_spend",
        ("identifier_id", "currency", "purchases", "spent_minor"),
        [(d.identifier_id, d.currency, d.purchases, d.spent_minor) for d in spend],
        more="""ON CONFLICT (identifier_id, currency) DO UPDATE SET
            purchases = customers_spend.purchases + excluded.purchases,
            spent_minor = customers_spend.spent_minor + excluded.spent_minor""",
    )
    _refresh_sums({d.identifier_id for d in activity})


def recount_activity(
    identifier_ids: Collection[int], activity: Sequence[ActivityDelta], spend: Sequence[SpendDelta]
) -> None:
    """Replace what is kept of these identifiers by these counts, freshly taken from the log."""
    for chunk in writing.chunks(identifier_ids):
        Activity.objects.filter(identifier_id__in=chunk).delete()
        Spend.objects.filter(identifier_id__in=chunk).delete()
    add_activity(activity, spend)
    for chunk in writing.chunks(identifier_ids):
        refresh(Identifier.objects.filter(id__in=chunk).values_list("customer_id", flat=True))


class Newcomer(msgspec.Struct, frozen=True):
    """A customer nobody knew before: all that is known of them, so that nothing need be asked."""

    id: int
    identifiers: list[tuple[str, str]]
    first_seen_at: datetime
    traits: dict[str, Any]


def introduce(newcomers: Iterable[Newcomer]) -> None:
    """Write the rows of customers that have none yet."""
    stored, rows = writing.moments(), []
    for one in newcomers:
        name = rules.display_name(one.traits, one.identifiers)
        seen, kind = stored(one.first_seen_at), _kind(kind for kind, _ in one.identifiers)
        rows.append((one.id, kind, name, rules.name_key(name), seen, seen, 0, 0, 0))
    writing.insert_many("customers_customer", _COLUMNS, rows)
    changes.note(row[0] for row in rows)


def _kind(identifier_kinds: Iterable[str]) -> str:
    return "organisation" if "organisation_id" in identifier_kinds else "person"


def refresh(customer_ids: Iterable[int]) -> None:
    """Make the rows of these customers anew; a customer without identifiers of its own loses its row."""
    for chunk in writing.chunks(sorted(set(customer_ids))):
        _refresh_chunk(chunk)


def _refresh_chunk(customer_ids: list[int]) -> None:
    members: dict[int, list[Identifier]] = defaultdict(list)
    owned = Identifier.objects.filter(customer_id__in=customer_ids, shared_mark=None)
    for identifier in owned.order_by("id"):
        members[identifier.customer_id].append(identifier)
    gone = [one for one in customer_ids if one not in members]
    if gone:
        Customer.objects.filter(id__in=gone).delete()
        changes.forget(gone)
    names = _names(members)
    sums = _sums(list(members))
    rows = [_row(one, identifiers, names[one], sums.get(one)) for one, identifiers in members.items()]
    writing.insert_many("customers_customer", _COLUMNS, rows, more=_UPSERT)
    changes.note(members)


_COLUMNS = (
    "id",
    "kind",
    "name",
    "name_key",
    "first_at",
    "last_at",
    "interactions",
    "purchases",
    "spent_minor",
)
_UPSERT = f"ON CONFLICT (id) DO UPDATE SET {', '.join(f'{c} = excluded.{c}' for c in _COLUMNS[1:])}"


class _Sum(msgspec.Struct):
    interactions: int = 0
    first_at: datetime | None = None
    last_at: datetime | None = None
    purchases: int = 0
    spent_minor: int = 0


def _row(customer_id: int, identifiers: list[Identifier], name: str, total: _Sum | None) -> tuple[Any, ...]:
    seen = min(identifier.first_seen_at for identifier in identifiers)
    total = total or _Sum()
    kind = _kind(identifier.kind for identifier in identifiers)
    return (
        customer_id,
        kind,
        name,
        rules.name_key(name),
        writing.stored(total.first_at or seen),
        writing.stored(total.last_at or seen),
        total.interactions,
        total.purchases,
        total.spent_minor,
    )


def _names(members: dict[int, list[Identifier]]) -> dict[int, str]:
    owner = {identifier.id: one for one, found in members.items() for identifier in found}
    traits: dict[int, dict[str, Any]] = defaultdict(dict)
    told = Trait.objects.filter(identifier_id__in=list(owner), name__in=rules.NAME_TRAITS)
    for trait in told.order_by("observed_at", "id").only("identifier_id", "name", "value"):
        traits[owner[trait.identifier_id]][trait.name] = trait.value
    return {
        one: rules.display_name(traits[one], [(i.kind, i.value) for i in found])
        for one, found in members.items()
    }


def _refresh_sums(identifier_ids: Collection[int]) -> None:
    affected: set[int] = set()
    for chunk in writing.chunks(identifier_ids):
        affected.update(Identifier.objects.filter(id__in=chunk).values_list("customer_id", flat=True))
    for chunk in writing.chunks(sorted(affected)):
        rows = [
            (
                s.interactions,
                writing.stored(s.first_at),
                writing.stored(s.last_at),
                s.purchases,
                s.spent_minor,
                one,
            )
            for one, s in _sums(chunk).items()
            if s.first_at and s.last_at
        ]
        with connection.cursor() as cursor:
            cursor.executemany(
                """UPDATE customers_customer SET interactions = %s, first_at = %s, last_at = %s,
                   purchases = %s, spent_minor = %s WHERE id = %s""",
                rows,
            )


def _sums(customer_ids: list[int]) -> dict[int, _Sum]:
    sums: dict[int, _Sum] = defaultdict(_Sum)
    seen = Activity.objects.filter(identifier__customer_id__in=customer_ids).values_list(
        "identifier__customer_id", "interactions", "first_at", "last_at"
    )
    for one, interactions, first_at, last_at in seen:
        total = sums[one]
        total.interactions += interactions
        total.first_at = min(total.first_at or first_at, first_at)
        total.last_at = max(total.last_at or last_at, last_at)
    spends = Spend.objects.filter(identifier__customer_id__in=customer_ids).values_list(
        "identifier__customer_id", "currency", "purchases", "spent_minor"
    )
    rates = organisation.rates()
    for one, currency, purchases, spent_minor in spends:
        sums[one].purchases += purchases
        sums[one].spent_minor += round(spent_minor * rates.get(currency, Decimal(0)))
    return sums
