"""Channels: where customers reach us, how each is doing, and joining another."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST

from rapport.channels.endpoints import commands, queries
from rapport.channels.endpoints.rules.mail import MailSettings
from rapport.staff.organisation import queries as organisation
from rapport.staff.roles import rules as roles
from rapport.web.access import actor, allowed, reach
from rapport.web.customers.house import wants_fragment
from rapport.web.forms import TO_MEND
from rapport.web.settings import sections
from rapport.web.settings.channel_forms import ChannelForm, ChatForm, DoorForm, MailboxForm, mailbox_initial

if TYPE_CHECKING:
    from rapport.channels.endpoints.models import Endpoint, Mailbox

KINDS = {
    "email": gettext_noop("Mailbox"),
    "chat": gettext_noop("Chat"),
    "generic": gettext_noop("Door for another system"),
}
PAGES = {"email": "channel_mailbox", "chat": "channel_chat", "generic": "channel_door"}


@allowed("channels.view")
def channels(request: HttpRequest) -> HttpResponse:
    """Every channel and how it is doing."""
    rows = [_row(one) for one in queries.every(reach=reach(request))]
    context = {"rows": rows, "may_edit": _may_edit(request)}
    return sections.page(request, "settings/channels.html", context)


@allowed("channels.edit")
def new(request: HttpRequest, kind: str) -> HttpResponse:
    """Join a mailbox, a chat or a door; what is secret about it is shown this once."""
    form = _form(kind, request, _first(kind))
    if request.method == "POST" and (
        made := form.attempt(lambda: _opened(form, by=actor(request), at=timezone.now()))
    ):
        kept, secret = made
        if secret:
            return _page(request, kept, _form(kind, None, _initial(kept), request), secret=secret)
        messages.info(request, _("Mail to %(address)s comes in from now on.") % {"address": kept.address})
        return redirect("channels")
    return sections.page(request, f"settings/{PAGES[kind]}_new.html", {"form": form})


@allowed("channels.view")
def channel(request: HttpRequest, endpoint_id: int) -> HttpResponse:
    """One channel: how it is doing, and what an administrator may change about it."""
    kept = queries.endpoint(endpoint_id, reach=reach(request))
    if request.method != "POST":
        return _page(request, kept, _form(kept.kind, None, _initial(kept), request))
    roles.require(actor(request), "channels.edit")
    form = _form(kept.kind, request, _initial(kept))
    if form.attempt(lambda: _changed(kept.pk, form, by=actor(request), at=timezone.now())):
        messages.info(request, _("%(name)s is changed.") % {"name": form.text("name")})
        return redirect("channel", endpoint_id)
    return _page(request, kept, form)


@require_POST
@allowed("channels.edit")
def trial(request: HttpRequest, endpoint_id: int = 0) -> HttpResponse:
    """Sign in to both servers of a mailbox as it is described on the form, and say in words how that went."""
    kept = queries.endpoint(endpoint_id, reach=reach(request)) if endpoint_id else None
    before = queries.mail_settings(endpoint_id) if kept else None
    form = MailboxForm(
        request.POST, reach=reach(request), initial=mailbox_initial(before) if before else None
    )
    tried = form.attempt(
        lambda: commands.try_mailbox(
            _with_kept(form.told(), before), by=actor(request), at=timezone.now(), before=before
        )
    )
    if wants_fragment(request):
        status = 200 if tried else TO_MEND
        return render(request, "settings/_channel_trial.html", {"tried": tried, "form": form}, status=status)
    if kept:
        return _page(request, kept, form, tried=tried)
    return sections.page(request, "settings/channel_mailbox_new.html", {"form": form, "tried": tried})


@require_POST
@allowed("channels.edit")
def secret(request: HttpRequest, endpoint_id: int) -> HttpResponse:
    """Make a new secret for a chat or a door, shown this once."""
    kept = queries.endpoint(endpoint_id, reach=reach(request))
    fresh = commands.renew_secret(endpoint_id, by=actor(request), at=timezone.now())
    return _page(request, kept, _form(kept.kind, None, _initial(kept), request), secret=fresh)


@require_POST
@allowed("channels.edit")
def look(request: HttpRequest, endpoint_id: int) -> HttpResponse:
    """Look at a mailbox again at once, however long it was to rest."""
    kept = commands.look_again(endpoint_id, by=actor(request), at=timezone.now())
    messages.info(request, _("%(name)s is looked at within a minute.") % {"name": kept.name})
    return redirect("channel", endpoint_id)


@require_POST
@allowed("channels.edit")
def closure(request: HttpRequest, endpoint_id: int) -> HttpResponse:
    """Close a channel."""
    kept = commands.close(endpoint_id, by=actor(request), at=timezone.now())
    messages.info(request, _("%(name)s is closed. What was said there stays.") % {"name": kept.name})
    return redirect("channels")


def _form(
    kind: str, data: HttpRequest | None, initial: dict[str, Any], request: HttpRequest | None = None
) -> ChannelForm:
    asked = data or request
    assert asked is not None
    made = {"email": MailboxForm, "chat": ChatForm, "generic": DoorForm}[kind]
    posted = data.POST if data is not None and data.method == "POST" else None
    form: ChannelForm = made(posted, reach=reach(asked), initial=initial)
    if kind == "generic" and "name" in initial:
        form.fields["channel"].disabled = True  # what came through the door names its channel
    return form


def _first(kind: str) -> dict[str, Any]:
    if kind == "email":
        return {"begin": "unread", "imap_security": "tls", "smtp_security": "tls"}
    if kind == "chat":
        current = organisation.current()
        return {"zone": current.time_zone if current else "UTC"}
    return {"channel": "sms"}


def _initial(kept: "Endpoint") -> dict[str, Any]:
    whose = {"name": kept.name, "department": kept.department, "touchpoint": kept.touchpoint_id}
    if kept.kind == "email":
        return {**mailbox_initial(queries.settings_of(kept)), **whose}
    if kept.kind == "generic":
        return {**whose, "channel": kept.channel, "target": kept.settings.get("target", "")}
    chat = queries.chat_settings(kept)
    origins = "\n".join(chat.origins)
    shown = {name: getattr(chat, name) for name in ("colour", "greeting", "hours", "zone")}
    return {**whose, **shown, "origins": origins}


def _opened(form: ChannelForm, *, by: roles.Actor, at: datetime) -> "tuple[Endpoint, str]":
    if isinstance(form, MailboxForm):
        return commands.open_mailbox(form.described(), form.told(), by=by, at=at), ""
    if isinstance(form, ChatForm):
        return commands.open_chat(form.described(), form.told(), by=by, at=at)
    target = form.text("target").strip()
    return commands.open_generic(form.described(), form.text("channel"), target, by=by, at=at)


def _changed(endpoint_id: int, form: ChannelForm, *, by: roles.Actor, at: datetime) -> "Endpoint":
    if isinstance(form, MailboxForm):
        return commands.change_mailbox(endpoint_id, form.described(), form.told(), by=by, at=at)
    if isinstance(form, ChatForm):
        return commands.change_chat(endpoint_id, form.described(), form.told(), by=by, at=at)
    target = form.text("target").strip()
    return commands.change_generic(endpoint_id, form.described(), target, by=by, at=at)


def _with_kept(wanted: MailSettings, before: MailSettings | None) -> MailSettings:
    """A mailbox that is known is tried with the secrets that are kept, where none were typed."""
    return commands.completed(wanted, before) if before else wanted


def _page(
    request: HttpRequest,
    kept: "Endpoint",
    form: ChannelForm,
    *,
    secret: str = "",
    tried: commands.Tried | None = None,
) -> HttpResponse:
    context = {
        "channel": kept,
        "row": _row(kept),
        "form": form,
        "secret": secret,
        "tried": tried,
        "may_edit": _may_edit(request) and kept.closed_at is None,
        "script": f'<script src="{settings.BASE_URL}/widget.js" data-key="{kept.token}" async></script>',
        "door": f"{settings.BASE_URL}/api/v1/channels/{kept.token}/messages",
    }
    response = sections.page(request, f"settings/{PAGES[kept.kind]}.html", context)
    if secret:
        response["Cache-Control"] = "no-store"
    return response


def _may_edit(request: HttpRequest) -> bool:
    return roles.may(actor(request), "channels.edit")


def _row(kept: "Endpoint") -> dict[str, Any]:
    """A channel as people read it: what it is, its state in a word, and what troubles it."""
    mailbox: Mailbox | None = getattr(kept, "mailbox", None)
    state, tone = _state(kept, mailbox)
    return {"channel": kept, "kind": _(KINDS[kept.kind]), "mailbox": mailbox, "state": state, "tone": tone}


def _state(kept: "Endpoint", mailbox: "Mailbox | None") -> tuple[str, str]:
    if kept.closed_at:
        return _("closed"), ""
    if mailbox is None:
        return _("open"), ""
    if mailbox.trouble:
        return _("in trouble"), "care"
    return (_("open"), "") if mailbox.looked_at else (_("not looked at yet"), "accent")
