from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Q, QuerySet

from rapport.interactions.log.models import Interaction, Source
from rapport.interactions.webhooks.models import Delivery, Webhook
from rapport.interactions.webhooks.rules import Wish
from rapport.kernel.refusals import NotFound


@dataclass(frozen=True, slots=True)
class Numbers:
    """How a webhook is doing: messages that wait, were sent, were given up, and tries whose outcome is not known."""

    waiting: int
    sent: int
    given_up: int
    unknown: int


def all_webhooks() -> QuerySet[Webhook]:
    """Every webhook, those at work first, then by number."""
    return Webhook.objects.order_by("disabled_at", "id")


def webhook(webhook_id: int) -> Webhook:
    """The webhook with this number."""
    found = Webhook.objects.filter(pk=webhook_id).first()
    if found is None:
        raise NotFound("There is no such webhook.", field="webhook", value=webhook_id)
    return found


def numbers(webhook_id: int) -> Numbers:
    """What became of its messages, of those that are still kept."""
    counted = Delivery.objects.filter(webhook_id=webhook_id).aggregate(
        waiting=Count("id", filter=Q(due_at__isnull=False)),
        sent=Count("id", filter=Q(sent_at__isnull=False)),
        given_up=Count("id", filter=Q(given_up_at__isnull=False)),
        unknown=Count("id", filter=Q(unknowns__gt=0)),
    )
    return Numbers(**counted)


def deliveries(webhook_id: int, *, before: int | None, limit: int = 50) -> tuple[list[Delivery], int | None]:
    """Its messages, the newest first, and the number to ask for what is older (None: that was all)."""
    found = Delivery.objects.filter(webhook_id=webhook_id).order_by("-id")
    if before is not None:
        found = found.filter(id__lt=before)
    page = list(found[: limit + 1])
    return page[:limit], page[limit - 1].pk if len(page) > limit else None


def switched_off() -> QuerySet[Webhook]:
    """Webhooks that Rapport itself switched off, and nobody has looked after since; the latest first."""
    return (
        Webhook.objects.exclude(disabled_at=None)
        .exclude(disabled_why="by_hand")
        .order_by("-disabled_at", "-id")
    )


def sources() -> list[tuple[int, str]]:
    """The sources that a webhook may choose among, by name."""
    return list(Source.objects.order_by("name", "id").values_list("id", "name"))


def newest_interaction() -> int:
    """The number of the newest interaction; 0 in an empty log."""
    return Interaction.objects.aggregate(newest=Max("id"))["newest"] or 0


def wishes() -> list[Wish]:
    """What every webhook at work wants to hear."""
    rows = Webhook.objects.filter(disabled_at=None).order_by("id")
    columns = rows.values_list("id", "kinds", "source_ids", "after_id")
    return [Wish(id_, frozenset(kinds), frozenset(sources), after) for id_, kinds, sources, after in columns]


def is_anything_due(at: datetime) -> bool:
    """Whether a message waits for a webhook that may be tried now."""
    at_work = Q(webhook__rests_until=None) | Q(webhook__rests_until__lte=at)
    free = Q(leased_until=None) | Q(leased_until__lte=at)
    return Delivery.objects.filter(at_work, free, webhook__disabled_at=None, due_at__lte=at).exists()
