from datetime import datetime

from django.db import models
from django.db.models import Q


class StoredFileQuerySet(models.QuerySet["StoredFile"]):
    """Stored files, narrowed down."""

    def lasting(self, at: datetime) -> "StoredFileQuerySet":
        """Those whose end has not come."""
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=at))


class StoredFile(models.Model):
    """A file as it was kept: whole, with its digest. `token` is its random name on disk and in addresses."""

    token = models.CharField(max_length=48, unique=True)
    name = models.CharField(max_length=200)
    bytes = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    owner = models.CharField(max_length=80)
    permission = models.CharField(max_length=40, blank=True)
    subject = models.CharField(max_length=80, blank=True)
    kept_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)

    objects = StoredFileQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["owner", "-id"], name="stored_file_owner_idx"),
            models.Index(fields=["subject", "id"], name="stored_file_subject_idx", condition=~Q(subject="")),
            models.Index(fields=["expires_at"], name="stored_file_end_idx"),
        ]
