from django.db import models
from django.db.models import Q

from rapport.staff.roles.rules import Reach


class CaseTallySet(models.QuerySet["CaseTally"]):
    """Tallies, narrowed."""

    def seen_by(self, reach: Reach) -> "CaseTallySet":
        """Those of the cases that `CaseSet.seen_by` leaves."""
        if not reach.covers("desk.view"):
            return self.none()
        if reach.departments is None:
            return self
        return self.filter(Q(department="") | Q(department__in=reach.departments))


class CaseTally(models.Model):
    """How many cases that stand for themselves are alike in what views count by.

    Triggers on the table of cases keep it, whoever changes a case by whatever statement. `owner_id` 0: nobody's.
    """

    queue_id = models.BigIntegerField()
    department = models.CharField(max_length=80, blank=True)
    owner_id = models.BigIntegerField()
    channel = models.CharField(max_length=16)
    kind = models.CharField(max_length=8)
    is_waiting = models.BooleanField()
    is_snoozed = models.BooleanField()
    cases = models.BigIntegerField()

    objects = CaseTallySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["queue_id", "department", "owner_id", "channel", "kind", "is_waiting", "is_snoozed"],
                name="case_tally_once",
            ),
            models.CheckConstraint(condition=Q(cases__gte=0), name="case_tally_not_below_none"),
        ]


class SavedViewSet(models.QuerySet["SavedView"]):
    """Saved views, narrowed."""

    def seen_by(self, reach: Reach) -> "SavedViewSet":
        """Those of no department, and those of the departments within reach; one person's own only to that person."""
        if not reach.covers("desk.view"):
            return self.none()
        if reach.departments is None:
            return self
        return self.filter(Q(department="") | Q(department__in=reach.departments))

    def of(self, staff_id: int | None) -> "SavedViewSet":
        """One's own, and what is shared."""
        return self.filter(Q(staff=None) | Q(staff=staff_id))

    def open(self) -> "SavedViewSet":
        """Those in use."""
        return self.filter(closed_at=None)


class SavedView(models.Model):
    """A list of the desk narrowed by what somebody chose. `staff`: one person's own; else everybody's who may see it.

    `asked` holds the names and texts of the vocabulary in `rules`.
    """

    name = models.CharField(max_length=60)
    box = models.CharField(max_length=12)
    asked = models.JSONField(default=dict)
    staff = models.ForeignKey("staff.StaffMember", models.CASCADE, null=True, related_name="+")
    department = models.CharField(max_length=80, blank=True)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=200)
    closed_at = models.DateTimeField(null=True)

    objects = SavedViewSet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["name", "department"],
                condition=Q(closed_at=None, staff=None),
                name="saved_view_named_once",
            ),
            models.UniqueConstraint(
                fields=["name", "staff"],
                condition=Q(closed_at=None, staff__isnull=False),
                name="saved_view_named_once_by_each",
            ),
        ]
