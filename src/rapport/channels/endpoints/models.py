from django.db import models
from django.db.models import Q

from rapport.channels.endpoints.rules import KINDS, Place
from rapport.kernel.channels import CHANNELS
from rapport.staff.roles.rules import Reach


class EndpointSet(models.QuerySet["Endpoint"]):
    """Endpoints, narrowed."""

    def seen_by(self, reach: Reach) -> "EndpointSet":
        """Those of no department, and those of the departments within reach."""
        if not reach.covers("channels.view"):
            return self.none()
        if reach.departments is None:
            return self
        return self.filter(Q(department="") | Q(department__in=reach.departments))

    def open(self) -> "EndpointSet":
        """Those that are in use."""
        return self.filter(closed_at=None)


class Endpoint(models.Model):
    """One place where customers reach us on one channel. Closed, never deleted: what came through it names it.

    `token` is its random name in public addresses (the widget's, the door's). `settings` holds nothing secret;
    `secret` is sealed JSON under the purpose "channels.endpoint".
    """

    kind = models.CharField(max_length=8, choices=list(KINDS.items()))
    channel = models.CharField(max_length=16, choices=list(CHANNELS.items()))
    name = models.CharField(max_length=80)
    department = models.CharField(max_length=80, blank=True)
    touchpoint = models.ForeignKey("interactions.Touchpoint", models.PROTECT, null=True, blank=True)
    address = models.CharField(max_length=254, blank=True)
    token = models.CharField(max_length=48, unique=True)
    settings = models.JSONField(default=dict)
    secret = models.TextField(blank=True)
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=200)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = EndpointSet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(KINDS)), name="endpoint_kind_known"),
            models.CheckConstraint(condition=Q(channel__in=list(CHANNELS)), name="endpoint_channel_known"),
            models.UniqueConstraint(fields=["name"], condition=Q(closed_at=None), name="endpoint_named_once"),
        ]

    @property
    def duty(self) -> str:
        """The name under which its troubles stand among those of duties."""
        return f"channel {self.name}"[:80]

    def as_place(self) -> Place:
        return Place(
            self.pk, self.kind, self.channel, self.name, self.department, self.touchpoint_id, self.address
        )


class Alias(models.Model):
    """A mail address that leads to a mailbox, in lower case; its own address is one of them."""

    endpoint = models.ForeignKey(Endpoint, models.CASCADE, related_name="aliases")
    address = models.CharField(max_length=254, unique=True)


class Mailbox(models.Model):
    """How far a mailbox was read, and how it is doing. Numbers of mails mean something under one `uid_validity` only.

    Of mails up to `backlog_uid` only those that `backlog` names are taken in. `held_until`: somebody listens to it
    so long. While `troubles` looks in a row failed, it rests until `rests_until`. At `stuck_uid` the line broke
    `stuck_times` times.
    """

    endpoint = models.OneToOneField(Endpoint, models.CASCADE, primary_key=True, related_name="mailbox")
    uid_validity = models.BigIntegerField(default=0)
    last_uid = models.BigIntegerField(default=0)
    backlog_uid = models.BigIntegerField(default=0)
    backlog = models.CharField(max_length=8, blank=True)
    stuck_uid = models.BigIntegerField(default=0)
    stuck_times = models.PositiveSmallIntegerField(default=0)
    looked_at = models.DateTimeField(null=True)
    mail_at = models.DateTimeField(null=True)
    held_by = models.CharField(max_length=80, blank=True)
    held_until = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=300, blank=True)
    trouble_kind = models.CharField(max_length=12, blank=True)
    troubled_since = models.DateTimeField(null=True)
    troubles = models.PositiveIntegerField(default=0)
    rests_until = models.DateTimeField(null=True)
