from django.db import models
from django.db.models import Q

from rapport.staff.roles.rules import Reach


class MacroSet(models.QuerySet["Macro"]):
    """Macros, narrowed."""

    def seen_by(self, reach: Reach) -> "MacroSet":
        """Those of no department, and those of the departments within reach."""
        if not reach.covers("desk.view"):
            return self.none()
        if reach.departments is None:
            return self
        return self.filter(Q(department="") | Q(department__in=reach.departments))

    def open(self) -> "MacroSet":
        """Those in use."""
        return self.filter(closed_at=None)


class Macro(models.Model):
    """A canned answer, acts that are done together, or both. `staff`: one person's own; else everybody's.

    `text` may hold declared merge tags. `acts` are {"act": name, ...} in their order.
    """

    name = models.CharField(max_length=80)
    department = models.CharField(max_length=80, blank=True)
    staff = models.ForeignKey("staff.StaffMember", models.CASCADE, null=True, related_name="+")
    text = models.TextField(blank=True)
    acts = models.JSONField(default=list)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=200)
    closed_at = models.DateTimeField(null=True)

    objects = MacroSet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["name", "department"],
                condition=Q(closed_at=None, staff=None),
                name="macro_named_once",
            ),
            models.UniqueConstraint(
                fields=["name", "staff"],
                condition=Q(closed_at=None, staff__isnull=False),
                name="macro_named_once_by_each",
            ),
        ]
