from django.db import models
from django.db.models import Q

from rapport.kernel.channels import CHANNELS, DIRECTIONS


class Source(models.Model):
    """A named origin of interactions (web shop, till, an import) that outlives its keys."""

    name = models.CharField(max_length=80, unique=True)
    first_seen_at = models.DateTimeField()


class Interaction(models.Model):
    """One thing that happened between a customer and us. Never changed; erased only by law or with its import.

    `id` follows the order of commits: writers take one lock. `identifier` is the strongest one it came with.
    `kind` is checked by the command alone: a constraint would rewrite the whole log with every new kind.
    """

    source = models.ForeignKey(Source, models.PROTECT, db_index=False)
    message_id = models.CharField(max_length=200)
    identifier = models.ForeignKey(
        "customers.Identifier", models.PROTECT, null=True, db_index=False, related_name="interactions"
    )
    kind = models.CharField(max_length=24)
    channel = models.CharField(max_length=16)
    direction = models.CharField(max_length=4)
    touchpoint = models.ForeignKey("interactions.Touchpoint", models.PROTECT, null=True, db_index=False)
    staff = models.ForeignKey("staff.StaffMember", models.PROTECT, null=True, db_index=False)
    subject = models.CharField(max_length=300, blank=True)
    text = models.TextField(blank=True)
    amount_minor = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3, blank=True)
    properties = models.JSONField(default=dict)
    warning = models.TextField(blank=True)
    occurred_at = models.DateTimeField()
    received_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    imported_by = models.ForeignKey("interactions.Import", models.PROTECT, null=True, db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "message_id"], name="interaction_once"),
            models.CheckConstraint(condition=Q(channel__in=list(CHANNELS)), name="interaction_channel_known"),
            models.CheckConstraint(
                condition=Q(direction__in=list(DIRECTIONS)), name="interaction_direction_known"
            ),
            models.CheckConstraint(
                condition=Q(amount_minor=None, currency="")
                | (Q(amount_minor__isnull=False) & ~Q(currency="")),
                name="interaction_money_whole",
            ),
        ]
        indexes = [
            models.Index(
                fields=["identifier", "occurred_at", "id"],
                name="interaction_timeline_idx",
                condition=Q(identifier__isnull=False),
            ),
            models.Index(
                fields=["imported_by", "id"],
                name="interaction_import_idx",
                condition=Q(imported_by__isnull=False),
            ),
        ]


class DayCount(models.Model):
    """How many interactions of a kind happened on a day (UTC) at a touchpoint (0: none). Derived from the log."""

    day = models.DateField()
    kind = models.CharField(max_length=24)
    channel = models.CharField(max_length=16)
    touchpoint_id = models.BigIntegerField(default=0)
    interactions = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["day", "kind", "channel", "touchpoint_id"], name="day_count_once"
            ),
        ]


class LogCursor(models.Model):
    """How far a reader of the log has come: every row up to `position` has been taken into account."""

    reader = models.CharField(max_length=40, primary_key=True)
    position = models.BigIntegerField(default=0)
