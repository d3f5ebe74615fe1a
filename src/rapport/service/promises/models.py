from django.db import models
from django.db.models import Q

from rapport.staff.roles.rules import Reach


class PromiseSet(models.QuerySet["Promise"]):
    """Promises, narrowed."""

    def seen_by(self, reach: Reach) -> "PromiseSet":
        """Those of cases within reach; of no case, to whoever may see the desk."""
        if not reach.covers("desk.view"):
            return self.none()
        if reach.departments is None:
            return self
        return self.filter(Q(case=None) | Q(case__department__in=["", *reach.departments]))

    def open(self) -> "PromiseSet":
        """Those neither kept nor withdrawn; a broken one stays open until it is, for the customer still waits."""
        return self.filter(kept_at=None, withdrawn_at=None)

    def due_first(self) -> "PromiseSet":
        """The one that is due first in front."""
        return self.order_by("due_at", "id")


class Promise(models.Model):
    """Something that we said to a customer we would do by a time. `identifier`: whom we told.

    One that was broken can still be kept, late; it stays broken.
    """

    identifier = models.ForeignKey("customers.Identifier", models.PROTECT, related_name="+", db_index=False)
    case = models.ForeignKey("service.Case", models.SET_NULL, null=True, related_name="promises")
    what = models.CharField(max_length=300)
    due_at = models.DateTimeField()
    made_by = models.ForeignKey(
        "staff.StaffMember", models.PROTECT, null=True, related_name="+", db_index=False
    )
    made_at = models.DateTimeField()
    clock = models.OneToOneField("service.Clock", models.PROTECT, related_name="promise")
    kept_by = models.ForeignKey(
        "staff.StaffMember", models.PROTECT, null=True, related_name="+", db_index=False
    )
    kept_at = models.DateTimeField(null=True)
    broken_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_why = models.CharField(max_length=300, blank=True)

    objects = PromiseSet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(what=""), name="promise_says_something"),
            models.CheckConstraint(
                condition=Q(kept_at=None) | Q(withdrawn_at=None), name="promise_kept_or_withdrawn"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | ~Q(withdrawn_why=""), name="promise_withdrawn_for_a_reason"
            ),
        ]
        indexes = [
            models.Index(fields=["identifier", "due_at", "id"], name="promise_identifier_idx"),
            models.Index(
                fields=["due_at", "id"],
                name="promise_open_idx",
                condition=Q(kept_at=None, withdrawn_at=None),
            ),
        ]
