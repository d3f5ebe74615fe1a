from django.db import models

from rapport.staff.audit.rules import FIRST
from rapport.staff.roles.rules import Reach


class AuditEntrySet(models.QuerySet["AuditEntry"]):
    """Entries of the audit log, narrowed."""

    def seen_by(self, reach: Reach) -> "AuditEntrySet":
        """All or none: an act belongs to the organisation, whoever did it."""
        return self if reach.covers("audit.view") else self.none()


class AuditEntry(models.Model):
    """One act: who did what to which thing, when. Rows are only ever added; the database refuses all else.

    `digest` chains it to the entry before; `covers` are the salted hashes that the digest holds of actor, subject
    and detail; `salts` are gone where the words were erased.
    """

    number = models.BigIntegerField(unique=True)
    at = models.DateTimeField()
    actor = models.CharField(max_length=200)
    act = models.CharField(max_length=80)
    subject = models.CharField(max_length=200)
    detail = models.JSONField(default=dict)
    covers = models.JSONField(default=dict)
    salts = models.JSONField(default=dict)
    digest = models.CharField(max_length=64)

    objects = AuditEntrySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["subject", "id"], name="audit_subject_idx"),
            models.Index(fields=["actor", "-id"], name="audit_actor_idx"),
            models.Index(fields=["act", "-id"], name="audit_act_idx"),
        ]


class AuditHead(models.Model):
    """The end of the chain: how many entries there are, and the last digest. Writers wait for each other here."""

    entries = models.BigIntegerField(default=0)
    digest = models.CharField(max_length=64, default=FIRST)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="audit_head_is_one"),
        ]
