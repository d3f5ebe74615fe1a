"""Departments and teams, and the house rules of access that lean on them."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from rapport.staff.departments import commands
from rapport.staff.people import queries as people
from rapport.staff.roles import queries
from rapport.web import choices
from rapport.web.access import actor, allowed, reach
from rapport.web.context import organisation_of
from rapport.web.forms import Form
from rapport.web.settings import sections

SHOWN = 12
"""So many who are not ticked stand on the form of a team; others are looked for."""


class DepartmentForm(Form):
    """One more department."""

    name = forms.CharField(
        label=gettext_lazy("What is it called?"),
        help_text=gettext_lazy("A department keeps its name; close it when it ends."),
        max_length=80,
    )


class TeamForm(Form):
    """What a team is called, for whom it works, and who belongs to it."""

    name = forms.CharField(label=gettext_lazy("What is the team called?"), max_length=80)
    department = forms.TypedChoiceField(label=gettext_lazy("For which department does it work?"), coerce=int)
    members = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Who belongs to it?"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    q = forms.CharField(
        label=gettext_lazy("Look for somebody else by name or mail address"),
        max_length=254,
        required=False,
        widget=forms.TextInput({"type": "search", "autocomplete": "off"}),
    )

    def described(self) -> commands.Described:
        kept = self.cleaned_data
        return commands.Described(kept["name"], kept["department"], kept["members"])


class AccessForm(Form):
    """How far people see, and who signs in with a second step."""

    is_sight_limited = forms.BooleanField(
        label=gettext_lazy("People see what happened in their own departments only"),
        help_text=gettext_lazy(
            "Their own are the department they work in and those of their teams. What belongs to no department, "
            "and who the customers are, everybody sees. Administrators, analysts and champions see all."
        ),
        required=False,
    )
    second_step_roles = forms.MultipleChoiceField(
        label=gettext_lazy("Who must sign in with a second step?"),
        choices=choices.roles,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


@allowed("organisation.edit")
def departments(request: HttpRequest) -> HttpResponse:
    """The list of departments with their teams, and a form for one more."""
    form = DepartmentForm(request.POST or None)
    if request.method == "POST" and (
        added := form.attempt(
            lambda: commands.add_department(form.text("name"), by=actor(request), at=timezone.now())
        )
    ):
        messages.info(request, _("%(name)s is on the list.") % {"name": added.name})
        return redirect("departments")
    context = {"form": form, "departments": queries.all_departments()}
    return sections.page(request, "settings/departments.html", context)


@require_POST
@allowed("organisation.edit")
def department_closure(request: HttpRequest, department_id: int) -> HttpResponse:
    """Take a department off the list."""
    closed = commands.close_department(department_id, by=actor(request), at=timezone.now())
    messages.info(request, _("%(name)s is closed; what belongs to it stays.") % {"name": closed.name})
    return redirect("departments")


@allowed("people.edit")
def team_new(request: HttpRequest) -> HttpResponse:
    """Bring people together for a department."""
    form = _team_form(request, {})
    return _team(
        request,
        form,
        lambda: commands.add_team(form.described(), by=actor(request), at=timezone.now()),
        {"heading": _("Add a team")},
    )


@allowed("people.edit")
def team(request: HttpRequest, team_id: int) -> HttpResponse:
    """One team, and who belongs to it."""
    found = queries.team(team_id)
    members = [member.pk for member in found.members.all()]
    form = _team_form(request, {"name": found.name, "department": found.department_id, "members": members})
    return _team(
        request,
        form,
        lambda: commands.change_team(team_id, form.described(), by=actor(request), at=timezone.now()),
        {"heading": found.name, "team": found},
    )


@require_POST
@allowed("people.edit")
def team_closure(request: HttpRequest, team_id: int) -> HttpResponse:
    """End a team."""
    closed = commands.close_team(team_id, by=actor(request), at=timezone.now())
    messages.info(request, _("The team %(name)s is closed.") % {"name": closed.name})
    return redirect("departments")


@allowed("organisation.edit")
def access(request: HttpRequest) -> HttpResponse:
    """How far people see, and who signs in with a second step."""
    rules, house = queries.access_rules(), organisation_of(request)
    initial = {
        "is_sight_limited": rules is not None and rules.is_sight_limited,
        "second_step_roles": house.second_step_roles if house else [],
    }
    form = AccessForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.attempt(lambda: _decide(form, request)) is not None:
        messages.info(request, _("The rules of access are kept."))
        return redirect("access")
    return sections.page(request, "settings/access.html", {"form": form})


def _decide(form: AccessForm, request: HttpRequest) -> object:
    return commands.set_access_rules(**form.cleaned_data, by=actor(request), at=timezone.now())


def _team_form(request: HttpRequest, initial: dict[str, Any]) -> TeamForm:
    """The form with what is ticked and whom is looked for; who only looks for somebody keeps what was filled in."""
    posted = request.POST
    if "look" in posted:
        form = TeamForm(initial={**posted.dict(), "members": _ticked(posted)})
    else:
        form = TeamForm(posted or None, initial=initial)
    form.fields["department"].choices = [  # type: ignore[attr-defined]
        (one.pk, one.name) for one in queries.all_departments() if one.closed_at is None
    ]
    ticked = _ticked(posted) if posted else initial.get("members", [])
    within = reach(request)
    chosen = people.active_among(ticked, reach=within)
    found = people.active_named(posted.get("q", "").replace("\0", ""), reach=within, limit=SHOWN)
    if not found:
        form.fields["q"].help_text = _("Nobody like this works here.")
    shown = dict.fromkeys([*chosen, *found])
    form.fields["members"].choices = [(one.pk, str(one)) for one in shown]  # type: ignore[attr-defined]
    return form


def _ticked(posted: QueryDict) -> list[int]:
    return [int(text) for text in posted.getlist("members") if text.isdecimal() and len(text) < 19]


def _team(
    request: HttpRequest, form: TeamForm, act: Callable[[], object], context: dict[str, object]
) -> HttpResponse:
    is_kept = request.method == "POST" and "look" not in request.POST
    if is_kept and form.attempt(act) is not None:
        messages.info(request, _("The team is kept."))
        return redirect("departments")
    return sections.page(request, "settings/team.html", {"form": form, **context})
