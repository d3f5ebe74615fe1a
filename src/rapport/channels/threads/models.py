from django.db import models
from django.db.models import Q

from rapport.channels.threads.rules import STANDINGS
from rapport.kernel.channels import CHANNELS, DIRECTIONS
from rapport.staff.roles.rules import Reach


class MessageSet(models.QuerySet["Message"]):
    """Messages, narrowed."""

    def seen_by(self, reach: Reach) -> "MessageSet":
        """Those of no department, and those that came or went through departments within reach."""
        if not reach.covers("desk.view"):
            return self.none()
        if reach.departments is None:
            return self
        return self.filter(Q(department="") | Q(department__in=reach.departments))


class Thread(models.Model):
    """The endless conversation with one customer, over all channels. It is never closed; cases are.

    It points to the identifier it began with. A customer joined from several has the threads of all of them,
    read as one. `token` is the random name under which replies find it.
    """

    identifier = models.OneToOneField("customers.Identifier", models.PROTECT, related_name="+")
    token = models.CharField(max_length=48, unique=True)
    started_at = models.DateTimeField()
    last_message_at = models.DateTimeField()


class Participant(models.Model):
    """Somebody who takes part in a thread, or wants to. Being copied gives no right to read what was said before."""

    thread = models.ForeignKey(Thread, models.CASCADE, related_name="participants")
    identifier = models.ForeignKey("customers.Identifier", models.PROTECT, related_name="+")
    standing = models.CharField(max_length=8, choices=list(STANDINGS.items()))
    name = models.CharField(max_length=200, blank=True)
    since = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["thread", "identifier"], name="participant_once"),
            models.CheckConstraint(
                condition=Q(standing__in=list(STANDINGS)), name="participant_standing_known"
            ),
        ]


class Message(models.Model):
    """One thing said: by a customer, by us, or (internal) among staff. Never changed once stored.

    `text` is what was newly said, `rest` the quoted history below it, `html` safe to show. `log_id` is the
    message id of its row in the interaction log (a note has none). `recipients` are [role, address, name].
    """

    thread = models.ForeignKey(Thread, models.PROTECT, related_name="messages", db_index=False)
    token = models.CharField(max_length=48, unique=True)
    endpoint = models.ForeignKey("channels.Endpoint", models.PROTECT, null=True, db_index=False)
    channel = models.CharField(max_length=16)
    department = models.CharField(max_length=80, blank=True)
    direction = models.CharField(max_length=4)
    author = models.ForeignKey("customers.Identifier", models.PROTECT, null=True, related_name="+")
    author_name = models.CharField(max_length=200, blank=True)
    staff = models.ForeignKey("staff.StaffMember", models.PROTECT, null=True, db_index=False)
    subject = models.CharField(max_length=300, blank=True)
    text = models.TextField(blank=True)
    rest = models.TextField(blank=True)
    html = models.TextField(blank=True)
    recipients = models.JSONField(default=list)
    answers = models.ForeignKey("self", models.SET_NULL, null=True, related_name="+", db_index=False)
    log_id = models.CharField(max_length=200, blank=True)
    is_internal = models.BooleanField(default=False)
    is_automatic = models.BooleanField(default=False)
    warning = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()
    stored_at = models.DateTimeField()

    objects = MessageSet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(channel__in=list(CHANNELS)), name="message_channel_known"),
            models.CheckConstraint(
                condition=Q(direction__in=list(DIRECTIONS)), name="message_direction_known"
            ),
        ]
        indexes = [models.Index(fields=["thread", "id"], name="message_thread_idx")]


class MessageName(models.Model):
    """A name under which other systems know a message: its Message-ID, or the id of a provider, found by its digest.

    `name` is the name itself, so that an answer can say what it answers; cut where it is longer than any header.
    """

    digest = models.CharField(max_length=64)
    name = models.CharField(max_length=998, blank=True)
    endpoint = models.ForeignKey("channels.Endpoint", models.CASCADE, related_name="+")
    message = models.ForeignKey(Message, models.CASCADE, related_name="names")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["digest", "endpoint"], name="message_name_once"),
        ]


class Attachment(models.Model):
    """A file that came or went with a message."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="attachments")
    file = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    bytes = models.BigIntegerField()
    content_id = models.CharField(max_length=200, blank=True)
    is_inline = models.BooleanField(default=False)
