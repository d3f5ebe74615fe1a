"""Webhooks: which addresses are told what happens, how they are doing, and what became of each message."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from django.views.decorators.http import require_POST

from rapport.interactions.webhooks import commands, queries
from rapport.kernel.kinds import GROUPS, KINDS
from rapport.web.access import actor, allowed
from rapport.web.forms import Form
from rapport.web.settings import sections

if TYPE_CHECKING:
    from rapport.interactions.webhooks.models import Delivery, Webhook

WHY_OFF = {
    "by_hand": gettext_noop("Switched off by hand."),
    "gone": gettext_noop("The receiver said that it is gone for good (410)."),
    "failing": gettext_noop("Nothing arrived there for five days."),
    "too_much": gettext_noop(
        "More happened within an hour than one webhook is told. Choose fewer kinds, then switch it on."
    ),
    "loop": gettext_noop(
        "The receiver answers each message with a new interaction, round and round. Mend that, then switch it on."
    ),
}


def kinds() -> list[tuple[str, list[tuple[str, str]]]]:
    """Every kind of interaction under its group, in words."""
    return [
        (_(title), [(kind.name, _(kind.title)) for kind in KINDS.values() if kind.group == group])
        for group, title in GROUPS.items()
    ]


class WebhookForm(Form):
    """Where a webhook is and what it wants to hear."""

    description = forms.CharField(
        label=gettext_lazy("What is it for?"),
        help_text=gettext_lazy("The warehouse, the till: so that whoever comes next knows."),
        max_length=120,
    )
    address = forms.CharField(
        label=gettext_lazy("Address"),
        help_text=gettext_lazy("Begins with https:// and can be reached from the public network."),
        widget=forms.TextInput({"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}),
    )
    with_content = forms.BooleanField(
        label=gettext_lazy("Also tell who it was and what was said"),
        help_text=gettext_lazy(
            "Without it a message carries numbers, the kind, the moment and the amount, and nothing personal."
        ),
        required=False,
    )
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Which kinds? None chosen means all"),
        choices=kinds,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    source_ids = forms.TypedMultipleChoiceField(
        label=gettext_lazy("From which sources? None chosen means all"),
        choices=queries.sources,
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def told(self) -> commands.Description:
        cleaned = self.cleaned_data
        return commands.Description(
            address=cleaned["address"],
            description=cleaned["description"],
            kinds=tuple(cleaned["kinds"]),
            source_ids=tuple(cleaned["source_ids"]),
            with_content=cleaned["with_content"],
        )


@dataclass(frozen=True, slots=True)
class Row:
    """One message as people read it."""

    id: int
    number: int | None
    message_id: str
    made_at: datetime
    state: str
    tone: str
    tries: int
    next_at: datetime | None
    answer: str
    is_over: bool


@allowed("webhooks.edit")
def webhooks(request: HttpRequest) -> HttpResponse:
    """Every webhook and how it is doing."""
    rows = [{"webhook": one, "state": _state(one)} for one in queries.all_webhooks()]
    return sections.page(request, "settings/webhooks.html", {"rows": rows})


@allowed("webhooks.edit")
def new(request: HttpRequest) -> HttpResponse:
    """Set a webhook up; its secret is shown this once."""
    form = WebhookForm(request.POST or None)
    if request.method == "POST" and (
        made := form.attempt(lambda: commands.add(form.told(), by=actor(request), at=timezone.now()))
    ):
        return _with_secret(request, made[0].pk, made[1])
    return sections.page(request, "settings/webhook_new.html", {"form": form})


@allowed("webhooks.edit")
def webhook(request: HttpRequest, webhook_id: int) -> HttpResponse:
    """One webhook: what it hears, what became of its messages, and what may be changed."""
    found = queries.webhook(webhook_id)
    form = WebhookForm(request.POST or None, initial=_initial(found))
    if request.method == "POST" and (
        changed := form.attempt(
            lambda: commands.change(webhook_id, form.told(), by=actor(request), at=timezone.now())
        )
    ):
        messages.info(request, _("What %(name)s hears is changed.") % {"name": changed.description})
        return redirect("webhook", webhook_id)
    return _page(request, found, form)


@require_POST
@allowed("webhooks.edit")
def secret(request: HttpRequest, webhook_id: int) -> HttpResponse:
    """Make a new secret, shown this once."""
    return _with_secret(
        request, webhook_id, commands.renew_secret(webhook_id, by=actor(request), at=timezone.now())
    )


@require_POST
@allowed("webhooks.edit")
def test(request: HttpRequest, webhook_id: int) -> HttpResponse:
    """Send a message that says it is a test."""
    commands.send_test(webhook_id, by=actor(request), at=timezone.now())
    messages.info(request, _("A test is on its way. Load the page again to see how it was answered."))
    return redirect("webhook", webhook_id)


@require_POST
@allowed("webhooks.edit")
def closure(request: HttpRequest, webhook_id: int) -> HttpResponse:
    """Switch a webhook off."""
    found = commands.disable(webhook_id, by=actor(request), at=timezone.now())
    messages.info(request, _("%(name)s hears nothing any more.") % {"name": found.description})
    return redirect("webhook", webhook_id)


@require_POST
@allowed("webhooks.edit")
def opening(request: HttpRequest, webhook_id: int) -> HttpResponse:
    """Switch a webhook on again."""
    found = commands.enable(webhook_id, by=actor(request), at=timezone.now())
    messages.info(request, _("%(name)s hears what happens from now on.") % {"name": found.description})
    return redirect("webhook", webhook_id)


@require_POST
@allowed("webhooks.edit")
def removal(request: HttpRequest, webhook_id: int) -> HttpResponse:
    """Remove a webhook."""
    name = commands.remove(webhook_id, by=actor(request), at=timezone.now())
    messages.info(request, _("The webhook for %(name)s is removed.") % {"name": name})
    return redirect("webhooks")


@require_POST
@allowed("webhooks.edit")
def again(request: HttpRequest, webhook_id: int, delivery_id: int) -> HttpResponse:
    """Send one message once more."""
    commands.send_again(webhook_id, delivery_id, by=actor(request), at=timezone.now())
    messages.info(request, _("The message is on its way once more."))
    return redirect("webhook", webhook_id)


def _with_secret(request: HttpRequest, webhook_id: int, shown: str) -> HttpResponse:
    found = queries.webhook(webhook_id)
    response = _page(request, found, WebhookForm(initial=_initial(found)), secret=shown)
    response["Cache-Control"] = "no-store"
    return response


def _page(request: HttpRequest, found: "Webhook", form: WebhookForm, *, secret: str = "") -> HttpResponse:
    before = request.GET.get("before", "")
    number = int(before) if before.isdecimal() and before.isascii() and len(before) < 19 else None
    deliveries, older = queries.deliveries(found.pk, before=number)
    context = {
        "webhook": found,
        "form": form,
        "secret": secret,
        "state": _state(found),
        "why_off": _(WHY_OFF[found.disabled_why]) if found.disabled_why in WHY_OFF else "",
        "numbers": queries.numbers(found.pk),
        "rows": [_row(one) for one in deliveries],
        "older": older,
        "has_second": found.old_secret_until is not None and found.old_secret_until > timezone.now(),
    }
    return sections.page(request, "settings/webhook.html", context)


def _initial(found: "Webhook") -> dict[str, object]:
    return {name: getattr(found, name) for name in WebhookForm.base_fields}


def _state(found: "Webhook") -> dict[str, str]:
    if found.disabled_at:
        return {"text": _("off"), "tone": "" if found.disabled_why == "by_hand" else "care"}
    if found.failures:
        return {"text": _("failing"), "tone": "care"}
    return {"text": _("on"), "tone": ""}


def _row(one: "Delivery") -> Row:
    state, tone = _became(one)
    return Row(
        id=one.pk,
        number=one.interaction_id,
        message_id=one.message_id,
        made_at=one.made_at,
        state=state,
        tone=tone,
        tries=one.attempts,
        next_at=one.due_at if one.attempts and not one.leased_until else None,
        answer=_answer(one),
        is_over=one.due_at is None and one.answer != "erased",
    )


def _became(one: "Delivery") -> tuple[str, str]:
    if one.sent_at:
        return _("sent"), ""
    if one.given_up_at:
        return (_("withdrawn"), "") if one.answer == "erased" else (_("given up"), "care")
    if one.leased_until:
        return _("on its way"), "accent"
    return _("waiting"), ""


def _answer(one: "Delivery") -> str:
    if one.answer == "erased":
        return _("What it was about is erased.")
    said = " ".join(str(part) for part in (one.status, one.answer) if part)
    if one.unknowns:
        said += " " + _("The outcome of one try or more is not known: it may have come twice.")
    return said.strip()
