from django.db import models
from django.db.models import F, Q


class Merge(models.Model):
    """That two cases are one matter: a link, counted when cases are read. Taken back, everything is as it was."""

    case = models.ForeignKey("service.Case", models.PROTECT, related_name="+", db_index=False)
    into = models.ForeignKey("service.Case", models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=200)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(undone_at=None), name="merge_once_at_a_time"
            ),
            models.CheckConstraint(condition=~Q(case=F("into")), name="merge_of_two"),
        ]


class Move(models.Model):
    """Messages that were filed under another case; `is_split`: one that was opened for them."""

    from_case = models.ForeignKey("service.Case", models.PROTECT, related_name="+")
    to_case = models.ForeignKey("service.Case", models.PROTECT, related_name="+")
    is_split = models.BooleanField(default=False)
    messages = models.JSONField(help_text="[message, the case it was filed under] each")
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=200)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.CharField(max_length=200, blank=True)
