from django.db import models


class Import(models.Model):
    """One file or set of files taken in under one mapping; it can be taken back whole."""

    source_name = models.CharField(max_length=80)
    mapping_name = models.CharField(max_length=80)
    mapping = models.TextField()
    files = models.JSONField(default=list)
    started_at = models.DateTimeField()
    started_by = models.CharField(max_length=200)
    finished_at = models.DateTimeField(null=True, blank=True)
    taken_back_at = models.DateTimeField(null=True, blank=True)
    taken_back_by = models.CharField(max_length=200, blank=True)
    checkpoint = models.JSONField(default=dict)
    rows_total = models.BigIntegerField(null=True, blank=True)
    rows = models.BigIntegerField(default=0)
    interactions = models.BigIntegerField(default=0)
    already_known = models.BigIntegerField(default=0)
    rejected = models.BigIntegerField(default=0)
    rejects_path = models.CharField(max_length=300, blank=True)
    failure = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["-id"], name="import_newest_idx")]
