"""One person's place at the desk: what they can do, and how much at once."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rapport.service.routing import commands, queries
from rapport.staff.people import queries as staff
from rapport.staff.roles.rules import EVERYTHING
from rapport.web.access import actor, allowed
from rapport.web.forms import Form
from rapport.web.settings import sections

_MOST = 1_000


class SeatForm(Form):
    """What somebody can do, and how much at once."""

    skills = forms.TypedMultipleChoiceField(
        label=gettext_lazy("What can they do?"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    live_capacity = forms.IntegerField(
        label=gettext_lazy("Chats, calls and visits at once"),
        min_value=0,
        max_value=_MOST,
        required=False,
    )
    written_capacity = forms.IntegerField(
        label=gettext_lazy("Mails and other written cases at once"),
        min_value=0,
        max_value=_MOST,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rules = queries.routing_rules()
        self.fields["skills"].choices = [(one.pk, one.name) for one in queries.open_skills()]  # type: ignore[attr-defined]
        for name in ("live_capacity", "written_capacity"):
            usual = _("Empty: %(n)s, as for everybody.") % {"n": getattr(rules, name)}
            self.fields[name].help_text = usual

    def described(self) -> commands.SeatDescription:
        return commands.SeatDescription(**self.cleaned_data)


@allowed("desk.edit")
def person(request: HttpRequest, member_id: int) -> HttpResponse:
    """What one colleague can do, to be changed."""
    member, seat = staff.member(member_id, reach=EVERYTHING), queries.colleague_seat(member_id)
    initial = (
        {
            "skills": [one.pk for one in seat.skills.all()],
            "live_capacity": seat.live_capacity,
            "written_capacity": seat.written_capacity,
        }
        if seat
        else {}
    )
    form = SeatForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.attempt(lambda: _keep(member_id, form, request)) is not None:
        messages.info(request, _("It is kept."))
        return redirect("routing")
    return sections.page(request, "settings/seat.html", {"form": form, "member": member})


def _keep(member_id: int, form: SeatForm, request: HttpRequest) -> object:
    return commands.change_seat(member_id, form.described(), by=actor(request), at=timezone.now())
