"""Searching, for programs: what the key may see, newest first, page by page."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema

from rapport.api.access import ApiKey
from rapport.channels.finding import queries as messages
from rapport.channels.threads.queries import Said
from rapport.customers.finding import queries as customers
from rapport.interactions.finding import queries as interactions
from rapport.staff.organisation import queries as organisation
from rapport.staff.roles.queries import reach

router = Router(tags=["search"])
Words = Annotated[str, Query(max_length=200, description="Words or their beginnings; all must be there.")]
Limit = Annotated[int, Query(ge=1, le=100)]
Before = Annotated[int | None, Query(ge=1, lt=2**44, description="The `before` of the page above.")]


class CustomerFound(Schema):
    """A customer known by words that begin so."""

    kind: Literal["customer"] = "customer"
    id: int
    name: str
    last_at: datetime


class InteractionFound(Schema):
    """Something that happened, whose subject or text has words that begin so."""

    kind: Literal["interaction"] = "interaction"
    id: int
    customer_id: int | None
    what: str
    occurred_at: datetime
    subject: str
    text: str


class MessageFound(Schema):
    """Something said with a customer or about them, whose words begin so; `is_internal`: among staff."""

    kind: Literal["message"] = "message"
    id: int
    thread_id: int
    channel: str
    direction: str
    is_internal: bool
    at: datetime
    subject: str
    text: str


class Results(Schema):
    """A page, newest first. `before` leads to the next; null: that was all.

    `is_cut`: the search ended before the page was full, and goes on from `before`.
    """

    results: list[CustomerFound] | list[MessageFound] | list[InteractionFound]
    before: int | None
    is_cut: bool


@router.get(
    "/v1/search",
    auth=ApiKey("search.read"),
    response=Results,
    summary="Search customers, messages or interactions",
)
def search(
    request: HttpRequest,
    q: Words,
    kind: Literal["customer", "message", "interaction"] = "customer",
    before: Before = None,
    limit: Limit = 20,
) -> Results:
    """Find customers, messages or other interactions by the beginnings of words, among what the key may see."""
    sight = reach(request.auth)  # type: ignore[attr-defined]
    if kind == "customer":
        region = organisation.phone_region()
        known = customers.search(q, reach=sight, region=region, before=before, limit=limit)
        return Results(
            results=[_customer(row) for row in known.rows], before=known.before, is_cut=known.is_cut
        )
    if kind == "message":
        said = messages.search(q, reach=sight, before=before, limit=limit)
        return Results(
            results=[_message(one) for one in said.messages], before=said.before, is_cut=said.is_cut
        )
    happened = interactions.search(q, reach=sight, before=before, limit=limit)
    found = [_interaction(one) for one in happened.interactions]
    return Results(results=found, before=happened.before, is_cut=happened.is_cut)


def _customer(row: customers.Row) -> CustomerFound:
    return CustomerFound(id=row.customer.id, name=row.customer.name, last_at=row.customer.last_at)


def _message(one: Said) -> MessageFound:
    return MessageFound(**{name: getattr(one, name) for name in MessageFound.model_fields if name != "kind"})


def _interaction(one: Any) -> InteractionFound:
    return InteractionFound(
        id=one.id,
        customer_id=one.identifier.customer_id if one.identifier else None,
        what=one.kind,
        occurred_at=one.occurred_at,
        subject=one.subject,
        text=one.text,
    )
