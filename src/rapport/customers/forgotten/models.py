from django.db import models


class MarkKey(models.Model):
    """The one key under which digests are made, itself sealed: a copy of the database alone says nothing."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    sealed = models.TextField()


class Mark(models.Model):
    """An identifier that was erased, as a keyed digest. `refused`: what it had said no to, as [purpose, moment]."""

    digest = models.CharField(max_length=32, primary_key=True)
    erasure_id = models.BigIntegerField()
    erased_at = models.DateTimeField()
    refused = models.JSONField(default=list)

    class Meta:
        indexes = [
            models.Index(fields=["erasure_id"], name="mark_erasure_idx"),
            models.Index(fields=["erased_at"], name="mark_erased_idx"),
        ]
