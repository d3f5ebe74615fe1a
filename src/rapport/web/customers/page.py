"""The page of one customer."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from rapport.customers.portrait import queries
from rapport.customers.portrait.queries import Portrait
from rapport.interactions.timeline import queries as timeline
from rapport.interactions.timeline import rules
from rapport.staff.roles.rules import may
from rapport.web.access import actor, allowed, reach
from rapport.web.customers import happened, house, known, writing


@allowed("customers.view")
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """Who they are and how we know, beside what happened; htmx asks for what happened alone."""
    if house.wants_fragment(request, "writing"):
        return render(request, "customers/_writing.html", _writing(request, queries.identifier_ids(pk)))
    view = rules.read(**{name: request.GET.get(key, "") for name, key in _NAMES})
    if house.wants_fragment(request):
        return _fragment(request, pk, view)
    portrait = queries.portrait(pk)
    if portrait is None:
        now = reverse("customers:show", args=[queries.current_id(pk)])
        query = request.GET.urlencode()
        return redirect(f"{now}?{query}" if query else now)
    ids = queries.in_order_of_use(portrait.identifiers)
    context = _left(request, portrait) | _right(request, ids, pk, view)
    if request.GET.get("part") == "writing":
        context |= _writing(request, ids)
    return render(request, "customers/customer.html", context)


_NAMES = (("group", "show"), ("words", "find"), ("before", "before"))


def _fragment(request: HttpRequest, pk: int, view: rules.View) -> HttpResponse:
    context = _right(request, queries.identifier_ids(pk), pk, view)
    part = "customers/_lines.html" if view.before else "customers/_happened.html"
    return render(request, part, context)


def _right(request: HttpRequest, identifier_ids: list[int], pk: int, view: rules.View) -> dict[str, Any]:
    found = timeline.timeline(identifier_ids, view, reach=reach(request))
    return {
        "pk": pk,
        "lines": happened.lines(found),
        "tabs": happened.tabs(view),
        "find": view.words,
        "show": view.group,
        "is_narrow": view.is_narrow,
        "further": happened.further(found, view),
    }


def _writing(request: HttpRequest, identifier_ids: list[int]) -> dict[str, Any]:
    """Whether we may write now: the page is there before it is asked."""
    return {
        "writing": writing.writing(identifier_ids),
        "may_state": may(actor(request), "customers.consent"),
    }


def _left(request: HttpRequest, portrait: Portrait) -> dict[str, Any]:
    made = request.GET.get("joined", "")
    return {
        "portrait": portrait,
        "lead": known.lead(portrait),
        "ways": known.ways(portrait),
        "ended": known.ended(portrait),
        "told": known.told(portrait),
        "figures": known.figures(portrait, house.currency(request)),
        "permissions": known.permissions(portrait),
        "just_joined": next((link for link in portrait.links if str(link.pk) == made), None),
        "just_parted": next(
            (link for link in portrait.taken_back if str(link.pk) == request.GET.get("parted")), None
        ),
        "may_link": may(actor(request), "customers.link"),
        "may_export": may(actor(request), "customers.export"),
        "may_state": may(actor(request), "customers.consent"),
    }
