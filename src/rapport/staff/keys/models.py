from django.db import models

from rapport.staff.keys.rules import KINDS


class Key(models.Model):
    """A key, of which only the digest is kept. `name` is also the name of the source that it writes as."""

    kind = models.CharField(max_length=8, choices=list(KINDS.items()))
    name = models.CharField(max_length=80)
    hint = models.CharField(max_length=20)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=200)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=list(KINDS)), name="key_kind_known"),
        ]

    @property
    def role(self) -> str:
        """An API key acts as an administrator; a write key has no role at all."""
        return "admin" if self.kind == "api" else ""

    @property
    def audit_name(self) -> str:
        return f"key {self.hint}"
