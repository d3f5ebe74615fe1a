from django.db import models
from django.db.models import Q


class Job(models.Model):
    """Something to be done. Waiting, leased, finished or parked: which of them follows from its moments.

    `fence` rises with every lease; a worker whose fence is no longer the row's has lost the job.
    `key`, where given, is borne by one unfinished job at most.
    """

    task = models.CharField(max_length=80)
    arguments = models.JSONField(default=dict)
    key = models.CharField(max_length=120, blank=True)
    enqueued_at = models.DateTimeField()
    due_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    fence = models.PositiveBigIntegerField(default=0)
    worker = models.CharField(max_length=80, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    parked_at = models.DateTimeField(null=True, blank=True)
    failure = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["key"],
                name="job_once_per_key",
                condition=~Q(key="") & Q(finished_at=None, parked_at=None),
            ),
            models.CheckConstraint(
                condition=Q(finished_at=None) | Q(parked_at=None), name="job_finished_or_parked"
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at", "id"], name="job_due_idx", condition=Q(finished_at=None, parked_at=None)
            ),
        ]
