from collections.abc import Callable
from itertools import groupby

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from rapport.interactions.log import queries as log
from rapport.interactions.touchpoints import commands, queries
from rapport.staff.roles import queries as departments
from rapport.staff.roles import rules as roles
from rapport.web.access import actor, allowed, reach
from rapport.web.forms import TO_MEND
from rapport.web.touchpoints.forms import TouchpointForm
from rapport.web.touchpoints.rows import Row, rows

DAYS = 30


@allowed("touchpoints.view")
def touchpoints(request: HttpRequest) -> HttpResponse:
    """Every touchpoint under its department, with how much happened there lately."""
    lately = log.at_touchpoints(timezone.localdate(), days=DAYS, reach=reach(request))
    found = rows(queries.by_department(reach=reach(request)), lately)
    departments = [(name, list(members)) for name, members in groupby(found, key=lambda row: row.department)]
    context = {
        "departments": departments,
        "open": sum(not row.is_closed for row in found),
        "days": DAYS,
        "may_edit": roles.may(actor(request), "touchpoints.edit"),
    }
    return render(request, "touchpoints/touchpoint_list.html", context)


@allowed("touchpoints.view")
def touchpoint(request: HttpRequest, touchpoint_id: int) -> HttpResponse:
    """One touchpoint: what it is, and how much happens there."""
    found = queries.touchpoint(touchpoint_id, reach=reach(request))
    today, within = timezone.localdate(), reach(request)
    context = {
        "touchpoint": found,
        "row": Row.of(found, log.at_touchpoints(today, days=DAYS, reach=within)),
        "kinds": log.by_kind(today, days=DAYS, reach=within, touchpoint_id=touchpoint_id),
        "by_day": [
            day.interactions
            for day in log.by_day(today, days=DAYS, reach=within, touchpoint_id=touchpoint_id)
        ],
        "days": DAYS,
        "may_edit": roles.may(actor(request), "touchpoints.edit"),
    }
    return render(request, "touchpoints/touchpoint.html", context)


@allowed("touchpoints.edit")
def new(request: HttpRequest) -> HttpResponse:
    """Add a touchpoint."""
    form = TouchpointForm(request.POST or None)
    return _form(
        request,
        form,
        lambda: commands.add(form.description(), by=actor(request), at=timezone.now()),
        _("Add a touchpoint"),
    )


@allowed("touchpoints.edit")
def edit(request: HttpRequest, touchpoint_id: int) -> HttpResponse:
    """Describe a touchpoint anew."""
    found = queries.touchpoint(touchpoint_id, reach=reach(request))
    initial = {field: getattr(found, field) for field in ("name", "department", "channel", "note")}
    form = TouchpointForm(request.POST or None, initial=initial)
    return _form(
        request,
        form,
        lambda: commands.change(touchpoint_id, form.description(), by=actor(request), at=timezone.now()),
        found.name,
    )


@require_POST
@allowed("touchpoints.edit")
def closure(request: HttpRequest, touchpoint_id: int) -> HttpResponse:
    """Close a touchpoint."""
    closed = commands.close(touchpoint_id, by=actor(request), at=timezone.now())
    messages.info(request, _("%(name)s is closed; its history stays.") % {"name": closed.name})
    return redirect("touchpoint", touchpoint_id)


@require_POST
@allowed("touchpoints.edit")
def opening(request: HttpRequest, touchpoint_id: int) -> HttpResponse:
    """Open a closed touchpoint again."""
    opened = commands.reopen(touchpoint_id, by=actor(request), at=timezone.now())
    messages.info(request, _("%(name)s is open again.") % {"name": opened.name})
    return redirect("touchpoint", touchpoint_id)


def _form(
    request: HttpRequest, form: TouchpointForm, act: Callable[[], object], heading: str
) -> HttpResponse:
    if request.method == "POST" and form.attempt(act) is not None:
        messages.info(request, _("The touchpoint is kept."))
        return redirect("touchpoints")
    context = {"form": form, "heading": heading, "departments": departments.open_departments()}
    status = TO_MEND if form.errors else 200
    return render(request, "touchpoints/touchpoint_form.html", context, status=status)
