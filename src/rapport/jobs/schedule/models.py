from django.db import models


class LastSlot(models.Model):
    """The newest slot of a periodic job that was put into the queue; it only ever moves forward."""

    name = models.CharField(max_length=80, primary_key=True)
    slot_at = models.DateTimeField()
