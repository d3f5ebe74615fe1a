from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from rapport.customers.directory.rules import IDENTIFIER_KINDS

_KINDS = list(IDENTIFIER_KINDS)


class IdentifierQuerySet(models.QuerySet["Identifier"]):
    """Identifiers, narrowed down."""

    def unused(self) -> "IdentifierQuerySet":
        """Those that nothing known is tied to: no activity, trait, consent, link or membership."""
        found = self
        for name in ("activity", "traits", "consents", "memberships", "members"):
            found = found.filter(**{name: None})
        linked = Link.objects.filter(Q(first=OuterRef("pk")) | Q(second=OuterRef("pk")))
        return found.exclude(Exists(linked))


class Identifier(models.Model):
    """A way to recognise a customer. `customer_id` is derived: the smallest id among all it is linked to."""

    kind = models.CharField(max_length=16)
    value = models.CharField(max_length=254)
    customer_id = models.BigIntegerField()
    proof = models.CharField(max_length=80, blank=True)
    source = models.CharField(max_length=80)
    batch = models.BigIntegerField(default=0, help_text="the import that brought it; 0: none")
    first_seen_at = models.DateTimeField()

    objects = IdentifierQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "value"], name="identifier_once"),
            models.CheckConstraint(condition=Q(kind__in=_KINDS), name="identifier_kind_known"),
        ]
        indexes = [
            models.Index(fields=["customer_id", "id"], name="identifier_customer_idx"),
            models.Index(fields=["value"], name="identifier_value_idx"),
        ]


class Epoch(models.Model):
    """Counts every split, sharing and forgetting, so that what a process remembers of joins can be trusted."""

    number = models.BigIntegerField(default=0)


class Link(models.Model):
    """A reason to believe that two identifiers are one customer. Rows are only ever added."""

    first = models.ForeignKey(Identifier, models.PROTECT, related_name="+")
    second = models.ForeignKey(Identifier, models.PROTECT, related_name="+")
    rule = models.CharField(max_length=40)
    reason = models.CharField(max_length=300)
    made_by = models.CharField(max_length=200)
    made_at = models.DateTimeField()
    source = models.CharField(max_length=80, blank=True)
    batch = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="link_in_order"),
        ]


class LinkRetraction(models.Model):
    """The dated end of a link: who took it back, when and why."""

    link = models.OneToOneField(Link, models.PROTECT, related_name="retraction")
    by = models.CharField(max_length=200)
    by_person = models.BooleanField()
    why = models.CharField(max_length=300)
    at = models.DateTimeField()


class SharedMark(models.Model):
    """A device or browser that several known customers use: it no longer joins anybody."""

    identifier = models.OneToOneField(Identifier, models.PROTECT, related_name="shared_mark")
    why = models.CharField(max_length=300)
    at = models.DateTimeField()


class Customer(models.Model):
    """What lists sort and filter by, one narrow row a customer. Derived; `id` is that of its first identifier."""

    id = models.BigIntegerField(primary_key=True)
    kind = models.CharField(max_length=12, default="person")
    name = models.CharField(max_length=200)
    name_key = models.CharField(max_length=200)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    interactions = models.PositiveBigIntegerField(default=0)
    purchases = models.PositiveIntegerField(default=0)
    spent_minor = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["person", "organisation"]), name="customer_kind_known"
            ),
        ]
        indexes = [
            models.Index(fields=["-last_at", "-id"], name="customer_last_idx"),
            models.Index(fields=["name_key", "id"], name="customer_name_idx"),
            models.Index(fields=["-spent_minor", "-id"], name="customer_spent_idx"),
            models.Index(fields=["-interactions", "-id"], name="customer_busy_idx"),
        ]


class Changed(models.Model):
    """A customer whose words changed since the search index took them in."""

    customer_id = models.BigIntegerField(primary_key=True)


class Activity(models.Model):
    """How often and when an identifier was seen in the log. Derived from it, row by row."""

    identifier = models.OneToOneField(Identifier, models.CASCADE, primary_key=True, related_name="activity")
    interactions = models.PositiveBigIntegerField(default=0)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()


class Spend(models.Model):
    """Purchases less refunds of an identifier, per currency. Derived from the log."""

    identifier = models.ForeignKey(Identifier, models.CASCADE, related_name="spends")
    currency = models.CharField(max_length=3)
    purchases = models.PositiveIntegerField(default=0)
    spent_minor = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["identifier", "currency"], name="spend_once_per_currency"),
        ]


class Trait(models.Model):
    """Something known of a customer: the newest value that one source (and import) told with one identifier."""

    identifier = models.ForeignKey(Identifier, models.CASCADE, related_name="traits")
    name = models.CharField(max_length=80)
    source = models.CharField(max_length=80)
    batch = models.BigIntegerField(default=0)
    value = models.JSONField()
    value_key = models.CharField(max_length=80)
    observed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["identifier", "name", "source", "batch"], name="trait_once_per_source"
            ),
        ]
        indexes = [models.Index(fields=["name", "value_key", "identifier"], name="trait_value_idx")]


class Membership(models.Model):
    """A person belongs to an organisation; both are customers. Ended, never deleted."""

    person = models.ForeignKey(Identifier, models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Identifier, models.PROTECT, related_name="members")
    source = models.CharField(max_length=80)
    batch = models.BigIntegerField(default=0)
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "organisation"], name="membership_once"),
        ]


class Proposal(models.Model):
    """Two customers who may be one, for a person to decide. `likeness` is a probability, 0 to 1."""

    first = models.ForeignKey(Identifier, models.PROTECT, related_name="+")
    second = models.ForeignKey(Identifier, models.PROTECT, related_name="+")
    likeness = models.FloatField()
    reasons = models.JSONField(default=list)
    made_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=200, blank=True)
    decision = models.CharField(max_length=8, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="proposal_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="proposal_in_order"),
            models.CheckConstraint(
                condition=Q(likeness__gte=0, likeness__lte=1), name="proposal_likeness_share"
            ),
            models.CheckConstraint(
                condition=Q(decision__in=["", "same", "apart"]), name="proposal_decision_known"
            ),
        ]
        indexes = [models.Index(fields=["decided_at", "-likeness", "id"], name="proposal_open_idx")]
