from django.db import models


class History(models.Model):
    """That a case was kept by another desk, under its number there, and what that desk counted and judged.

    `rows`: the rows of the log from which it is told. `in_time`: the verdict of the other desk; ours are clocks.
    """

    case = models.OneToOneField("service.Case", models.CASCADE, primary_key=True, related_name="history")
    source = models.CharField(max_length=80)
    number = models.CharField(max_length=120)
    rows = models.JSONField()
    transfers = models.PositiveIntegerField()
    reopenings = models.PositiveIntegerField()
    in_time = models.BooleanField(null=True)
    differs = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "number"], name="history_once")]


class HistoryQueue(models.Model):
    """A queue that stands for a place at another desk. Closed from the beginning where nothing waits in it."""

    queue = models.OneToOneField("service.Queue", models.CASCADE, primary_key=True, related_name="+")
    source = models.CharField(max_length=80)
    place = models.CharField(max_length=80)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "place"], name="history_queue_once")]


class HistoryRun(models.Model):
    """How far the cases of one import have been told from the log, and what came of it.

    `upto`: the row of the log up to which it is done. `figures` counts; `faults` are cases that could not be told, each
    [number, field, value], of which the first few are kept.
    """

    import_run = models.OneToOneField(
        "interactions.Import", models.CASCADE, primary_key=True, related_name="+"
    )
    upto = models.BigIntegerField(default=0)
    figures = models.JSONField(default=dict)
    faults = models.JSONField(default=list)
    begun_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    taken_back_at = models.DateTimeField(null=True)
