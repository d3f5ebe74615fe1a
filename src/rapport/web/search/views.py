"""What somebody finds who types a few letters: customers, cases, messages, and what happened, newest first."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from rapport.channels.finding import queries as messages
from rapport.customers.finding import queries as customers
from rapport.interactions.finding import queries as interactions
from rapport.kernel.text import storable
from rapport.search.index import rules
from rapport.service.desk import queries as desk
from rapport.staff.roles.queries import reach
from rapport.web.access import actor, allowed
from rapport.web.context import words_for
from rapport.web.customers import house
from rapport.web.search import lines

BOX = "search-found"
IN_BOX = 6
ON_PAGE = 20
GROUPS = ("customers", "cases", "messages", "interactions")


@allowed("customers.view")
def index(request: HttpRequest) -> HttpResponse:
    """The page; the few that fit below the box; or, for "more", the next of one group."""
    text = storable(request.GET.get("q", ""))[: rules.LONGEST_QUESTION]
    group, before = request.GET.get("of", ""), _number(request.GET.get("before", ""))
    is_box = house.wants_fragment(request, BOX)
    wanted = (group,) if group in GROUPS else GROUPS
    limit = IN_BOX if is_box else ON_PAGE
    found = {name: _found(request, name, text, before, limit) for name in wanted}
    context = {
        "text": text,
        "is_enough": bool(rules.asked(text)),
        "groups": [found[name] for name in wanted],
        "is_empty": not any(one["lines"] or one["more"] for one in found.values()),
    }
    if is_box:
        return render(request, "search/_box.html", context)
    if house.wants_fragment(request) and group in GROUPS:
        return render(request, "search/_lines.html", found[group])
    return render(request, "search/search.html", context)


def _found(request: HttpRequest, name: str, text: str, before: int | None, limit: int) -> dict[str, Any]:
    sight = reach(actor(request))
    if name == "customers":
        region = house.region(request)
        known = customers.search(text, reach=sight, region=region, before=before, limit=limit)
        shown, further, is_cut = [lines.of_customer(row) for row in known.rows], known.before, known.is_cut
    elif name == "cases":
        cases, further, is_cut = desk.search(text, reach=sight, before=before, limit=limit)
        shown = [lines.of_case(row) for row in cases]
    elif name == "messages":
        said = messages.search(text, reach=sight, before=before, limit=limit)
        cases_of = desk.cases_of_messages([one.id for one in said.messages], reach=sight)
        shown = [lines.of_message(one, cases_of.get(one.id), text) for one in said.messages]
        further, is_cut = said.before, said.is_cut
    else:
        found = interactions.search(text, reach=sight, before=before, limit=limit)
        names = customers.names(one.identifier.customer_id for one in found.interactions if one.identifier)
        shown = [lines.of_interaction(one, names, text) for one in found.interactions]
        further, is_cut = found.before, found.is_cut
    more = "?" + urlencode({"q": text, "of": name, "before": further}) if further else ""
    return {"name": name, "title": _title(request, name), "lines": shown, "more": more, "is_cut": is_cut}


def _title(request: HttpRequest, name: str) -> str:
    if name == "customers":
        return words_for(request).customers_capital
    return {"cases": _("Cases"), "messages": _("Messages")}.get(name, _("What happened"))


def _number(text: str) -> int | None:
    """A place further down; what is no number is no place, and the page begins at the top."""
    is_number = text.isascii() and text.isdigit() and len(text) <= 13
    return int(text) if is_number else None
