from django.db import models
from django.db.models import Q

from rapport.channels.contact.rules import ANSWERS, COVERS, KINDS
from rapport.customers.consent.rules import PURPOSES


class ContactRule(models.Model):
    """A rule of the organisation: quiet hours on the recipient's clock, or a cap over rolling days.

    An empty purpose or channel means every one of them. Ended, never deleted: what was decided under it stays clear.
    """

    kind = models.CharField(max_length=8, choices=list(KINDS.items()))
    purpose = models.CharField(max_length=16, blank=True)
    channel = models.CharField(max_length=16, blank=True)
    starts = models.TimeField(null=True)
    ends = models.TimeField(null=True)
    most = models.PositiveSmallIntegerField(null=True)
    days = models.PositiveSmallIntegerField(null=True)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=200)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="quiet", starts__isnull=False, ends__isnull=False, most=None, days=None)
                | Q(kind="cap", starts=None, ends=None, most__isnull=False, days__isnull=False),
                name="contactrule_quiet_or_cap",
            ),
        ]


class Asked(models.Model):
    """What somebody wanted to send, and what the arbiter answered. A yes that is no answer counts under the caps.

    `released_at`: nothing was sent after all, and the place under the caps is free again.
    """

    identifier = models.ForeignKey("customers.Identifier", models.PROTECT, related_name="+", db_index=False)
    purpose = models.CharField(max_length=16)
    channel = models.CharField(max_length=16)
    sender = models.CharField(max_length=24)
    is_answer = models.BooleanField()
    answer = models.CharField(max_length=8, choices=list(ANSWERS.items()))
    why = models.CharField(max_length=16)
    until = models.DateTimeField(null=True)
    at = models.DateTimeField()
    released_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(answer__in=list(ANSWERS)), name="asked_answer_known"),
            models.CheckConstraint(condition=Q(purpose__in=list(PURPOSES)), name="asked_purpose_known"),
        ]
        indexes = [
            models.Index(fields=["identifier", "-id"], name="asked_identifier_idx"),
            models.Index(fields=["at"], name="asked_at_idx"),
        ]


class Pause(models.Model):
    """While it lasts, this customer is not asked for anything. `why` names the matter, such as "case:12"."""

    identifier = models.ForeignKey("customers.Identifier", models.PROTECT, related_name="+")
    why = models.CharField(max_length=80)
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["identifier", "why"], condition=Q(ended_at=None), name="pause_once"
            ),
        ]


class Suppression(models.Model):
    """An address that is not written to: it bounced for good, or complained. Ended by a dated word, not deleted.

    It is found by the keyed digest of the address, so it holds for addresses of nobody we know, and still holds
    when the person was erased: then the digest, the reason and the date are all that is left.
    """

    digest = models.CharField(max_length=64)
    identifier = models.ForeignKey("customers.Identifier", models.SET_NULL, null=True, related_name="+")
    covers = models.CharField(max_length=12, choices=list(COVERS.items()))
    reason = models.CharField(max_length=40)
    detail = models.CharField(max_length=300, blank=True)
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["digest", "covers"], condition=Q(ended_at=None), name="suppression_once"
            ),
            models.CheckConstraint(condition=Q(covers__in=list(COVERS)), name="suppression_covers_known"),
        ]
