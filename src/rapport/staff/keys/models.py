from django.db import models

from rapport.staff.keys import rules
from rapport.staff.keys.rules import KINDS
from rapport.staff.roles.rules import Reach


class KeySet(models.QuerySet["Key"]):
    """Keys, narrowed."""

    def seen_by(self, reach: Reach) -> "KeySet":
        """All or none: a key belongs to the organisation."""
        return self if reach.covers("keys.edit") else self.none()


class Key(models.Model):
    """A key, of which only the digest is kept. `name` is also the name of the source that it writes as.

    It acts with the permissions of its scopes and no others. `last_used_on` is a day, written once a day at most.
    """

    kind = models.CharField(max_length=8, choices=list(KINDS.items()))
    name = models.CharField(max_length=80)
    hint = models.CharField(max_length=20)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=200)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_on = models.DateField(null=True, blank=True)

    objects = KeySet.as_manager()
    role = ""

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=list(KINDS)), name="key_kind_known"),
        ]

    @property
    def permissions(self) -> frozenset[str]:
        return rules.permissions(self.scopes)

    @property
    def audit_name(self) -> str:
        return f"key {self.hint}"
