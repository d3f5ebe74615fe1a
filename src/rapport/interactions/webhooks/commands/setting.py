"""What an administrator does with webhooks."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from rapport.interactions.log.models import Source
from rapport.interactions.webhooks import queries, rules
from rapport.interactions.webhooks.commands.handing import SEALED_FOR
from rapport.interactions.webhooks.models import Delivery, Webhook
from rapport.kernel import outgoing, secrets
from rapport.kernel.kinds import KINDS
from rapport.kernel.refusals import NotFound, Refusal
from rapport.staff.audit import commands as audit
from rapport.staff.roles.rules import Actor, require

_LONGEST_DESCRIPTION = 120


class BadWebhook(Refusal):
    """A webhook that cannot be as described."""


class WebhookOff(Refusal):
    """A webhook that is switched off is told nothing; it is switched on first."""


@dataclass(frozen=True, slots=True)
class Description:
    """Where a webhook is, what it wants to hear (nothing chosen: everything), and whether it learns what was said."""

    address: str
    description: str
    kinds: tuple[str, ...] = ()
    source_ids: tuple[int, ...] = ()
    with_content: bool = False

    def tidied(self) -> "Description":
        kinds, sources = tuple(sorted(set(self.kinds))), tuple(sorted(set(self.source_ids)))
        return Description(self.address.strip(), self.description.strip(), kinds, sources, self.with_content)


def add(description: Description, *, by: Actor, at: datetime) -> tuple[Webhook, str]:
    """Set up a webhook; the second value is its secret, which is shown this once."""
    require(by, "webhooks.edit")
    tidy = description.tidied()
    _check(tidy)
    secret = rules.new_secret()
    with transaction.atomic():
        if Webhook.objects.count() >= rules.MOST_WEBHOOKS:
            raise BadWebhook(f"There are {rules.MOST_WEBHOOKS} webhooks already; remove one first.")
        webhook = Webhook.objects.create(
            **asdict(tidy),
            secret=secrets.seal(secret, purpose=SEALED_FOR),
            after_id=queries.newest_interaction(),
            created_at=at,
            created_by=by.audit_name[:200],
        )
        _record("add", webhook, by, at, _audited(tidy))
    return webhook, secret


def change(webhook_id: int, description: Description, *, by: Actor, at: datetime) -> Webhook:
    """Describe a webhook anew; messages that wait go to the new address."""
    require(by, "webhooks.edit")
    tidy = description.tidied()
    _check(tidy)
    with transaction.atomic():
        webhook = _locked(webhook_id)
        for name, value in asdict(tidy).items():
            setattr(webhook, name, value)
        webhook.save(update_fields=list(asdict(tidy)))
        _record("change", webhook, by, at, _audited(tidy))
    return webhook


@transaction.atomic
def renew_secret(webhook_id: int, *, by: Actor, at: datetime) -> str:
    """Make a new secret, shown this once; for a day messages are signed with the old one too."""
    require(by, "webhooks.edit")
    webhook = _locked(webhook_id)
    secret = rules.new_secret()
    webhook.old_secret, webhook.old_secret_until = webhook.secret, at + rules.SECOND_SECRET
    webhook.secret = secrets.seal(secret, purpose=SEALED_FOR)
    webhook.save(update_fields=["old_secret", "old_secret_until", "secret"])
    _record("renew_secret", webhook, by, at)
    return secret


@transaction.atomic
def disable(webhook_id: int, *, by: Actor, at: datetime) -> Webhook:
    """Switch a webhook off: what happens meanwhile it never hears of; what waits, waits."""
    require(by, "webhooks.edit")
    webhook = _locked(webhook_id)
    if webhook.disabled_at is None:
        webhook.disable("by_hand", at)
        _record("disable", webhook, by, at)
    return webhook


@transaction.atomic
def enable(webhook_id: int, *, by: Actor, at: datetime) -> Webhook:
    """Switch a webhook on again: from now on it hears of what happens, and what waited is sent."""
    require(by, "webhooks.edit")
    webhook = _locked(webhook_id)
    if webhook.disabled_at is not None:
        webhook.disabled_at, webhook.disabled_why, webhook.hour_began_at = None, "", None
        webhook.failures, webhook.failing_since, webhook.rests_until = 0, None, None
        webhook.after_id = queries.newest_interaction()
        webhook.save()
        _record("enable", webhook, by, at)
    return webhook


@transaction.atomic
def remove(webhook_id: int, *, by: Actor, at: datetime) -> str:
    """Remove a webhook and the list of its messages; what it was called."""
    require(by, "webhooks.edit")
    webhook = _locked(webhook_id)
    description = webhook.description
    _record("remove", webhook, by, at, {"description": description})
    Delivery.objects.filter(webhook=webhook).delete()
    webhook.delete()
    return description


@transaction.atomic
def send_test(webhook_id: int, *, by: Actor, at: datetime) -> Delivery:
    """Put out a message that says it is a test."""
    require(by, "webhooks.edit")
    webhook = _at_work(webhook_id)
    _record("send_test", webhook, by, at)
    return Delivery.objects.create(webhook=webhook, message_id=rules.new_id(), made_at=at, due_at=at)


@transaction.atomic
def send_again(webhook_id: int, delivery_id: int, *, by: Actor, at: datetime) -> Delivery:
    """Send a message once more, under the id it had, with all its tries before it."""
    require(by, "webhooks.edit")
    webhook = _at_work(webhook_id)
    delivery = Delivery.objects.select_for_update().filter(webhook=webhook, pk=delivery_id).first()
    if delivery is None:
        raise NotFound("There is no such message.", field="delivery", value=delivery_id)
    delivery.due_at, delivery.sent_at, delivery.given_up_at, delivery.attempts = at, None, None, 0
    delivery.save(update_fields=["due_at", "sent_at", "given_up_at", "attempts"])
    Webhook.objects.filter(pk=webhook_id).update(rests_until=None)
    _record("send_again", webhook, by, at, {"message": delivery.message_id})
    return delivery


def _at_work(webhook_id: int) -> Webhook:
    webhook = _locked(webhook_id)
    if webhook.disabled_at is not None:
        raise WebhookOff("This webhook is switched off. Switch it on to send to it.", value=webhook_id)
    return webhook


def _locked(webhook_id: int) -> Webhook:
    webhook = Webhook.objects.select_for_update().filter(pk=webhook_id).first()
    if webhook is None:
        raise NotFound("There is no such webhook.", field="webhook", value=webhook_id)
    return webhook


def _check(tidy: Description) -> None:
    if not tidy.description or len(tidy.description) > _LONGEST_DESCRIPTION:
        raise BadWebhook(
            f"Say in at most {_LONGEST_DESCRIPTION} characters what it is for.",
            field="description",
            value=tidy.description,
        )
    for kind in tidy.kinds:
        if kind not in KINDS:
            raise BadWebhook(f"'{kind}' is not a kind of interaction.", field="kinds", value=kind)
    if Source.objects.filter(pk__in=tidy.source_ids).count() != len(tidy.source_ids):
        raise BadWebhook("One of these sources does not exist.", field="source_ids", value=tidy.source_ids)
    outgoing.check(tidy.address)


def _audited(tidy: Description) -> dict[str, Any]:
    """What the audit log keeps: not the whole address, whose path is often a secret in itself."""
    host = tidy.address.split("/")[2]
    kinds = ", ".join(tidy.kinds)
    return {"description": tidy.description, "host": host, "kinds": kinds, "content": tidy.with_content}


def _record(
    act: str, webhook: Webhook, by: Actor, at: datetime, detail: dict[str, Any] | None = None
) -> None:
    audit.record(f"webhooks.{act}", by=by, subject=f"webhook:{webhook.pk}", at=at, detail=detail)
