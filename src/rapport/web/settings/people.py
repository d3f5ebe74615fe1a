from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from rapport.staff.people import commands, queries
from rapport.staff.roles import queries as departments
from rapport.web import choices
from rapport.web.access import actor, allowed, reach
from rapport.web.customers.house import wants_fragment
from rapport.web.forms import Form
from rapport.web.settings import sections

if TYPE_CHECKING:
    from rapport.staff.people.models import StaffMember


class SearchForm(forms.Form):
    """Whom somebody looks for, by a part of the name or address."""

    q = forms.CharField(
        label=gettext_lazy("Name or mail address"),
        max_length=254,
        required=False,
        widget=forms.TextInput({"type": "search", "autocomplete": "off"}),
    )

    def words(self) -> str:
        """What was typed; what cannot be read looks for everybody."""
        return str(self.cleaned_data["q"]) if self.is_valid() else ""


class WorkForm(Form):
    """What somebody is called, does, and where."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=choices.roles, initial="agent")
    department = forms.ChoiceField(label=gettext_lazy("Department"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = self.initial.get("department", "")
        self.fields["department"].choices = choices.departments(own)  # type: ignore[attr-defined]

    def work(self) -> commands.Work:
        return commands.Work(**self.cleaned_data)


class PasswordForm(Form):
    """A password that an administrator gives."""

    password = forms.CharField(
        label=gettext_lazy("A password to begin with"),
        help_text=gettext_lazy(
            "At least ten characters. Tell them in person; they change it after signing in."
        ),
        widget=forms.TextInput({"autocomplete": "off"}),
    )


class NewForm(PasswordForm, WorkForm):
    """Somebody who joins."""

    email = forms.EmailField(
        label=gettext_lazy("Mail address"), help_text=gettext_lazy("They sign in with it.")
    )
    field_order = ("name", "email", "role", "department", "password")

    def newcomer(self) -> commands.NewStaffMember:
        return commands.NewStaffMember(**self.cleaned_data)


@allowed("people.edit")
def people(request: HttpRequest) -> HttpResponse:
    """Everybody who works here, or those who are looked for; htmx asks for the next rows alone."""
    asked, within, after = SearchForm(request.GET), reach(request), request.GET.get("after", "")
    found, last = queries.page(reach=within, search=asked.words(), after=_number(after))
    teams = departments.teams_of([member.pk for member in found])
    context = {
        "people": [(member, ", ".join(teams.get(member.pk, []))) for member in found],
        "more": "?" + urlencode({"q": asked.words(), "after": last}) if last else "",
        "search": asked,
    }
    if wants_fragment(request):
        return render(request, "settings/_people_rows.html", context)
    context["active"] = queries.active(reach=within).count()
    return sections.page(request, "settings/people.html", context)


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 19 else None


@allowed("people.edit")
def new(request: HttpRequest) -> HttpResponse:
    """Somebody joins."""
    form = NewForm(request.POST or None)
    if request.method == "POST" and (
        member := form.attempt(lambda: commands.create(form.newcomer(), by=actor(request), at=timezone.now()))
    ):
        messages.info(request, _("%(name)s can sign in now.") % {"name": member})
        return redirect("people")
    return sections.page(request, "settings/person_new.html", {"form": form})


@allowed("people.edit")
def person(request: HttpRequest, member_id: int) -> HttpResponse:
    """One member of staff, and what an administrator may change about them."""
    member = queries.member(member_id, reach=reach(request))
    initial = {"name": member.name, "role": member.role, "department": member.department}
    form = WorkForm(request.POST or None, initial=initial)
    if request.method == "POST" and (
        changed := form.attempt(
            lambda: commands.change(member_id, form.work(), by=actor(request), at=timezone.now())
        )
    ):
        messages.info(request, _("What %(name)s does is changed.") % {"name": changed})
        return redirect("people")
    return _person(request, member, form, PasswordForm())


@require_POST
@allowed("people.edit")
def password(request: HttpRequest, member_id: int) -> HttpResponse:
    """Give somebody a new password."""
    member = queries.member(member_id, reach=reach(request))
    form = PasswordForm(request.POST)
    if form.attempt(
        lambda: commands.set_password(member_id, form.text("password"), by=actor(request), at=timezone.now())
    ):
        messages.info(request, _("%(name)s has a new password.") % {"name": member})
        return redirect("people")
    initial = {"name": member.name, "role": member.role, "department": member.department}
    return _person(request, member, WorkForm(initial=initial), form)


@require_POST
@allowed("people.edit")
def departure(request: HttpRequest, member_id: int) -> HttpResponse:
    """Close somebody's account."""
    member = commands.let_go(member_id, by=actor(request), at=timezone.now())
    messages.info(request, _("%(name)s cannot sign in any more.") % {"name": member})
    return redirect("people")


@require_POST
@allowed("people.edit")
def come_back(request: HttpRequest, member_id: int) -> HttpResponse:
    """Open a closed account again."""
    member = commands.take_back(member_id, by=actor(request), at=timezone.now())
    messages.info(request, _("%(name)s can sign in again.") % {"name": member})
    return redirect("people")


def _person(
    request: HttpRequest, member: "StaffMember", form: WorkForm, secret: PasswordForm
) -> HttpResponse:
    context = {"member": member, "form": form, "password_form": secret}
    return sections.page(request, "settings/person.html", context)
