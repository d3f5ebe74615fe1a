from django.db import models
from django.db.models import Q

from rapport.customers.privacy.rules import REASONS


class Erasure(models.Model):
    """Somebody who is to be erased: asked for with a reason, then done or withdrawn. It never says who it was.

    `customer_id` is the number they stood under when it was asked for; nothing else bears it afterwards.
    """

    customer_id = models.BigIntegerField()
    why = models.CharField(max_length=12)
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=200)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.CharField(max_length=200, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    removed = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer_id"],
                condition=Q(done_at=None, withdrawn_at=None),
                name="erasure_asked_once",
            ),
            models.CheckConstraint(condition=Q(why__in=list(REASONS)), name="erasure_reason_known"),
            models.CheckConstraint(
                condition=Q(done_at=None) | Q(withdrawn_at=None), name="erasure_done_or_withdrawn"
            ),
        ]
