from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from rapport.staff.people import commands, queries
from rapport.web import choices
from rapport.web.access import actor, allowed
from rapport.web.forms import Form
from rapport.web.settings import sections

if TYPE_CHECKING:
    from rapport.staff.people.models import StaffMember


class WorkForm(Form):
    """What somebody is called, does, and where."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=choices.roles, initial="agent")
    department = forms.CharField(label=gettext_lazy("Department"), max_length=80, required=False)

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
    """Everybody who works here."""
    everybody = list(queries.everybody())
    context = {"people": everybody, "active": sum(member.is_active for member in everybody)}
    return sections.page(request, "settings/people.html", context)


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
    member = queries.member(member_id)
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
    member = queries.member(member_id)
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
