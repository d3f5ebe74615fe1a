"""Messages in a courier's hands: each is claimed for a while, sent, and its outcome written down."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from rapport.interactions.log.models import Interaction
from rapport.interactions.webhooks import rules
from rapport.interactions.webhooks.models import Delivery, Webhook
from rapport.kernel import secrets

SEALED_FOR = "webhooks.secret"
_AT_ONCE = 2
_PRUNED_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Parcel:
    """One message to be sent now; whatever is said of it afterwards must carry its `fence`."""

    delivery_id: int
    fence: int
    attempt: int
    address: str
    message_id: str
    body: bytes
    keys: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a parcel: the receiver's status (None: no answer), and what it said, shortened."""

    parcel: Parcel
    status: int | None
    answer: str

    @property
    def is_sent(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


@transaction.atomic
def claim(*, room: int, at: datetime) -> list[Parcel]:
    """Take up to `room` messages that are due, at most two for a webhook and one for one that fails.

    Webhooks that work come first, and those that fail never hold more than half of the room: a receiver that
    hangs keeps nobody waiting but itself.
    """
    waiting = Delivery.objects.filter(_free(at), webhook_id=OuterRef("pk"), due_at__lte=at)
    at_work = Webhook.objects.filter(Q(rests_until=None) | Q(rests_until__lte=at), disabled_at=None)
    locked = at_work.filter(Exists(waiting)).order_by("failures", "id").select_for_update(skip_locked=True)
    in_hand = _in_hand(at)
    parcels: list[Parcel] = []
    for webhook in locked:
        most = room if webhook.failures == 0 else room // 2
        free = (_AT_ONCE if webhook.failures == 0 else 1) - in_hand.get(webhook.pk, 0)
        if (take := min(free, most - len(parcels))) > 0:
            parcels += _parcels(webhook, take, at)
    return parcels


def _free(at: datetime) -> Q:
    return Q(leased_until=None) | Q(leased_until__lte=at)


def _in_hand(at: datetime) -> dict[int, int]:
    held = Delivery.objects.filter(due_at__isnull=False, leased_until__gt=at).order_by()
    return dict(held.values_list("webhook_id").annotate(n=Count("id")))


def _parcels(webhook: Webhook, take: int, at: datetime) -> Iterator[Parcel]:
    due = Delivery.objects.filter(_free(at), webhook=webhook, due_at__lte=at).order_by("due_at", "id")
    deliveries = list(due[:take])
    ids = [one.interaction_id for one in deliveries if one.interaction_id is not None]
    rows = {row["id"]: row for row in Interaction.objects.filter(id__in=ids).values(*rules.COLUMNS)}
    keys = _keys(webhook, at)
    for one in deliveries:
        if one.interaction_id is None:
            data = {"webhook": webhook.pk, "description": webhook.description}
            body = rules.message(rules.TEST, one.made_at, data)
        elif row := rows.get(one.interaction_id):
            told = rules.told(row, with_content=webhook.with_content)
            body = rules.message(rules.RECORDED, row["received_at"], told)
        else:
            _withdraw(one, at)
            continue
        _lease(one, at)
        yield Parcel(one.pk, one.fence, one.attempts, webhook.address, one.message_id, body, keys)


def _keys(webhook: Webhook, at: datetime) -> tuple[str, ...]:
    is_second = webhook.old_secret_until is not None and webhook.old_secret_until > at
    sealed = (webhook.secret, webhook.old_secret) if is_second else (webhook.secret,)
    return tuple(secrets.unseal(one, purpose=SEALED_FOR) for one in sealed)


def _lease(delivery: Delivery, at: datetime) -> None:
    if delivery.leased_until is not None:
        delivery.unknowns += 1
    delivery.fence += 1
    delivery.attempts += 1
    delivery.leased_until = at + rules.LEASE
    delivery.tried_at = at
    delivery.save(update_fields=["unknowns", "fence", "attempts", "leased_until", "tried_at"])


def _withdraw(delivery: Delivery, at: datetime) -> None:
    """What it was about is erased: there is nothing to tell any more."""
    delivery.due_at, delivery.given_up_at, delivery.answer = None, at, "erased"
    delivery.save(update_fields=["due_at", "given_up_at", "answer"])


@transaction.atomic
def settle(outcomes: Sequence[Outcome], *, at: datetime, luck: float) -> None:
    """Write down what became of parcels: sent, tried again later, or given up after the last try."""
    held = {one.parcel.delivery_id: one for one in outcomes}
    rows = Delivery.objects.filter(pk__in=held).values_list("webhook_id", flat=True)
    webhooks = {
        one.pk: one for one in Webhook.objects.select_for_update().filter(pk__in=set(rows)).order_by("id")
    }
    for delivery in Delivery.objects.select_for_update().filter(pk__in=held).order_by("id"):
        outcome = held[delivery.pk]
        if delivery.fence == outcome.parcel.fence and delivery.leased_until is not None:
            _write(delivery, outcome, at, luck)
            _judge(webhooks[delivery.webhook_id], outcome, at)


def _write(delivery: Delivery, outcome: Outcome, at: datetime, luck: float) -> None:
    delivery.leased_until, delivery.status, delivery.answer = None, outcome.status, outcome.answer
    pause = rules.pause(delivery.attempts, luck)
    if outcome.is_sent:
        delivery.due_at, delivery.sent_at = None, at
    elif pause is None or outcome.status == rules.GONE:
        delivery.due_at, delivery.given_up_at = None, at
    else:
        delivery.due_at = at + pause
    delivery.save(update_fields=["leased_until", "status", "answer", "due_at", "sent_at", "given_up_at"])


def _judge(webhook: Webhook, outcome: Outcome, at: datetime) -> None:
    """A webhook that works is tried at once, one that fails rests, one that failed for days is switched off."""
    if outcome.is_sent:
        if webhook.failures:
            Webhook.objects.filter(pk=webhook.pk).update(failures=0, failing_since=None, rests_until=None)
            webhook.failures = 0
        return
    webhook.failures += 1
    webhook.failing_since = webhook.failing_since or at
    rest = rules.rest(webhook.failures)
    webhook.rests_until = at + rest if rest else None
    webhook.save(update_fields=["failures", "failing_since", "rests_until"])
    if outcome.status == rules.GONE:
        webhook.disable("gone", at)
    elif at - webhook.failing_since >= rules.GIVEN_UP_AFTER:
        webhook.disable("failing", at)


def prune(*, at: datetime) -> int:
    """Forget messages that were sent or given up long ago; how many."""
    count = 0
    while ids := list(_old(at).values_list("pk", flat=True)[:_PRUNED_AT_ONCE]):
        count += Delivery.objects.filter(pk__in=ids).delete()[0]
    return count


def _old(at: datetime) -> QuerySet[Delivery]:
    return Delivery.objects.filter(due_at=None, made_at__lt=at - rules.KEPT).order_by("id")
