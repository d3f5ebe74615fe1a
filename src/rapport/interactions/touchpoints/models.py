from django.db import models
from django.db.models import Q

from rapport.kernel.channels import CHANNELS
from rapport.staff.roles.rules import Reach


class TouchpointSet(models.QuerySet["Touchpoint"]):
    """Touchpoints, narrowed."""

    def seen_by(self, reach: Reach) -> "TouchpointSet":
        """Those of the departments within reach."""
        if not reach.covers("touchpoints.view"):
            return self.none()
        return self if reach.departments is None else self.filter(department__in=reach.departments)


class Touchpoint(models.Model):
    """A place where customers and we meet: a till, a page, a telephone line."""

    name = models.CharField(max_length=120, unique=True)
    department = models.CharField(max_length=80)
    channel = models.CharField(max_length=16, choices=list(CHANNELS.items()))
    note = models.CharField(max_length=300, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = TouchpointSet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(channel__in=list(CHANNELS)), name="touchpoint_channel_known"),
        ]
