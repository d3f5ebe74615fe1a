from django.db import models
from django.db.models import Q

DRAFT_KINDS = {"reply": "answer", "note": "note", "side": "forward"}


class Claim(models.Model):
    """Who is answering a case right now, and until when nobody else may. One row a case; an old one is taken over."""

    case = models.OneToOneField("service.Case", models.CASCADE, primary_key=True, related_name="claim")
    holder = models.CharField(max_length=200)
    staff = models.ForeignKey("staff.StaffMember", models.CASCADE, null=True, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField()


class Presence(models.Model):
    """Who has a case before them. Rows of those who went away are left behind and cleared now and then."""

    case = models.ForeignKey("service.Case", models.CASCADE, related_name="present")
    staff = models.ForeignKey("staff.StaffMember", models.CASCADE, related_name="+")
    is_writing = models.BooleanField(default=False)
    since = models.DateTimeField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "staff"], name="presence_once")]
        indexes = [models.Index(fields=["at"], name="presence_at_idx")]


class Draft(models.Model):
    """What somebody began to write and has not sent. Kept until it is sent or thrown away, whoever owns the case.

    `version` rises with each save, so that two windows do not write over each other. `due_at`: it is sent then.
    """

    case = models.ForeignKey("service.Case", models.PROTECT, related_name="drafts", db_index=False)
    staff = models.ForeignKey("staff.StaffMember", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=list(DRAFT_KINDS.items()), default="reply")
    content = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)
    begun_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    sent_as = models.ForeignKey("channels.Message", models.PROTECT, null=True, related_name="+")
    sent_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "staff", "kind"],
                condition=Q(sent_at=None, dropped_at=None),
                name="draft_once",
            ),
            models.CheckConstraint(condition=Q(kind__in=list(DRAFT_KINDS)), name="draft_kind_known"),
        ]


class SideThread(models.Model):
    """A conversation with somebody else about a case: in that person's own thread, so nothing of it can come back
    to the customer, and nothing of the customer's goes there but what was written into it.
    """

    case = models.ForeignKey("service.Case", models.PROTECT, related_name="sides")
    thread = models.ForeignKey("channels.Thread", models.PROTECT, related_name="+")
    subject = models.CharField(max_length=300, blank=True)
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=200)
    closed_at = models.DateTimeField(null=True)
