from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from rapport.staff.keys import commands, queries
from rapport.web.access import actor, allowed
from rapport.web.forms import Form
from rapport.web.settings import sections

KINDS = (
    ("write", gettext_lazy("Only send what happens; safe to place in a web page")),
    ("api", gettext_lazy("Read and change everything; keep it secret")),
)


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
        label=gettext_lazy("What may it do?"), choices=KINDS, initial="write", widget=forms.RadioSelect
    )


@allowed("keys.edit")
def keys(request: HttpRequest) -> HttpResponse:
    """Every key, a form for one more, and a new key's secret, shown this once."""
    form = KeyForm(request.POST or None)
    made = form.attempt(lambda: _create(form, request)) if request.method == "POST" else None
    shown = KeyForm() if made else form
    context = {"form": shown, "keys": queries.all_keys(), "secret": made}
    response = sections.page(request, "settings/keys.html", context)
    response["Cache-Control"] = "no-store"
    return response


def _create(form: KeyForm, request: HttpRequest) -> str:
    _key, secret = commands.create(
        kind=form.text("kind"), name=form.text("name"), by=actor(request), at=timezone.now()
    )
    return secret


@require_POST
@allowed("keys.edit")
def revocation(request: HttpRequest, key_id: int) -> HttpResponse:
    """End a key."""
    key = commands.revoke(key_id, by=actor(request), at=timezone.now())
    messages.info(request, _("The key for %(name)s works no more.") % {"name": key.name})
    return redirect("keys")
