from django.db import models
from django.db.models import Q


class Visitor(models.Model):
    """One browser in one chat. What it holds is a random token, of which a digest is kept.

    `identifier` is the browser itself, and all that an unsigned visitor sees is what was said with it. `person` is
    the account that the page's server signed for; `address` a mail address that was typed, which proves nothing.
    `mailed` is the number of the last message that was sent after them by mail.
    """

    endpoint = models.ForeignKey("channels.Endpoint", models.PROTECT, related_name="+", db_index=False)
    token_digest = models.CharField(max_length=64, unique=True)
    identifier = models.OneToOneField("customers.Identifier", models.PROTECT, related_name="+")
    person = models.ForeignKey("customers.Identifier", models.PROTECT, null=True, related_name="+")
    address = models.ForeignKey("customers.Identifier", models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=8, blank=True)
    page = models.CharField(max_length=300, blank=True)
    mailed = models.BigIntegerField(default=0)
    began_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["endpoint", "-seen_at"], name="visitor_seen_idx")]


class SignedOut(models.Model):
    """Tokens of this account that were signed before this moment are not believed any more."""

    endpoint = models.ForeignKey("channels.Endpoint", models.CASCADE, related_name="+", db_index=False)
    person = models.ForeignKey("customers.Identifier", models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["endpoint", "person"], name="signed_out_once")]


class Wait(models.Model):
    """One time that somebody in a chat waits for a word from us, from theirs to ours."""

    endpoint = models.ForeignKey("channels.Endpoint", models.PROTECT, related_name="+", db_index=False)
    visitor = models.ForeignKey(Visitor, models.CASCADE, related_name="waits", db_index=False)
    message = models.OneToOneField("channels.Message", models.CASCADE, related_name="+")
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    is_answered = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["visitor"], condition=Q(ended_at=None), name="wait_once_open"),
        ]
        indexes = [
            models.Index(fields=["endpoint", "-began_at"], name="wait_newest_idx"),
            models.Index(fields=["visitor", "-id"], name="wait_visitor_idx"),
        ]


class Reading(models.Model):
    """How far each side has read in a chat: the number of the last message it saw, and when."""

    visitor = models.OneToOneField(Visitor, models.CASCADE, primary_key=True, related_name="reading")
    theirs = models.BigIntegerField(default=0)
    theirs_at = models.DateTimeField(null=True)
    ours = models.BigIntegerField(default=0)
    ours_at = models.DateTimeField(null=True)
