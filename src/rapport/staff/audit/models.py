from django.db import models


class AuditEntry(models.Model):
    """One act: who did what to which thing, when. Rows are only ever added."""

    at = models.DateTimeField()
    actor = models.CharField(max_length=200)
    act = models.CharField(max_length=80)
    subject = models.CharField(max_length=200)
    detail = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["subject", "id"], name="audit_subject_idx")]
