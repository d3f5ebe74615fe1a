from django.db import models
from django.db.models import Q

from rapport.kernel.channels import CHANNELS
from rapport.service.desk.rules import OPEN_KINDS, STATE_KINDS, WAITING_KINDS
from rapport.staff.roles.rules import Reach


class CaseSet(models.QuerySet["Case"]):
    """Cases, narrowed."""

    def seen_by(self, reach: Reach) -> "CaseSet":
        """Those in queues of no department, and those of the departments within reach."""
        if not reach.covers("desk.view"):
            return self.none()
        if reach.departments is None:
            return self
        return self.filter(Q(department="") | Q(department__in=reach.departments))

    def open(self) -> "CaseSet":
        """Those not settled."""
        return self.filter(closed_at=None)

    def standing(self) -> "CaseSet":
        """Those that stand for themselves: merged cases are seen in what they were merged into."""
        return self.filter(merged_into=None)

    def awake(self) -> "CaseSet":
        """Those that nobody put off."""
        return self.filter(snoozed_until=None)

    def waiting(self) -> "CaseSet":
        """Those whose customers wait for a word of ours, and that nobody put off."""
        return self.awake().filter(waiting_since__isnull=False)

    def unowned(self) -> "CaseSet":
        """Those that wait and that nobody looks after."""
        return self.waiting().standing().filter(owner=None)

    def at_work(self) -> "CaseSet":
        """Those that somebody has, and is to act upon."""
        return self.open().awake().standing().filter(kind__in=WAITING_KINDS, owner__isnull=False)

    def of_customer(self, customer_id: int) -> "CaseSet":
        """Those of one customer, by whichever identifier."""
        return self.filter(identifier__customer_id=customer_id)


class CaseState(models.Model):
    """A name the organisation gives to a state, and the word it tells customers; its kind is what it means."""

    kind = models.CharField(max_length=8, choices=list(STATE_KINDS.items()))
    name = models.CharField(max_length=40)
    customer_word = models.CharField(max_length=80, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(STATE_KINDS)), name="case_state_kind_known"),
            models.UniqueConstraint(
                fields=["name"], condition=Q(closed_at=None), name="case_state_named_once"
            ),
        ]


class Case(models.Model):
    """One matter of one customer, with an owner, clocks and an outcome.

    `kind` is that of its state, `department` that of its queue: kept beside so that lists need no join.
    `needs`: what whoever serves it must be able to do, beside what its queue needs.
    `waiting_since`: the moment of the oldest word of the customer that nobody answered; None: they do not wait.
    `last_word`: the newest thing said, by either side. `merged_into`: where it is read since it was merged.
    All three can be told anew from what is filed and merged.
    """

    identifier = models.ForeignKey("customers.Identifier", models.PROTECT, related_name="+")
    thread = models.ForeignKey("channels.Thread", models.PROTECT, null=True, related_name="+")
    queue = models.ForeignKey("service.Queue", models.PROTECT, related_name="cases", db_index=False)
    department = models.CharField(max_length=80, blank=True)
    touchpoint = models.ForeignKey(
        "interactions.Touchpoint", models.PROTECT, null=True, related_name="+", db_index=False
    )
    state = models.ForeignKey(CaseState, models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=8)
    owner = models.ForeignKey(
        "staff.StaffMember", models.PROTECT, null=True, related_name="+", db_index=False
    )
    needs = models.ManyToManyField("service.Skill", related_name="+", blank=True)
    subject = models.CharField(max_length=300, blank=True)
    channel = models.CharField(max_length=16)
    outcome = models.CharField(max_length=80, blank=True)
    opened_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    waiting_since = models.DateTimeField(null=True)
    last_word = models.ForeignKey(
        "channels.Message", models.PROTECT, null=True, related_name="+", db_index=False
    )
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="merged", db_index=False)
    snoozed_until = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    objects = CaseSet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(STATE_KINDS)), name="case_kind_known"),
            models.CheckConstraint(condition=Q(channel__in=list(CHANNELS)), name="case_channel_known"),
            models.CheckConstraint(
                condition=Q(kind__in=list(OPEN_KINDS), closed_at=None)
                | Q(kind__in=["done", "junk"], closed_at__isnull=False),
                name="case_closed_when_settled",
            ),
        ]
        indexes = [
            models.Index(
                fields=["waiting_since", "id"],
                name="case_waiting_all_idx",
                condition=Q(waiting_since__isnull=False),
            ),
            models.Index(
                fields=["queue", "waiting_since", "id"],
                name="case_waiting_idx",
                condition=Q(waiting_since__isnull=False),
            ),
            models.Index(
                fields=["owner", "waiting_since", "id"],
                name="case_waiting_owner_idx",
                condition=Q(waiting_since__isnull=False),
            ),
            models.Index(
                fields=["owner", "kind", "channel"],
                name="case_at_work_idx",
                condition=Q(closed_at=None, snoozed_until=None, merged_into=None),
            ),
            models.Index(fields=["-changed_at", "-id"], name="case_open_idx", condition=Q(closed_at=None)),
            models.Index(
                fields=["channel", "waiting_since", "id"],
                name="case_waiting_channel_idx",
                condition=Q(waiting_since__isnull=False),
            ),
            models.Index(
                fields=["channel", "-changed_at", "-id"],
                name="case_open_channel_idx",
                condition=Q(closed_at=None),
            ),
            models.Index(fields=["channel", "kind", "-changed_at", "-id"], name="case_channel_idx"),
            models.Index(
                fields=["owner", "-changed_at", "-id"],
                name="case_open_owner_idx",
                condition=Q(closed_at=None),
            ),
            models.Index(
                fields=["queue", "-changed_at", "-id"],
                name="case_open_queue_idx",
                condition=Q(closed_at=None),
            ),
            models.Index(fields=["kind", "-changed_at", "-id"], name="case_kind_idx"),
            models.Index(fields=["queue", "kind", "-changed_at", "-id"], name="case_queue_idx"),
            models.Index(fields=["owner", "kind", "-changed_at", "-id"], name="case_owner_idx"),
            models.Index(
                fields=["merged_into"],
                name="case_merged_idx",
                condition=Q(merged_into__isnull=False),
            ),
            models.Index(
                fields=["snoozed_until", "id"],
                name="case_snoozed_idx",
                condition=Q(snoozed_until__isnull=False),
            ),
        ]

    def enter(self, state: CaseState) -> None:
        """Be in this state; what it means is kept beside."""
        self.state, self.kind = state, state.kind


class Filing(models.Model):
    """A message belongs to its thread; the matter it is about is written here, and can change with one update.

    `side`: it was said with somebody else about the matter, never with the customer. `settled_at`: somebody decided
    that it needs no answer. `taken_back_at`: it never left.
    """

    message = models.OneToOneField("channels.Message", models.PROTECT, primary_key=True, related_name="+")
    case = models.ForeignKey(Case, models.PROTECT, related_name="filings", db_index=False)
    side = models.ForeignKey("service.SideThread", models.PROTECT, null=True, related_name="filings")
    filed_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    taken_back_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["case", "message"], name="filing_case_idx")]


class CaseEvent(models.Model):
    """One thing that was done to a case, by whom and when. Rows are only added; reports are read from them."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="events", db_index=False)
    kind = models.CharField(max_length=24)
    at = models.DateTimeField()
    by = models.CharField(max_length=200, blank=True)
    staff = models.ForeignKey(
        "staff.StaffMember", models.PROTECT, null=True, related_name="+", db_index=False
    )
    detail = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["case", "id"], name="case_event_idx"),
            models.Index(fields=["kind", "at", "id"], name="case_event_kind_idx"),
        ]
