from django.db import models
from django.db.models import Q

NOTIFICATION_KINDS = {
    "assigned": "a case was given to me",
    "mentioned": "somebody named me in a note",
    "customer_wrote": "a customer of mine wrote",
    "followed": "something was said in a case that I follow",
    "side_answered": "somebody answered what was forwarded to them",
    "woken": "a case that I put off is back",
    "warning": "a clock of a case of mine is about to run out",
    "breach": "a clock of a case of mine ran out",
    "returned": "an answer of mine was not sent",
    "undelivered": "an answer in a case of mine did not arrive",
}


class Follower(models.Model):
    """Somebody who wants to hear of a case that is not theirs."""

    case = models.ForeignKey("service.Case", models.CASCADE, related_name="followers")
    staff = models.ForeignKey("staff.StaffMember", models.CASCADE, related_name="+")
    since = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "staff"], name="follower_once")]


class Notification(models.Model):
    """One thing that one member of staff is told about a case. It says that something happened, not what was said."""

    staff = models.ForeignKey("staff.StaffMember", models.CASCADE, related_name="+", db_index=False)
    case = models.ForeignKey("service.Case", models.CASCADE, related_name="+")
    kind = models.CharField(max_length=16, choices=list(NOTIFICATION_KINDS.items()))
    by = models.CharField(max_length=200, blank=True)
    times = models.PositiveIntegerField(default=1)
    at = models.DateTimeField()
    on_screen = models.BooleanField(default=True)
    seen_at = models.DateTimeField(null=True)
    mail_due_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=list(NOTIFICATION_KINDS)), name="notification_kind_known"
            ),
            models.UniqueConstraint(
                fields=["staff", "case", "kind"], condition=Q(seen_at=None), name="notification_unseen_once"
            ),
        ]
        indexes = [
            models.Index(fields=["staff", "-at", "-id"], name="notification_newest_idx"),
            models.Index(
                fields=["mail_due_at", "id"],
                name="notification_mail_idx",
                condition=Q(mail_due_at__isnull=False),
            ),
        ]


class NotificationChoice(models.Model):
    """How somebody wants to be told of one kind of thing; without a row: on screen alone."""

    staff = models.ForeignKey("staff.StaffMember", models.CASCADE, related_name="+")
    kind = models.CharField(max_length=16, choices=list(NOTIFICATION_KINDS.items()))
    on_screen = models.BooleanField(default=True)
    by_mail = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["staff", "kind"], name="notification_choice_once")]
