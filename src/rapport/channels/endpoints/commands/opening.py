"""Joining a channel."""

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

import msgspec
from django.db import transaction

from rapport.channels.endpoints.commands import checking
from rapport.channels.endpoints.commands.checking import BadEndpoint
from rapport.channels.endpoints.models import Alias, Endpoint, Mailbox
from rapport.channels.endpoints.queries import SEALED_FOR
from rapport.channels.endpoints.rules import web
from rapport.channels.endpoints.rules.mail import MailSettings
from rapport.channels.endpoints.rules.places import Described
from rapport.channels.endpoints.rules.web import ChatSettings
from rapport.interactions.touchpoints import queries as touchpoints
from rapport.interactions.webhooks import rules as signing
from rapport.kernel import outgoing, secrets
from rapport.kernel.channels import CHANNELS
from rapport.staff.audit import commands as audit
from rapport.staff.departments import commands as departments
from rapport.staff.roles.queries import reach
from rapport.staff.roles.rules import Actor, require

_NOT_KEPT = ("secrets", "endpoint_id", "name", "address")


@transaction.atomic
def open_mailbox(described: Described, wanted: MailSettings, *, by: Actor, at: datetime) -> Endpoint:
    """Join a mailbox: what arrives there comes in, and answers leave from its address."""
    require(by, "channels.edit")
    tidy = checking.tidy_mail(wanted, by=by)
    checking.check_secrets(tidy)
    kept = _opened("email", "email", described, by=by, at=at)
    kept.address = tidy.address
    keep_mail(kept, tidy)
    if tidy.is_fetched:
        Mailbox.objects.create(endpoint=kept)
    _record(kept, by, at, {"address": tidy.address, "servers": f"{tidy.imap}, {tidy.smtp}"})
    return kept


@transaction.atomic
def open_chat(described: Described, wanted: ChatSettings, *, by: Actor, at: datetime) -> tuple[Endpoint, str]:
    """Join a chat; the second value is the secret with which a site vouches for who is signed in there."""
    require(by, "channels.edit")
    tidy = checking.tidy_chat(wanted)
    kept = _opened("chat", "chat", described, by=by, at=at)
    secret = web.new_token() + web.new_token()
    kept.settings = msgspec.to_builtins(tidy)
    keep_secret(kept, {"secret": secret})
    _record(kept, by, at, {"origins": ", ".join(tidy.origins)})
    return kept, secret


@transaction.atomic
def open_generic(
    described: Described, channel: str, target: str = "", *, by: Actor, at: datetime
) -> tuple[Endpoint, str]:
    """Open a door for another system; the second value is the secret with which both sides sign."""
    require(by, "channels.edit")
    check_target(target)
    if channel not in CHANNELS:
        raise BadEndpoint(f"'{channel}' is not a channel.", field="channel", value=channel)
    kept = _opened("generic", channel, described, by=by, at=at)
    secret = signing.new_secret()
    kept.settings = {"target": target}
    keep_secret(kept, {"secret": secret})
    _record(kept, by, at, {"channel": channel})
    return kept, secret


def keep_mail(kept: Endpoint, tidy: MailSettings) -> None:
    """Write down the settings of a mailbox, its secrets sealed, and the addresses that lead to it."""
    known = msgspec.to_builtins(tidy)
    kept.settings = {name: value for name, value in known.items() if name not in _NOT_KEPT}
    keep_secret(kept, asdict(tidy.secrets))
    Alias.objects.filter(endpoint=kept).delete()
    Alias.objects.bulk_create([Alias(endpoint=kept, address=one) for one in (tidy.address, *tidy.aliases)])


def keep_secret(kept: Endpoint, known: dict[str, str]) -> None:
    """Seal what nobody may read in the database."""
    kept.secret = secrets.seal(json.dumps(known), purpose=SEALED_FOR)
    kept.save()


def placed(described: Described, *, by: Actor, at: datetime, but: Endpoint | None = None) -> Described:
    """Name, department and touchpoint as they may be kept."""
    tidy = described.tidied()
    checking.check_name(tidy, but=but.pk if but else 0)
    if tidy.touchpoint_id is not None:
        touchpoints.touchpoint(tidy.touchpoint_id, reach=reach(by))
    department = tidy.department
    if but is None or department != but.department:
        department = departments.settle_name(department, by=by, at=at)
    return Described(tidy.name, department, tidy.touchpoint_id)


def check_target(target: str) -> None:
    """Refuse an address to which nothing would be posted."""
    if target:
        outgoing.check(target)


def _opened(kind: str, channel: str, described: Described, *, by: Actor, at: datetime) -> Endpoint:
    tidy = placed(described, by=by, at=at)
    return Endpoint.objects.create(
        kind=kind,
        channel=channel,
        **asdict(tidy),
        token=web.new_token(),
        opened_at=at,
        opened_by=by.audit_name[:200],
    )


def _record(kept: Endpoint, by: Actor, at: datetime, detail: dict[str, Any]) -> None:
    told = {"name": kept.name, "kind": kept.kind, "department": kept.department, **detail}
    audit.record("channels.open", by=by, subject=f"channel:{kept.pk}", at=at, detail=told)
