from datetime import datetime

from django.db import models
from django.db.models import Q

from rapport.interactions.webhooks import rules


class Webhook(models.Model):
    """An address that is told what happens. `kinds` and `source_ids` are what it wants to hear; empty means all.

    Secrets are sealed. `failures` counts tries that failed in a row, `failing_since` is when that began;
    `rests_until` leaves the address alone for a while. It hears of what was recorded after `after_id`.
    """

    address = models.CharField(max_length=2000)
    description = models.CharField(max_length=120)
    kinds = models.JSONField(default=list)
    source_ids = models.JSONField(default=list)
    with_content = models.BooleanField(default=False)
    secret = models.TextField()
    old_secret = models.TextField(blank=True)
    old_secret_until = models.DateTimeField(null=True)
    after_id = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=200)
    failures = models.PositiveIntegerField(default=0)
    failing_since = models.DateTimeField(null=True)
    rests_until = models.DateTimeField(null=True)
    hour_began_at = models.DateTimeField(null=True)
    hour_count = models.PositiveIntegerField(default=0)
    disabled_at = models.DateTimeField(null=True)
    disabled_why = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(disabled_at=None, disabled_why="")
                | (Q(disabled_at__isnull=False) & ~Q(disabled_why="")),
                name="webhook_disabled_with_reason",
            ),
        ]

    def disable(self, why: str, at: datetime) -> None:
        """Tell it nothing more, for the reason of this name."""
        if self.disabled_at is None:
            self.disabled_at, self.disabled_why = at, why
            self.save(update_fields=["disabled_at", "disabled_why"])

    def count(self, more: int, at: datetime) -> bool:
        """Count messages of this hour; whether they are still within what one webhook may get."""
        if self.hour_began_at is None or (at - self.hour_began_at).total_seconds() >= 3600:
            self.hour_began_at, self.hour_count = at, 0
        self.hour_count += more
        self.save(update_fields=["hour_began_at", "hour_count"])
        return self.hour_count <= rules.MOST_AN_HOUR


class Delivery(models.Model):
    """One message for one webhook: waiting while `due_at` is set, then sent or given up. No interaction: a test.

    `message_id` is the webhook-id, the same at every try. The body is made when it is sent, so nothing of a person
    is kept here. `fence` rises with every try; `unknowns` counts tries whose outcome was lost with their process.
    """

    webhook = models.ForeignKey(Webhook, models.CASCADE, db_index=False)
    interaction_id = models.BigIntegerField(null=True)
    message_id = models.CharField(max_length=40, unique=True)
    depth = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    leased_until = models.DateTimeField(null=True)
    fence = models.PositiveIntegerField(default=0)
    attempts = models.PositiveIntegerField(default=0)
    unknowns = models.PositiveIntegerField(default=0)
    tried_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    given_up_at = models.DateTimeField(null=True)
    status = models.PositiveIntegerField(null=True)
    answer = models.CharField(max_length=rules.MOST_SHOWN, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["webhook", "interaction_id"],
                name="delivery_once",
                condition=Q(interaction_id__isnull=False),
            ),
            models.CheckConstraint(
                condition=Q(due_at__isnull=False, sent_at=None, given_up_at=None)
                | Q(due_at=None, sent_at__isnull=False, given_up_at=None)
                | Q(due_at=None, sent_at=None, given_up_at__isnull=False),
                name="delivery_waiting_sent_or_given_up",
            ),
        ]
        indexes = [
            models.Index(
                fields=["webhook", "due_at", "id"],
                name="delivery_due_idx",
                condition=Q(due_at__isnull=False),
            ),
            models.Index(fields=["webhook", "-id"], name="delivery_newest_idx"),
        ]
