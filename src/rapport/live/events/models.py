from django.db import models


class Event(models.Model):
    """That something changed, for whoever may see it; never what it changed to. Rows are added, and go after a day.

    `turn` is the number of the transaction that told it, on PostgreSQL alone: there, ids are given before the
    commit, so a smaller one may appear after a larger one was read. On SQLite the order of ids is that of commits.
    """

    topic = models.CharField(max_length=40)
    permission = models.CharField(max_length=40)
    department = models.CharField(max_length=80, blank=True)
    at = models.DateTimeField()
    turn = models.BigIntegerField(null=True, db_index=True)

    class Meta:
        indexes = [models.Index(fields=["at"], name="event_at_idx")]
