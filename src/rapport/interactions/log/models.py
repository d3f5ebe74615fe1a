from django.db import models
from django.db.models import Q

from rapport.interactions.touchpoints.models import Touchpoint
from rapport.kernel.channels import CHANNELS, DIRECTIONS
from rapport.staff.roles.rules import Reach


class InteractionSet(models.QuerySet["Interaction"]):
    """Interactions, narrowed."""

    def seen_by(self, reach: Reach) -> "InteractionSet":
        """Those at no touchpoint, and those at touchpoints of the departments within reach."""
        if not reach.covers("interactions.view"):
            return self.none()
        if reach.departments is None:
            return self
        return self.filter(Q(touchpoint=None) | Q(touchpoint__department__in=reach.departments))


class DayCountSet(models.QuerySet["DayCount"]):
    """Counts per day, narrowed."""

    def seen_by(self, reach: Reach) -> "DayCountSet":
        """The counts of what `InteractionSet.seen_by` leaves."""
        if not reach.covers("interactions.view"):
            return self.none()
        if reach.departments is None:
            return self
        within = Touchpoint.objects.filter(department__in=reach.departments).values("id")
        return self.filter(Q(touchpoint_id=0) | Q(touchpoint_id__in=within))


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

    objects = InteractionSet.as_manager()

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
    """How many interactions of a kind happened on a day (UTC) at a touchpoint (0: none). Derived from the log.

    `forgotten` of them have left the log by law since: that something happened stays counted, with whom is gone.
    """

    day = models.DateField()
    kind = models.CharField(max_length=24)
    channel = models.CharField(max_length=16)
    touchpoint_id = models.BigIntegerField(default=0)
    interactions = models.BigIntegerField(default=0)
    forgotten = models.BigIntegerField(default=0, db_default=0)

    objects = DayCountSet.as_manager()

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


class Removal(models.Model):
    """Rows that left the log, by law or with their import: what is derived from the log elsewhere follows these.

    Gone are, of all rows whose id was at most `upto`: those of `import_id`, or those of `identifier_ids`, or
    (where `before` is set) those of `kinds` that occurred before it, of `source_id` alone unless that is 0.
    """

    import_id = models.BigIntegerField(default=0)
    identifier_ids = models.JSONField(default=list)
    kinds = models.JSONField(default=list)
    source_id = models.BigIntegerField(default=0)
    before = models.DateTimeField(null=True)
    upto = models.BigIntegerField()
    removed_at = models.DateTimeField()


class Tombstone(models.Model):
    """The name of an interaction that was erased with its customer, as a keyed digest: it is never stored again."""

    digest = models.CharField(max_length=32, primary_key=True)


class RetentionRule(models.Model):
    """How long interactions of some kinds are kept, of one source or (null) of all. Counted from their moment."""

    kinds = models.JSONField()
    source = models.ForeignKey(Source, models.PROTECT, null=True, blank=True)
    months = models.PositiveSmallIntegerField()
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(months__gte=1, months__lte=600), name="retention_months_sane"),
        ]


class ShelvedTouchpoint(models.Model):
    """The department under which what happened at a touchpoint stands in the search index."""

    touchpoint = models.OneToOneField(Touchpoint, models.CASCADE, primary_key=True, related_name="+")
    department = models.CharField(max_length=80)
