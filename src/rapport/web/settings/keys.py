from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from rapport.staff.keys import commands, queries, rules
from rapport.web.access import actor, allowed, reach
from rapport.web.forms import Form
from rapport.web.settings import sections

if TYPE_CHECKING:
    from rapport.staff.keys.models import Key

KINDS = (
    ("write", gettext_lazy("A web page or an app that others can look into: it only sends what happens")),
    (
        "api",
        gettext_lazy(
            "A program of our own that keeps it secret: it may do what you tick in the next question"
        ),
    ),
)


def scopes() -> list[tuple[str, str]]:
    """What keys may be made for, in words."""
    return [(name, _(scope.title)) for name, scope in rules.SCOPES.items()]


class KeyForm(Form):
    """What a key is for, and what it may do."""

    name = forms.CharField(
        label=gettext_lazy("What is it for?"),
        help_text=gettext_lazy(
            "The web shop, the till: what comes in with a write key stands under this name."
        ),
        max_length=80,
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Who will hold it?"), choices=KINDS, initial="write", widget=forms.RadioSelect
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("If it is a program of our own: what may it do?"),
        help_text=gettext_lazy(
            "A key that only sends needs nothing here: what is ticked does not count for it."
        ),
        choices=scopes,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    last_day = forms.DateField(
        label=gettext_lazy("Last day on which it works"),
        required=False,
        widget=forms.DateInput({"type": "date"}),
    )

    def grant(self) -> commands.Grant:
        """What was ticked, up to the end of the last day."""
        chosen = self.cleaned_data["scopes"] if self.text("kind") == "api" else None
        if (day := self.cleaned_data["last_day"]) is None:
            return commands.Grant(chosen)
        try:
            end = timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))
        except OverflowError as error:
            raise commands.BadKey("This day is too far away.", field="last_day", value=day) from error
        return commands.Grant(chosen, end)


@allowed("keys.edit")
def keys(request: HttpRequest) -> HttpResponse:
    """Every key, a form for one more, and a new key's secret, shown this once."""
    form = KeyForm(request.POST or None)
    made = form.attempt(lambda: _create(form, request)) if request.method == "POST" else None
    shown = KeyForm() if made else form
    context = {
        "form": shown,
        "keys": [_row(key) for key in queries.all_keys(reach=reach(request))],
        "secret": made,
    }
    response = sections.page(request, "settings/keys.html", context)
    response["Cache-Control"] = "no-store"
    return response


def _row(key: "Key") -> dict[str, object]:
    titles = [str(_(rules.SCOPES[name].title)) for name in key.scopes if name in rules.SCOPES]
    has_ended = key.revoked_at or (key.expires_at and key.expires_at <= timezone.now())
    return {"key": key, "scopes": titles, "has_ended": bool(has_ended)}


def _create(form: KeyForm, request: HttpRequest) -> str:
    _key, secret = commands.create(
        kind=form.text("kind"),
        name=form.text("name"),
        by=actor(request),
        at=timezone.now(),
        grant=form.grant(),
    )
    return secret


@require_POST
@allowed("keys.edit")
def revocation(request: HttpRequest, key_id: int) -> HttpResponse:
    """End a key."""
    key = commands.revoke(key_id, by=actor(request), at=timezone.now())
    messages.info(request, _("The key for %(name)s works no more.") % {"name": key.name})
    return redirect("keys")
