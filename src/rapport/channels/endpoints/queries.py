import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

import msgspec
from django.db.models import F, Q, QuerySet

from rapport.channels.endpoints.models import Alias, Endpoint, Mailbox
from rapport.channels.endpoints.rules import hours
from rapport.channels.endpoints.rules.mail import MailSettings, Secrets, untagged
from rapport.channels.endpoints.rules.places import Place
from rapport.channels.endpoints.rules.web import ChatSettings, Door, Widget
from rapport.kernel import secrets
from rapport.kernel.refusals import NotFound
from rapport.staff.roles.rules import Reach

SEALED_FOR = "channels.endpoint"


def every(*, reach: Reach) -> QuerySet[Endpoint]:
    """Endpoints in the order of a page: those in use first, by kind, then by name; with how mailboxes are doing."""
    return (
        Endpoint.objects.seen_by(reach)
        .select_related("mailbox")
        .order_by(F("closed_at").asc(nulls_first=True), "kind", "name", "id")
    )


def endpoint(endpoint_id: int, *, reach: Reach) -> Endpoint:
    """The endpoint with this number; one out of reach is as absent as one that never was."""
    found = every(reach=reach).filter(pk=endpoint_id).first()
    if found is None:
        raise NotFound("There is no such channel.", field="endpoint", value=endpoint_id)
    return found


def aliases(endpoint_id: int) -> list[str]:
    """Every address that leads to a mailbox, its own in front."""
    found = Alias.objects.filter(endpoint_id=endpoint_id).order_by("id")
    return list(found.values_list("address", flat=True))


def place(endpoint_id: int) -> Place:
    """The place behind this number, in use or closed."""
    return _found(Endpoint.objects.filter(pk=endpoint_id), endpoint_id).as_place()


def places(endpoint_ids: Iterable[int]) -> dict[int, Place]:
    """The places behind these numbers."""
    return {one.pk: one.as_place() for one in Endpoint.objects.filter(pk__in=set(endpoint_ids))}


def in_use(kind: str = "") -> list[Place]:
    """Every place that is in use, of one kind or of all, the longest in use first."""
    found = Endpoint.objects.open().order_by("id")
    return [one.as_place() for one in (found.filter(kind=kind) if kind else found)]


def by_address(address: str) -> Place | None:
    """The mailbox to which mail to this address comes, with or without a tag after +; None: to none of ours."""
    wanted = {address.strip().lower(), untagged(address)}
    found = Alias.objects.filter(address__in=wanted, endpoint__closed_at=None).select_related("endpoint")
    alias = found.order_by("id").first()
    return alias.endpoint.as_place() if alias else None


def own_addresses(addresses: Iterable[str]) -> set[str]:
    """Which of these addresses are ours, tags left out."""
    wanted = {untagged(one): one for one in addresses}
    found = Alias.objects.filter(address__in=list(wanted), endpoint__closed_at=None)
    return {wanted[one] for one in found.values_list("address", flat=True)}


def mail_settings(endpoint_id: int) -> MailSettings:
    """How to reach and to write from a mailbox, with its secrets: never for a page, a log or a job."""
    kept = _found(Endpoint.objects.filter(pk=endpoint_id, kind="email"), endpoint_id)
    return settings_of(kept)


def settings_of(kept: Endpoint) -> MailSettings:
    """`mail_settings` of a row at hand."""
    opened = msgspec.convert(_unsealed(kept), Secrets)
    known = msgspec.convert({**kept.settings, "address": kept.address}, MailSettings)
    return replace(known, secrets=opened, endpoint_id=kept.pk, name=kept.name)


def chat_settings(kept: Endpoint) -> ChatSettings:
    """How a chat looks and where it may stand."""
    return msgspec.convert(kept.settings, ChatSettings)


def widget(token: str) -> Widget | None:
    """The chat with this public name; None if there is none."""
    kept = Endpoint.objects.filter(token=token, kind="chat").first()
    if kept is None:
        return None
    settings = chat_settings(kept)
    when = hours.read(settings.hours, settings.zone)
    return Widget(kept.as_place(), kept.token, settings, when, kept.closed_at is None)


def door(token: str) -> Door | None:
    """The door with this public name, with its secret; None if there is none."""
    kept = Endpoint.objects.filter(token=token, kind="generic").first()
    return _door(kept) if kept else None


def door_of(endpoint_id: int) -> Door:
    """The door behind this number, with its secret."""
    return _door(_found(Endpoint.objects.filter(pk=endpoint_id, kind="generic"), endpoint_id))


def secret(endpoint_id: int) -> str:
    """The secret that a chat's host or a door's system shares with us; for checking signatures alone."""
    kept = _found(Endpoint.objects.filter(pk=endpoint_id), endpoint_id)
    return str(_unsealed(kept).get("secret", ""))


def mailbox(endpoint_id: int) -> Mailbox:
    """How far a mailbox was read."""
    return Mailbox.objects.get(pk=endpoint_id)


def is_open(endpoint_id: int) -> bool:
    """Whether this endpoint is in use."""
    return Endpoint.objects.open().filter(pk=endpoint_id).exists()


def opened_at(endpoint_id: int) -> datetime:
    """Since when this endpoint is in use."""
    return _found(Endpoint.objects.filter(pk=endpoint_id), endpoint_id).opened_at


def due_mailboxes(*, at: datetime, looked_before: datetime) -> list[int]:
    """Mailboxes in use to which nobody listens, that do not rest and were not looked at since then; oldest first."""
    free = Q(held_until=None) | Q(held_until__lte=at)
    rested = Q(rests_until=None) | Q(rests_until__lte=at)
    old = Q(looked_at=None) | Q(looked_at__lte=looked_before)
    found = Mailbox.objects.filter(free, rested, old, endpoint__closed_at=None)
    return list(found.order_by(F("looked_at").asc(nulls_first=True), "pk").values_list("pk", flat=True))


def sealed() -> list[str]:
    """Everything that is sealed here, for who checks that the key ring opens it."""
    return list(Endpoint.objects.exclude(secret="").order_by("id").values_list("secret", flat=True))


def _door(kept: Endpoint) -> Door:
    target = str(kept.settings.get("target", ""))
    shared = str(_unsealed(kept).get("secret", ""))
    return Door(kept.as_place(), kept.token, target, kept.closed_at is None, shared)


def _unsealed(kept: Endpoint) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(secrets.unseal(kept.secret, purpose=SEALED_FOR)) if kept.secret else {}
    return found


def _found(rows: QuerySet[Endpoint], endpoint_id: int) -> Endpoint:
    kept = rows.first()
    if kept is None:
        raise NotFound("There is no such channel.", field="endpoint", value=endpoint_id)
    return kept
