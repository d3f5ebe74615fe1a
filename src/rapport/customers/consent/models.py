from django.db import models
from django.db.models import Q

from rapport.customers.consent.rules import PURPOSES


class ConsentRecord(models.Model):
    """One statement about one contact point and purpose, with its proof. Rows are only ever added."""

    identifier = models.ForeignKey("customers.Identifier", models.PROTECT, related_name="consents")
    purpose = models.CharField(max_length=16)
    state = models.CharField(max_length=8)
    at = models.DateTimeField()
    source = models.CharField(max_length=80)
    batch = models.BigIntegerField(default=0)
    proof = models.CharField(max_length=300)
    by = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(purpose__in=list(PURPOSES)), name="consent_purpose_known"),
            models.CheckConstraint(condition=Q(state__in=["granted", "denied"]), name="consent_state_known"),
        ]
        indexes = [models.Index(fields=["identifier", "purpose", "at"], name="consent_point_idx")]
