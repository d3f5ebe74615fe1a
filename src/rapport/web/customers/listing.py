"""The list of customers."""

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from rapport.customers.directory.rules import IDENTIFIER_KINDS
from rapport.customers.finding import queries, rules
from rapport.filters.compiler.rules import write_place
from rapport.kernel import money
from rapport.kernel.money import Money
from rapport.kernel.refusals import Refusal
from rapport.web import moments
from rapport.web.access import allowed
from rapport.web.context import words_for
from rapport.web.customers import house, sentences
from rapport.web.forms import TO_MEND

KNOWN_BY = 2


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the list as it is read."""

    id: int
    name: str
    kind: str
    known_by: str
    last_at: Any
    interactions: int
    purchases: int
    spent: Money


@dataclass(frozen=True, slots=True)
class Chosen:
    """A trait that narrows the list, and the address of the list without it."""

    label: str
    without: str


@allowed("customers.view")
def index(request: HttpRequest) -> HttpResponse:
    """Everybody, or those who pass the filters; htmx asks for the next rows alone."""
    given = {name: request.GET.getlist(name) for name in request.GET}
    currency = house.currency(request)
    try:
        filters, refusal = rules.read(_with_new_trait(given), currency=currency), None
    except Refusal as refused:
        filters, refusal = rules.Filters(), refused
    found = queries.page(filters, region=house.region(request), zone=timezone.get_current_timezone())
    context = {
        "lines": [_line(row, currency) for row in found.rows],
        "more": _address(replace(filters, after=found.after), currency) if found.after else "",
        "looked_until": _looked_until(found, filters, currency),
    }
    if house.wants_fragment(request):
        return render(request, "customers/_list_rows.html", context)
    context |= _around(request, filters, found, currency) | {"refusal": refusal}
    return render(request, "customers/list.html", context, status=TO_MEND if refusal else 200)


def _with_new_trait(given: dict[str, list[str]]) -> dict[str, list[str]]:
    """The trait written into the form's empty pair joins those chosen before."""
    name, value = (given.get(key, [""])[-1].strip() for key in ("trait_name", "trait_value"))
    if not (name and value):
        return given
    return given | {"trait": [*given.get("trait", []), f"{name}:{value}"]}


def _around(
    request: HttpRequest, filters: rules.Filters, found: queries.Found, currency: str
) -> dict[str, Any]:
    called = words_for(request)
    return {
        "filters": filters,
        "is_narrowed": replace(filters, search="", traits=()).is_narrow,
        "count": sentences.count(found.count, is_more=found.is_more, called=called),
        "sorts": rules.SORTS.values(),
        "kinds": rules.KINDS.items(),
        "trait_names": [(name, sentences.label(name)) for name in queries.trait_names()],
        "traits": [_chosen(trait, filters, currency) for trait in filters.traits],
        "spent": _major(filters, currency),
        "currency": currency,
    }


def _chosen(trait: rules.TraitFilter, filters: rules.Filters, currency: str) -> Chosen:
    others = tuple(one for one in filters.traits if one != trait)
    without = replace(filters, traits=others, after=None)
    return Chosen(f"{sentences.label(trait.name)}: {trait.value}", _address(without, currency))


def _line(row: queries.Row, currency: str) -> Line:
    customer = row.customer
    readable = sorted(row.known_by, key=lambda i: (IDENTIFIER_KINDS[i.kind].is_weak, i.kind != "email", i.id))
    values = [sentences.identifier(i.kind, i.value)[1] for i in readable]
    shown = [value for value in values if value != customer.name][:KNOWN_BY]
    more = len(values) - KNOWN_BY
    return Line(
        id=customer.id,
        name=customer.name,
        kind=customer.kind,
        known_by=", ".join(shown) + (_(" and %(count)s more") % {"count": more} if more > 0 else ""),
        last_at=customer.last_at,
        interactions=customer.interactions,
        purchases=customer.purchases,
        spent=Money(customer.spent_minor, currency),
    )


def _looked_until(found: queries.Found, filters: rules.Filters, currency: str) -> str:
    """Where a walk through the list stopped, in the words of its order."""
    if found.looked_until is None:
        return ""
    facet = getattr(found.looked_until, filters.sort.column)
    if filters.sort.column == "last_at":
        return _("those last seen since %(moment)s") % {"moment": moments.short(facet)}
    if filters.sort.column == "spent_minor":
        return _("those who spent %(money)s or more") % {"money": moments.money(Money(facet, currency))}
    if filters.sort.column == "interactions":
        return _("those seen %(count)s times or more") % {"count": moments.number(facet)}
    return _("names up to %(name)s") % {"name": found.looked_until.name}


def _address(filters: rules.Filters, currency: str) -> str:
    spent = ("spent", _major(filters, currency))
    pairs = [
        ("q", filters.search),
        *(("trait", f"{trait.name}:{trait.value}") for trait in filters.traits),
        *(spent if one.given[0] == "spent" else one.given for one in filters.conditions),
        ("sort", filters.sort.name if filters.sort.name != "last" else ""),
        ("after", write_place(filters.after) if filters.after else ""),
    ]
    return "?" + urlencode([(name, value) for name, value in pairs if value])


def _major(filters: rules.Filters, currency: str) -> str:
    minor = filters.chosen.get("spent")
    if minor is None:
        return ""
    return f"{Money(minor, currency).major:.{money.minor_digits(currency)}f}".removesuffix(".00")
