"""A page of the list of customers, at a cost that does not grow with their number.

Three ways lead to the same page. An order alone, or a filter on the facet it follows, reads its index.
A filter that few pass begins with those few. A filter that many pass walks the order and tests a bounded
stretch of it; where that ends before the page is full, the page says so and goes on from there when asked.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, tzinfo
from typing import Any

from django.db import connection
from django.db.models import (
    BooleanField,
    Count,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    Window,
)

from rapport.customers.directory.models import Customer, Identifier, Trait
from rapport.customers.directory.rules import IDENTIFIER_KINDS
from rapport.customers.finding.rules import (
    SORTS,
    Filters,
    Place,
    TraitFilter,
    prefix_end,
    spellings,
)

PAGE = 30
FEW = 2000
"""Up to this many passing a filter, a page begins with them all."""
SEARCHED = 500
"""A search takes at most so many from each way of finding."""
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
class Found:
    """A page of the list. `count` None: not counted; `is_more`: there are more than `count`.

    `looked_until`: where a walk stopped before the page was full.
    """

    rows: tuple[Row, ...]
    after: Place | None
    count: int | None
    is_more: bool
    looked_until: Customer | None = None


class _Pair(Func):
    """Two values compared as one, so that the index on both serves the comparison."""

    template = "(%(expressions)s)"
    output_field = BooleanField()


class _Compared(Func):
    """Whether one pair lies before or behind another; `arg_joiner` is the sign between them."""

    template = "%(expressions)s"
    output_field = BooleanField()


def page(filters: Filters, *, region: str, zone: tzinfo) -> Found:
    """The customers that pass the filters, in their order, from the place they name on.

    `region` reads telephone numbers without a country; `zone` says when the day of `seen_since` began.
    """
    wanted = Customer.objects.filter(_facets(filters, zone))
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


def _facets(filters: Filters, zone: tzinfo) -> Q:
    wanted = Q(kind=filters.kind) if filters.kind else Q()
    if filters.seen_since:
        wanted &= Q(last_at__gte=datetime.combine(filters.seen_since, time.min, zone))
    if filters.spent_at_least_minor is not None:
        wanted &= Q(spent_minor__gte=filters.spent_at_least_minor)
    return wanted & Q(purchases__gt=0) if filters.has_purchases else wanted


def _alias(trait: TraitFilter) -> str:
    return "newest_" + trait.name.encode().hex()


def _newest(trait: TraitFilter) -> Subquery:
    """The value that counts. Written as a list of identifiers, for a join may be begun at the wrong end (by name)."""
    own = Identifier.objects.filter(customer_id=OuterRef(OuterRef("id"))).values("id")
    told = Trait.objects.filter(identifier_id__in=own, name=trait.name)
    return Subquery(told.order_by("-observed_at", "-id").values("value_key")[:1])


def _follows_order(filters: Filters) -> bool:
    if filters.traits or filters.kind or filters.has_purchases:
        return False
    by_spent = filters.spent_at_least_minor is not None and filters.sort is not SORTS["spent"]
    by_seen = filters.seen_since is not None and filters.sort is not SORTS["last"]
    return not (by_spent or by_seen)


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
    only = (
        Filters(seen_since=filters.seen_since),
        Filters(spent_at_least_minor=filters.spent_at_least_minor),
    )
    for one in only:
        if one.is_narrow:
            yield Customer.objects.filter(_facets(one, zone)).values("id")


def _ordered(
    customers: QuerySet[Customer], filters: Filters, *, until: Place | None = None
) -> QuerySet[Customer]:
    sign = "-" if filters.sort.is_descending else ""
    customers = customers.order_by(sign + filters.sort.facet, sign + "id")
    if filters.after is not None:
        customers = customers.filter(_compared(filters, filters.after, "<" if sign else ">"))
    if until is not None:
        customers = customers.filter(_compared(filters, until, ">=" if sign else "<="))
    return customers


def _compared(filters: Filters, place: Place, sign: str) -> _Compared:
    facet = next(f for f in Customer._meta.concrete_fields if f.name == filters.sort.facet)  # noqa: SLF001
    there = _Pair(Value(place.facet, output_field=facet), Value(place.id))
    return _Compared(_Pair(F(facet.name), F("id")), there, arg_joiner=sign)


def _straight(wanted: QuerySet[Customer], filters: Filters) -> Found:
    found = list(_ordered(wanted, filters)[: PAGE + 1])
    count = wanted.values("id")[: COUNTED + 1].count() if filters.after is None else None
    is_more = count is not None and count > COUNTED
    return _found(found, filters, count=min(count, COUNTED) if count is not None else None, is_more=is_more)


def _among(wanted: QuerySet[Customer], filters: Filters, *, is_cut: bool = False) -> Found:
    counted = _ordered(wanted, filters).annotate(passing=Window(Count("id")))
    found = list(counted[: PAGE + 1])
    count = (found[0].passing if found else 0) if filters.after is None else None
    return _found(found, filters, count=count, is_more=is_cut)


def _walked(wanted: QuerySet[Customer], filters: Filters) -> Found:
    end = _ordered(Customer.objects.all(), filters)[STRETCH - 1 : STRETCH].first()
    last = _place(end, filters) if end else None
    found = list(_ordered(wanted, filters, until=last)[: PAGE + 1])
    if len(found) > PAGE or end is None:
        count = min(len(found), PAGE) if filters.after is None else None
        return _found(found, filters, count=count, is_more=len(found) > PAGE)
    return replace(_found(found, filters, count=None, is_more=True), after=last, looked_until=end)


def _found(found: Sequence[Customer], filters: Filters, *, count: int | None, is_more: bool) -> Found:
    shown = found[:PAGE]
    after = _place(shown[-1], filters) if len(found) > PAGE else None
    known_by = _known_by([customer.id for customer in shown])
    rows = tuple(Row(customer, known_by[customer.id]) for customer in shown)
    return Found(rows, after, count, is_more)


def _place(customer: Customer, filters: Filters) -> Place:
    return Place(getattr(customer, filters.sort.facet), customer.id)


def _known_by(customer_ids: Sequence[int]) -> defaultdict[int, tuple[Identifier, ...]]:
    known: defaultdict[int, tuple[Identifier, ...]] = defaultdict(tuple)
    told = Identifier.objects.filter(customer_id__in=customer_ids, shared_mark=None)
    for identifier in told.order_by("customer_id", "id")[: PAGE * 10]:
        known[identifier.customer_id] += (identifier,)
    return known


def _searched(search: str, region: str) -> tuple[set[int], bool]:
    """Customers whose name or identifier begins with what was typed; and whether there are still more."""
    lists = (
        list(_by_identifier(search, region)),
        list(_by_name(search)),
        list(_by_last_name(search)),
    )
    return {one for found in lists for one in found[:SEARCHED]}, any(len(found) > SEARCHED for found in lists)


def _by_identifier(search: str, region: str) -> QuerySet[Any]:
    forms = spellings(search, region=region)
    wanted = Q(value__in=forms)
    for form in dict.fromkeys((search.strip(), search.strip().lower())):
        wanted |= Q(value__gte=form, value__lt=prefix_end(form))
    for name in _external_types():
        typed = f"{name}:{search.strip()}"
        wanted |= Q(kind="external", value__gte=typed, value__lt=prefix_end(typed))
    return Identifier.objects.filter(wanted).values_list("customer_id", flat=True)[: SEARCHED + 1]


def _by_name(search: str) -> QuerySet[Any]:
    key = " ".join(search.casefold().split())
    named = Customer.objects.filter(name_key__gte=key, name_key__lt=prefix_end(key))
    return named.order_by("name_key", "id").values_list("id", flat=True)[: SEARCHED + 1]


def _by_last_name(search: str) -> QuerySet[Any]:
    key = " ".join(search.casefold().split())
    told = Trait.objects.filter(
        name__in=("last_name", "lastName", "family_name", "surname"),
        value_key__gte=key,
        value_key__lt=prefix_end(key),
    )
    return told.values_list("identifier__customer_id", flat=True)[: SEARCHED + 1]


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
