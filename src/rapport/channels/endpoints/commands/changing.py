"""What an administrator changes about an endpoint, and its end."""

from dataclasses import asdict, fields, replace
from datetime import datetime
from typing import Any

import msgspec
from django.db import transaction

from rapport.channels.endpoints import queries
from rapport.channels.endpoints.commands import checking, opening
from rapport.channels.endpoints.commands.checking import AlreadyClosed, BadEndpoint
from rapport.channels.endpoints.models import Alias, Endpoint, Mailbox
from rapport.channels.endpoints.rules import web
from rapport.channels.endpoints.rules.mail import MailSettings, Secrets
from rapport.channels.endpoints.rules.places import Described
from rapport.channels.endpoints.rules.web import ChatSettings
from rapport.interactions.webhooks import rules as signing
from rapport.jobs.duties import commands as duties
from rapport.kernel.refusals import NotFound
from rapport.staff.audit import commands as audit
from rapport.staff.roles.queries import reach
from rapport.staff.roles.rules import Actor, require


@transaction.atomic
def change_mailbox(
    endpoint_id: int, described: Described, wanted: MailSettings, *, by: Actor, at: datetime
) -> Endpoint:
    """Describe a mailbox anew; secrets left empty stay as they are, and it is looked at again at once."""
    require(by, "channels.edit")
    kept = _in_use(endpoint_id, "email", by)
    before = queries.settings_of(kept)
    tidy = checking.tidy_mail(completed(wanted, before), by=by, before=before)
    checking.check_secrets(tidy)
    duties.recover(kept.duty)
    _describe(kept, described, by, at)
    kept.address = tidy.address
    opening.keep_mail(kept, tidy)
    if tidy.is_fetched:
        Mailbox.objects.update_or_create(endpoint=kept, defaults=_afresh(before, tidy))
    else:
        Mailbox.objects.filter(pk=kept.pk).delete()
    detail = {"name": kept.name, "address": tidy.address, "servers": f"{tidy.imap}, {tidy.smtp}"}
    _record("change", kept, by, at, detail)
    return kept


@transaction.atomic
def change_chat(
    endpoint_id: int, described: Described, wanted: ChatSettings, *, by: Actor, at: datetime
) -> Endpoint:
    """Describe a chat anew; pages that show it follow when they are loaded again."""
    require(by, "channels.edit")
    kept = _in_use(endpoint_id, "chat", by)
    tidy = checking.tidy_chat(wanted)
    _describe(kept, described, by, at)
    kept.settings = msgspec.to_builtins(tidy)
    kept.save()
    _record("change", kept, by, at, {"name": kept.name, "origins": ", ".join(tidy.origins)})
    return kept


@transaction.atomic
def change_generic(
    endpoint_id: int, described: Described, target: str, *, by: Actor, at: datetime
) -> Endpoint:
    """Describe a door anew; its channel stays, for what came through it names it."""
    require(by, "channels.edit")
    kept = _in_use(endpoint_id, "generic", by)
    if target != kept.settings.get("target", ""):
        opening.check_target(target)
    _describe(kept, described, by, at)
    kept.settings = {"target": target}
    kept.save()
    _record("change", kept, by, at, {"name": kept.name})
    return kept


@transaction.atomic
def renew_secret(endpoint_id: int, *, by: Actor, at: datetime) -> str:
    """Make a new secret for a chat or a door, shown this once; the old one counts no more."""
    require(by, "channels.edit")
    kept = _in_use(endpoint_id, "", by)
    if kept.kind == "email":
        raise BadEndpoint("The password of a mailbox is set at its provider.", value=endpoint_id)
    secret = signing.new_secret() if kept.kind == "generic" else web.new_token() + web.new_token()
    opening.keep_secret(kept, {"secret": secret})
    _record("renew_secret", kept, by, at, {"name": kept.name})
    return secret


@transaction.atomic
def close(endpoint_id: int, *, by: Actor, at: datetime) -> Endpoint:
    """Close an endpoint: nothing comes in or goes out there, its secrets are forgotten, what was said stays."""
    require(by, "channels.edit")
    kept = _in_use(endpoint_id, "", by)
    kept.closed_at, kept.secret = at, ""
    kept.save(update_fields=["closed_at", "secret"])
    Alias.objects.filter(endpoint=kept).delete()
    Mailbox.objects.filter(pk=kept.pk).update(trouble="", troubled_since=None, troubles=0, held_until=None)
    duties.recover(kept.duty)
    _record("close", kept, by, at, {"name": kept.name})
    return kept


@transaction.atomic
def look_again(endpoint_id: int, *, by: Actor, at: datetime) -> Endpoint:
    """Let a mailbox that rests be looked at now: what was wrong is mended, as somebody thinks."""
    require(by, "channels.edit")
    kept = _in_use(endpoint_id, "email", by)
    Mailbox.objects.filter(pk=kept.pk).update(rests_until=None, looked_at=None)
    _record("look_again", kept, by, at, {"name": kept.name})
    return kept


def _in_use(endpoint_id: int, kind: str, by: Actor) -> Endpoint:
    within = Endpoint.objects.seen_by(reach(by))
    kept = within.select_for_update(of=("self",)).filter(pk=endpoint_id).first()
    if kept is None or (kind and kept.kind != kind):
        raise NotFound("There is no such channel.", field="endpoint", value=endpoint_id)
    if kept.closed_at:
        raise AlreadyClosed(f"{kept.name} is closed.", field="endpoint", value=endpoint_id)
    return kept


def _describe(kept: Endpoint, described: Described, by: Actor, at: datetime) -> None:
    for name, value in asdict(opening.placed(described, by=by, at=at, but=kept)).items():
        setattr(kept, name, value)


def completed(wanted: MailSettings, before: MailSettings) -> MailSettings:
    """With the secrets that are kept where none were given; none of them ever follows to another server."""
    is_elsewhere = _receivers(wanted) != _receivers(before)
    old = Secrets(dkim_key=before.secrets.dkim_key) if is_elsewhere else before.secrets
    named = {one.name: getattr(wanted.secrets, one.name) or getattr(old, one.name) for one in fields(Secrets)}
    return replace(wanted, secrets=Secrets(**named), endpoint_id=before.endpoint_id)


def _receivers(settings: MailSettings) -> tuple[str, str, str]:
    """Who is told the secrets."""
    tokens = settings.oauth.token_address if settings.oauth else ""
    return settings.imap.host, settings.smtp.host, tokens


def _afresh(before: MailSettings, now: MailSettings) -> dict[str, Any]:
    """No rest after a change; another mailbox is read from its beginning."""
    rested: dict[str, Any] = {"rests_until": None, "held_until": None, "looked_at": None}
    if (before.imap.host, before.imap_user, before.folder) != (now.imap.host, now.imap_user, now.folder):
        rested |= {"uid_validity": 0, "last_uid": 0, "backlog_uid": 0, "backlog": ""}
    return rested


def _record(act: str, kept: Endpoint, by: Actor, at: datetime, detail: dict[str, Any]) -> None:
    audit.record(f"channels.{act}", by=by, subject=f"channel:{kept.pk}", at=at, detail=detail)
