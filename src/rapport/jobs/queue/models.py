from django.db import models
from django.db.models import Q


class Job(models.Model):
    """Something to be done. Waiting, leased, finished or parked: which of them follows from its moments.

    `fence` rises with every lease; a worker whose fence is no longer the row's has lost the job.
    `key`, where given, is borne by one unfinished job at most. The higher `priority` goes first.
    """

    task = models.CharField(max_length=200)
    arguments = models.JSONField(default=dict)
    key = models.CharField(max_length=120, blank=True)
    priority = models.SmallIntegerField(default=0, db_default=0)
    queue = models.CharField(max_length=40, default="default", db_default="default")
    enqueued_at = models.DateTimeField()
    due_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    fence = models.PositiveBigIntegerField(default=0)
    worker = models.CharField(max_length=80, blank=True)
    attempted_at = models.DateTimeField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    parked_at = models.DateTimeField(null=True, blank=True)
    failure = models.TextField(blank=True)
    error_class = models.CharField(max_length=200, blank=True, db_default="")
    answer = models.JSONField(null=True, blank=True)

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
                fields=["-priority", "due_at", "id"],
                name="job_next_idx",
                condition=Q(finished_at=None, parked_at=None),
            ),
            models.Index(
                fields=["-parked_at", "-id"], name="job_parked_idx", condition=Q(parked_at__isnull=False)
            ),
            models.Index(
                fields=["finished_at"], name="job_finished_idx", condition=Q(finished_at__isnull=False)
            ),
        ]


class Sign(models.Model):
    """A sign of life of a worker: one row each, renewed every few seconds, gone when it stops as asked."""

    worker = models.CharField(max_length=80, primary_key=True)
    began_at = models.DateTimeField()
    seen_at = models.DateTimeField()
