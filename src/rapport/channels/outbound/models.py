from datetime import datetime

from django.db import models
from django.db.models import Q

from rapport.channels.outbound.rules import OPEN, STATES, trying
from rapport.customers.consent.rules import PURPOSES
from rapport.kernel.text import shortened


class Dispatch(models.Model):
    """One message on its way to one recipient. The row exists before anything leaves, and says what became of it.

    `name` is its Message-ID, the same however often it is tried. `purpose` is that of consent; `domain` is what
    is throttled together; of what is due, the lower `rank` goes first. `fence` rises with every try; `unknowns`
    counts the tries whose outcome nobody learned, which is how often the recipient may have it beside once.
    `asked` is what the arbiter answered.
    """

    message = models.ForeignKey("channels.Message", models.PROTECT, related_name="dispatches", db_index=False)
    endpoint = models.ForeignKey("channels.Endpoint", models.PROTECT, related_name="+")
    recipient = models.ForeignKey("customers.Identifier", models.PROTECT, null=True, related_name="+")
    asked = models.ForeignKey("channels.Asked", models.SET_NULL, null=True, related_name="+", db_index=False)
    address = models.CharField(max_length=254)
    role = models.CharField(max_length=3, default="to")
    domain = models.CharField(max_length=190)
    purpose = models.CharField(max_length=16)
    is_answer = models.BooleanField(default=False)
    rank = models.PositiveSmallIntegerField(default=0)
    name = models.CharField(max_length=250)
    state = models.CharField(max_length=10, choices=list(STATES.items()))
    tries = models.PositiveSmallIntegerField(default=0)
    unknowns = models.PositiveSmallIntegerField(default=0)
    fence = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField(null=True)
    leased_until = models.DateTimeField(null=True)
    code = models.CharField(max_length=20, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["message", "address"], name="dispatch_once"),
            models.CheckConstraint(condition=Q(state__in=list(STATES)), name="dispatch_state_known"),
            models.CheckConstraint(condition=Q(purpose__in=list(PURPOSES)), name="dispatch_purpose_known"),
            models.CheckConstraint(
                condition=Q(state__in=list(OPEN), due_at__isnull=False)
                | (~Q(state__in=list(OPEN)) & Q(due_at=None)),
                name="dispatch_due_while_open",
            ),
            models.CheckConstraint(
                condition=Q(state="sending", leased_until__isnull=False)
                | (~Q(state="sending") & Q(leased_until=None)),
                name="dispatch_leased_while_sending",
            ),
        ]
        indexes = [
            models.Index(
                fields=["rank", "due_at", "id"],
                name="dispatch_due_idx",
                condition=Q(due_at__isnull=False),
            ),
            models.Index(
                fields=["leased_until"],
                name="dispatch_leased_idx",
                condition=Q(leased_until__isnull=False),
            ),
            models.Index(fields=["address", "-id"], name="dispatch_address_idx"),
        ]

    def leave_unknown(self, reason: str, *, again_at: datetime) -> None:
        """Nobody learned what became of a try: what somebody waits for goes again, the rest is left as it is."""
        self.unknowns += 1
        self.leased_until, self.code, self.reason = None, "", reason
        if self.purpose == "service" and self.unknowns <= trying.MOST_UNKNOWNS:
            self.state, self.due_at = "queued", again_at
        else:
            self.state, self.due_at = "unknown", None

    def end(self, state: str, code: str, reason: str) -> None:
        """Nothing more is tried."""
        self.state, self.due_at, self.leased_until = state, None, None
        self.code, self.reason = code[:20], shortened(reason, 300)

    def put_off(self, until: datetime, code: str, reason: str) -> None:
        """It is tried again then."""
        self.state, self.due_at, self.leased_until = "queued", until, None
        self.code, self.reason = code[:20], shortened(reason, 300)


class Pace(models.Model):
    """How fast mail may go to one domain through one endpoint; domain "" is the endpoint as a whole.

    `sent` counts the minute that began at `minute_at`. While it rests, nothing goes there: too much was sent,
    or the other side said no, `failures` times in a row, for `reason`.
    """

    endpoint = models.ForeignKey("channels.Endpoint", models.CASCADE, related_name="+", db_index=False)
    domain = models.CharField(max_length=190, blank=True)
    minute_at = models.DateTimeField()
    sent = models.PositiveIntegerField(default=0)
    failures = models.PositiveIntegerField(default=0)
    rests_until = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["endpoint", "domain"], name="pace_once")]


class NamingKey(models.Model):
    """The one key under which our names are made, itself sealed: a copy of the database alone forges none."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    sealed = models.TextField()
