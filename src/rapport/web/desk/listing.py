"""The column of cases: the longest wait first where somebody waits, else the newest change."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rapport.channels.endpoints import queries as endpoints
from rapport.channels.inbound import queries as inbound
from rapport.service.desk import queries as desk
from rapport.service.desk.queries import After, Row
from rapport.service.views import queries as views
from rapport.staff.roles.rules import may
from rapport.web import moments
from rapport.web.access import actor, allowed, reach
from rapport.web.customers.house import wants_fragment
from rapport.web.desk import together, waiting
from rapport.web.desk.boxes import boxes

PAGE = 30


@dataclass(frozen=True, slots=True)
class Toast:
    """What was just done, and the address that takes it back; for how many seconds, where that ends by itself."""

    text: str
    url: str
    lasts: int = 0


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A case in the column. `wait` is how long they wait, or when it last changed."""

    id: int
    url: str
    who: str
    about: str
    said: str
    wait: str
    is_care: bool
    is_here: bool


@allowed("desk.view")
def show(request: HttpRequest) -> HttpResponse:
    """The desk without a case; a screen that follows it asks for the column alone."""
    return render_list(request)


def render_list(request: HttpRequest, *, status: int = 200) -> HttpResponse:
    """The list, also after something could not be done."""
    context = column(request)
    if context["is_choosing"]:
        context |= {"offers": together.offers(), "colleagues": desk.colleagues()}
    if context["view"] == "waiting" and not context["cases"]:
        context["is_closed"] = not endpoints.in_use()
        context["may_join"] = may(actor(request), "channels.edit")
    if wants_fragment(request):
        return render(request, "desk/_queue.html", context)
    longest = context["cases"][0].wait if context["view"] == "waiting" and context["cases"] else ""
    context |= {
        "lead": _lead(context["waiting"], longest),
        "may_lead": may(actor(request), "desk.edit"),
        "suspended": _suspended(request),
        "toast": Toast(_("It is done."), reverse("desk:undoing") + "?" + urlencode({"view": context["view"]}))
        if together.can_be_undone(request)
        else None,
    }
    return render(request, "desk/desk.html", context, status=status)


def _suspended(request: HttpRequest) -> int:
    """How many mails wait for somebody to say where they belong."""
    may_decide = may(actor(request), "inbound.decide")
    return inbound.how_many_wait(reach=reach(request)) if may_decide else 0


def column(request: HttpRequest, here: int = 0) -> dict[str, Any]:
    """What the column needs: the cases of the chosen view, and the views. `here`: the case that is open."""
    lists = boxes(request)
    name, zone = lists.name, timezone.get_current_timezone()
    page = views.page(
        lists.chosen, reach=reach(request), at=timezone.now(), zone=zone, after=_after(request), limit=PAGE
    )
    query: dict[str, str] = {"view": name} if name != "waiting" else {}
    may_work = may(actor(request), "desk.work")
    choosing = {"choose": "1"} if may_work and not here and request.GET.get("choose") else {}
    return {
        "view": name,
        "cases": [_line(row, name, here, urlencode(query)) for row in page.rows],
        "tabs": lists.tabs,
        "kept": lists.kept,
        "waiting": lists.waiting,
        "further": _further(query | choosing, page.after),
        "may_work": may_work,
        "is_choosing": bool(choosing),
        "choose": reverse("desk:list") + "?" + urlencode(query | {"choose": "1"}) if may_work else "",
        "address": reverse("desk:list")
        + "?"
        + urlencode(query | choosing | ({"here": str(here)} if here else {})),
    }


def _line(row: Row, view: str, here: int, query: str) -> CaseLine:
    case, now = row.case, timezone.now()
    url = reverse("desk:case", args=[case.pk]) + (f"?{query}" if query else "")
    since = case.waiting_since
    wait = waiting.length(now - since) if since else moments.short(case.snoozed_until or case.changed_at)
    return CaseLine(
        id=case.pk,
        url=url,
        who=row.customer,
        about=case.subject or _("(no subject)"),
        said=row.preview if row.is_theirs or not row.preview else _("We: %(words)s") % {"words": row.preview},
        wait=wait,
        is_care=view == "waiting" and since is not None and now - since >= waiting.LONG,
        is_here=case.pk == here,
    )


def _after(request: HttpRequest) -> After | None:
    at, _mark, number = request.GET.get("after", "").partition("~")
    try:
        moment: datetime | None = parse_datetime(at)
    except ValueError:
        return None
    if moment is None or timezone.is_naive(moment) or not (number.isascii() and number.isdigit()):
        return None
    return After(moment, int(number[:15]))


def _further(query: dict[str, str], after: After | None) -> str:
    if after is None:
        return ""
    return reverse("desk:list") + "?" + urlencode(query | {"after": f"{after.at.isoformat()}~{after.id}"})


def _lead(count: int, longest: str) -> str:
    if not count:
        return _("Nobody waits.")
    words = ngettext("One person waits", "%(n)s people wait", count) % {"n": moments.number(count)}
    return (
        _("%(people)s, the longest %(wait)s.") % {"people": words, "wait": longest}
        if longest
        else f"{words}."
    )
