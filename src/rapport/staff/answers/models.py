from django.db import models
from django.db.models import Q


class Answer(models.Model):
    """What a program was answered to one request, or that its request is under way (no status yet).

    `request` names key, route and Idempotency-Key; `content` names what was sent, so that another is noticed.
    """

    request = models.CharField(max_length=64, unique=True)
    content = models.CharField(max_length=64)
    begun_at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True)
    media_type = models.CharField(max_length=80, blank=True)
    body = models.BinaryField(default=b"")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status__isnull=True, media_type="") | Q(status__isnull=False),
                name="answer_under_way_is_empty",
            ),
        ]
        indexes = [models.Index(fields=["begun_at"], name="answer_begun_idx")]
