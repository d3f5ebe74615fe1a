"""The column at the right of the desk: the customer's page in short."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from rapport.customers.portrait import queries as portraits
from rapport.interactions.timeline import queries as timeline
from rapport.interactions.timeline import rules as views
from rapport.service.promises import queries as promises
from rapport.web.access import reach
from rapport.web.customers import happened, house, known

MOST_LINES = 6


@dataclass(frozen=True, slots=True)
class Promised:
    """Something we said we would do."""

    what: str
    due_at: datetime
    is_care: bool


@dataclass(frozen=True, slots=True)
class Person:
    """What an agent needs to know of somebody before answering."""

    name: str
    url: str
    lead: str
    ways: tuple[known.Way, ...]
    figures: tuple[known.Figure, ...]
    promises: tuple[Promised, ...]
    cases: tuple[Any, ...]
    lines: tuple[happened.Line, ...]


def person(request: HttpRequest, customer_id: int, cases: Iterable[Any], *, until: datetime) -> Person:
    """Who this is, what they are worth and how we know, what we promised, what happened before a moment."""
    portrait = portraits.portrait(customer_id)
    assert portrait is not None
    ids = portraits.in_order_of_use(portrait.identifiers)
    before = timeline.timeline(ids, views.read(), reach=reach(request))
    now = timezone.now()
    return Person(
        name=portrait.name,
        url=reverse("customers:show", args=[portrait.id]),
        lead=known.lead(portrait),
        ways=tuple(known.ways(portrait)[:4]),
        figures=tuple(known.figures(portrait, house.currency(request))),
        promises=tuple(
            Promised(one.what, one.due_at, one.due_at < now)
            for one in promises.open_promises(ids, reach=reach(request))[:5]
        ),
        cases=tuple(cases),
        lines=tuple([line for line in happened.lines(before) if line.at < until][:MOST_LINES]),
    )
