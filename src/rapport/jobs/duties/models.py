from django.db import models


class Trouble(models.Model):
    """A duty that fails (it is tried again and this row goes when it succeeds), or that was stopped until
    somebody lets it go on.
    """

    duty = models.CharField(max_length=80, primary_key=True)
    since_at = models.DateTimeField()
    times = models.PositiveIntegerField(default=1)
    reason = models.TextField()
    stopped_at = models.DateTimeField(null=True, blank=True)


class Firing(models.Model):
    """How often a duty ran for one subject within one hour."""

    duty = models.CharField(max_length=80)
    subject = models.CharField(max_length=40)
    hour_at = models.DateTimeField()
    times = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["duty", "subject", "hour_at"], name="firing_once_an_hour"),
        ]
