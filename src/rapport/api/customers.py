"""Customers as a list, for programs: the same filters and orders as the page, page by page."""

from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from ninja import Query, Router, Schema

from rapport.api.access import ApiKey
from rapport.customers.finding import queries, rules
from rapport.filters.compiler.rules import write_place
from rapport.kernel.refusals import NotAllowed
from rapport.staff.organisation import queries as organisation
from rapport.staff.roles.rules import may

router = Router(tags=["customers"])
_NAMES = ", ".join(f"{one.name}.{operator}" for one in rules.VOCABULARY.fields for operator in one.operators)


class Customer(Schema):
    """One row of the list."""

    id: int
    kind: str
    name: str
    first_at: datetime
    last_at: datetime
    interactions: int
    purchases: int
    spent_minor: int


class Page(Schema):
    """A page of the list. `after` leads to the next; empty: that was all.

    `count` is how many pass, counted up to a bound; null: it was not counted.
    """

    results: list[Customer]
    after: str
    count: int | None
    is_more: bool


class Filters(Schema):
    """What can be said of the list besides the filters, which are named `field.operator`."""

    q: Annotated[str, Query(max_length=254, description="A name or an identifier, or how they begin.")] = ""
    sort: Annotated[str, Query(description=f"One of {', '.join(rules.SORTS)}.")] = "last"
    after: Annotated[str, Query(description="The `after` of the page before.")] = ""


@router.get(
    "/v1/customers",
    auth=ApiKey("customers.read"),
    response=Page,
    summary="List customers",
    description=f"Also: trait=name:value, and {_NAMES}. Names that nobody knows are refused.",
)
def listed(request: HttpRequest, filters: Query[Filters]) -> Page:  # noqa: ARG001 - for the schema
    """List customers that pass the filters, in an order, at a cost that does not grow with their number."""
    if not may(request.auth, queries.PERMISSION):  # type: ignore[attr-defined]
        raise NotAllowed("This key may not see customers.", field="permission", value=queries.PERMISSION)
    house = organisation.current()
    given = {name: request.GET.getlist(name) for name in request.GET}
    wanted = rules.read(given, currency=house.currency if house else "EUR", is_strict=True)
    zone = ZoneInfo(house.time_zone if house else "UTC")
    found = queries.page(wanted, region=organisation.phone_region(), zone=zone)
    return Page(
        results=[Customer.from_orm(row.customer) for row in found.rows],
        after=write_place(found.after) if found.after else "",
        count=found.count,
        is_more=found.is_more,
    )
