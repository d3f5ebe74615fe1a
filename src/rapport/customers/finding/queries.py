"""A page of the list of customers, at a cost that does not grow with their number.

Three ways lead to the same page. An order alone, or a filter on the facet it follows, reads its index.
A filter that few pass begins with those few. A filter that many pass walks the order and tests a bounded
stretch of it; where that ends before the page is full, the page says so and goes on from there when asked.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import tzinfo
from typing import Any

from django.db import connection
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Window

from rapport.customers.directory.commands import changes
from rapport.customers.directory.models import Customer, Identifier, Trait
from rapport.customers.directory.rules import IDENTIFIER_KINDS
from rapport.customers.finding.rules import (
    SORTS,
    Filters,
    TraitFilter,
    dialled,
    spellings,
)
from rapport.filters.compiler import queries as compiler
from rapport.filters.compiler.rules import Place
from rapport.kernel.text import storable
from rapport.search.index import queries as index
from rapport.staff.roles.rules import Reach

PERMISSION = "customers.view"
PAGE = 30
FEW = 2000
"""Up to this many passing a filter, a page begins with them all."""
SEARCHED = 500
"""A list that is searched begins with at most so many, the newest."""
STRETCH = 2500
"""How far one look walks along the order when many pass the filters."""
COUNTED = 10_000
"""Counting stops here: beyond it a list says "more than"."""


@dataclass(frozen=True, slots=True)
class Row:
    """One customer in a list, with the identifiers that a person would know them by."""

    customer: Customer
    known_by: tuple[Identifier, ...]


@dataclass(frozen=True, slots=True)
class Searched:
    """Customers found by words. `before`: where to go on; `is_cut`: the look ended before the page was full."""

    rows: tuple[Row, ...]
    before: int | None = None
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """A page of the list. `count` None: not counted; `is_more`: there are more than `count`.

    `looked_until`: where a walk stopped before the page was full.
    """

    rows: tuple[Row, ...]
    after: Place | None
    count: int | None
    is_more: bool
    looked_until: Customer | None = None


def page(filters: Filters, *, region: str, zone: tzinfo) -> Found:
    """The customers that pass the filters, in their order, from the place they name on.

    `region` reads telephone numbers without a country; `zone` says when the day of `seen_since` began.
    """
    wanted = Customer.objects.filter(compiler.where(filters.conditions, zone=zone))
    for trait in filters.traits:
        wanted = wanted.alias(**{_alias(trait): _newest(trait)}).filter(**{_alias(trait): trait.key})
    if filters.search:
        ids, is_cut = _searched(filters.search, region)
        return _among(wanted.filter(id__in=ids), filters, is_cut=is_cut)
    if _follows_order(filters):
        return _straight(wanted, filters)
    few = _few(filters, zone)
    return _walked(wanted, filters) if few is None else _among(wanted.filter(id__in=few), filters)


def resolve(text: str, *, region: str) -> list[Identifier]:
    """The identifiers that are exactly what somebody typed, strongest first; `kind=value` asks for one kind.

    An account or a number may be the same text as another's; the caller sees all of them.
    """
    kind, equals, value = text.partition("=")
    named = bool(equals) and kind in IDENTIFIER_KINDS
    typed = value if named else text
    wanted = Q(value__in=spellings(typed, region=region))
    if not named or kind == "external":
        wanted |= Q(kind="external", value__in=[f"{name}:{typed.strip()}" for name in _external_types()])
    found = Identifier.objects.filter(wanted, **({"kind": kind} if named else {}))
    return sorted(found, key=lambda one: (IDENTIFIER_KINDS[one.kind].priority, not one.proof, one.id))


def trait_names() -> list[str]:
    """The first hundred names of traits that anybody has, by jumping from name to name along the index."""
    return _jumps(
        """SELECT min(name) FROM customers_trait""",
        """SELECT min(name) FROM customers_trait WHERE name > jump.name""",
    )


def _alias(trait: TraitFilter) -> str:
    return "newest_" + trait.name.encode().hex()


def _newest(trait: TraitFilter) -> Subquery:
    """The value that counts. Written as a list of identifiers, for a join may be begun at the wrong end (by name)."""
    own = Identifier.objects.filter(customer_id=OuterRef(OuterRef("id"))).values("id")
    told = Trait.objects.filter(identifier_id__in=own, name=trait.name)
    return Subquery(told.order_by("-observed_at", "-id").values("value_key")[:1])


def _follows_order(filters: Filters) -> bool:
    """Whether the index of the order answers every condition by itself."""
    return not filters.traits and all(
        one.field.column == filters.sort.column and one.operator in _RANGES for one in filters.conditions
    )


_RANGES = frozenset({"since", "until", "at_least", "at_most"})
_INDEXED = frozenset(sort.column for sort in SORTS.values())


def _few(filters: Filters, zone: tzinfo) -> QuerySet[Any] | None:
    """The fewest customers among whom all that pass must be, or None if every filter lets many pass."""
    smallest, few = FEW + 1, None
    for candidates in _candidates(filters, zone):
        bounded = candidates[: FEW + 1]
        if (size := bounded.count()) < smallest:
            smallest, few = size, bounded
    return few


def _candidates(filters: Filters, zone: tzinfo) -> Iterable[QuerySet[Any]]:
    for trait in filters.traits:
        told = Trait.objects.filter(name=trait.name, value_key=trait.key)
        yield told.values("identifier__customer_id")
    for one in filters.conditions:
        if one.field.column in _INDEXED:
            yield Customer.objects.filter(compiler.where([one], zone=zone)).values("id")


def _straight(wanted: QuerySet[Customer], filters: Filters) -> Found:
    found = list(compiler.ordered(wanted, filters.choice)[: PAGE + 1])
    count = wanted.values("id")[: COUNTED + 1].count() if filters.after is None else None
    is_more = count is not None and count > COUNTED
    return _found(found, filters, count=min(count, COUNTED) if count is not None else None, is_more=is_more)


def _among(wanted: QuerySet[Customer], filters: Filters, *, is_cut: bool = False) -> Found:
    counted = compiler.ordered(wanted, filters.choice).annotate(passing=Window(Count("id")))
    found = list(counted[: PAGE + 1])
    count = (found[0].passing if found else 0) if filters.after is None else None
    return _found(found, filters, count=count, is_more=is_cut)


def _walked(wanted: QuerySet[Customer], filters: Filters) -> Found:
    end = compiler.ordered(Customer.objects.all(), filters.choice)[STRETCH - 1 : STRETCH].first()
    last = compiler.place(end, filters.sort) if end else None
    found = list(compiler.ordered(wanted, filters.choice, until=last)[: PAGE + 1])
    if len(found) > PAGE or end is None:
        count = min(len(found), PAGE) if filters.after is None else None
        return _found(found, filters, count=count, is_more=len(found) > PAGE)
    return replace(_found(found, filters, count=None, is_more=True), after=last, looked_until=end)


def _found(found: Sequence[Customer], filters: Filters, *, count: int | None, is_more: bool) -> Found:
    shown = found[:PAGE]
    after = compiler.place(shown[-1], filters.sort) if len(found) > PAGE else None
    known_by = _known_by([customer.id for customer in shown])
    rows = tuple(Row(customer, known_by[customer.id]) for customer in shown)
    return Found(rows, after, count, is_more)


def _known_by(customer_ids: Sequence[int]) -> defaultdict[int, tuple[Identifier, ...]]:
    known: defaultdict[int, tuple[Identifier, ...]] = defaultdict(tuple)
    told = Identifier.objects.filter(customer_id__in=customer_ids, shared_mark=None)
    for identifier in told.order_by("customer_id", "id")[: PAGE * 10]:
        known[identifier.customer_id] += (identifier,)
    return known


def search(
    text: str, *, reach: Reach, region: str, before: int | None = None, limit: int = index.PAGE
) -> Searched:
    """Customers known by words that begin with all those typed, newest first; one known by exactly this leads."""
    covers = reach.covers
    if not covers(PERMISSION, ""):
        return Searched(())
    hits = index.search(text, kind=changes.KIND, covers=covers, before=before, limit=limit)
    exact = [] if before is not None else _exactly(storable(text), region)[:limit]
    wanted = list(dict.fromkeys([*exact, *hits.numbers]))
    rows = Customer.objects.in_bulk(wanted)
    known_by = _known_by(wanted)
    found = tuple(Row(rows[one], known_by[one]) for one in wanted if one in rows)
    return Searched(found, hits.before, hits.is_cut)


def names(customer_ids: Iterable[int]) -> dict[int, str]:
    """What these customers are called."""
    return dict(Customer.objects.filter(id__in=set(customer_ids)).values_list("id", "name"))


def _exactly(text: str, region: str) -> list[int]:
    """Who is known by exactly this, and by a telephone number that begins with it, however it was typed."""
    found = [one.customer_id for one in resolve(text, region=region)] if text.strip() else []
    if number := dialled(text, region=region):
        found += index.search(number, kind=changes.KIND, covers=_anybody, limit=index.PAGE).numbers
    return list(dict.fromkeys(found))


def _anybody(permission: str, department: str) -> bool:  # noqa: ARG001 - who may see customers sees them all
    return True


def _searched(search: str, region: str) -> tuple[set[int], bool]:
    """Customers whom the search finds, among whom a list goes on to choose; and whether there are still more."""
    hits = index.search(search, kind=changes.KIND, covers=_anybody, limit=SEARCHED)
    return {*hits.numbers, *_exactly(search, region)}, hits.before is not None


def _external_types() -> list[str]:
    """The types of other numbers (`member_no` of `member_no:20931`), by jumping along the index."""
    at = "strpos(value, ':')" if connection.vendor == "postgresql" else "instr(value, ':')"
    step = f"SELECT substr(value, 1, {at} - 1) FROM customers_identifier WHERE kind = 'external'"  # noqa: S608
    return _jumps(
        f"SELECT ({step} ORDER BY value LIMIT 1)",
        f"{step} AND value >= jump.name || ';' ORDER BY value LIMIT 1",
    )


def _jumps(first: str, following: str) -> list[str]:
    """Distinct values by a loose index scan: each step seeks the next one, whatever lies between."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""WITH RECURSIVE jump(name) AS ({first} UNION ALL SELECT ({following}) FROM jump
            WHERE jump.name IS NOT NULL) SELECT name FROM jump WHERE name IS NOT NULL LIMIT 100"""  # noqa: S608
        )
        return [name for (name,) in cursor.fetchall()]
