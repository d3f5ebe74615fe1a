from django.db import models
from django.db.models import Q

from rapport.kernel.channels import CHANNELS
from rapport.service.clocks.rules.running import CLOCK_KINDS, EVENT_KINDS
from rapport.staff.roles.rules import Reach

_RUNS = Q(since_at__isnull=False, breached_at=None)


class Calendar(models.Model):
    """Hours under a name, such as those of the office in Leeds. Closed, never deleted."""

    name = models.CharField(max_length=80)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["name"], condition=Q(closed_at=None), name="calendar_named_once"),
            models.CheckConstraint(condition=~Q(name=""), name="calendar_named"),
        ]


class CalendarVersion(models.Model):
    """The hours of a calendar from one change to the next, whole in one row (rules/hours). Never changed itself."""

    calendar = models.ForeignKey(Calendar, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    hours = models.TextField()
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=200)
    replaced_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["calendar", "number"], name="calendar_version_once"),
            models.UniqueConstraint(
                fields=["calendar"], condition=Q(replaced_at=None), name="calendar_current_once"
            ),
        ]


class Policy(models.Model):
    """For what which clocks run; what is empty fits everything. What it aims at stands in its versions.

    `identifier`: a customer with whom it was agreed. Retired, never deleted: clocks of the past name it.
    """

    name = models.CharField(max_length=80)
    queue = models.ForeignKey("service.Queue", models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField(max_length=24, blank=True)
    channel = models.CharField(max_length=16, blank=True)
    identifier = models.ForeignKey(
        "customers.Identifier", models.PROTECT, null=True, blank=True, related_name="+"
    )
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["name"], condition=Q(retired_at=None), name="policy_named_once"),
            models.CheckConstraint(condition=~Q(name=""), name="policy_named"),
            models.CheckConstraint(condition=Q(channel__in=["", *CHANNELS]), name="policy_channel_known"),
        ]


class PolicyVersion(models.Model):
    """What a policy aims at from one change to the next. Never changed itself: a clock keeps the one it began with.

    `aims`: kind of clock -> [target, warning before it] in seconds of working time. Without a calendar, time runs round
    the clock. `pauses_in`: kinds of state in which its clocks stand still.
    """

    policy = models.ForeignKey(Policy, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    calendar = models.ForeignKey(Calendar, models.PROTECT, null=True, blank=True, related_name="+")
    aims = models.JSONField()
    pauses_in = models.JSONField(default=list)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=200)
    replaced_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["policy", "number"], name="policy_version_once"),
            models.UniqueConstraint(
                fields=["policy"], condition=Q(replaced_at=None), name="policy_current_once"
            ),
        ]


class ClockSet(models.QuerySet["Clock"]):
    """Clocks, narrowed."""

    def seen_by(self, reach: Reach) -> "ClockSet":
        """Those of cases within reach; of a promise without a case, to whoever may see the desk."""
        if not reach.covers("desk.view"):
            return self.none()
        if reach.departments is None:
            return self
        within = ["", *reach.departments]
        return self.filter(Q(case=None) | Q(case__department__in=within))

    def unfinished(self) -> "ClockSet":
        """Those that run or are paused."""
        return self.filter(ended_at=None)

    def running(self) -> "ClockSet":
        """Those that run and have not run out."""
        return self.filter(_RUNS)

    def missed(self, at: object) -> "ClockSet":
        """Those whose due moment has passed before `at` without anybody noting it."""
        return self.filter(_RUNS, due_at__lt=at)

    def to_warn(self, at: object) -> "ClockSet":
        """Those that should have warned before `at` and are not due yet."""
        return self.filter(_RUNS, warned_at=None, warn_at__lt=at, due_at__gte=at)


class Clock(models.Model):
    """A running time towards a due moment; the arithmetic is in rules/running. What became of it stands in its events.

    `case` leaves it when the case is erased: that somebody waited, and how long, stays counted.
    `queue` is the one whose policy it runs under. Without a calendar, time runs round the clock.
    """

    kind = models.CharField(max_length=12, choices=list(CLOCK_KINDS.items()))
    case = models.ForeignKey(
        "service.Case", models.SET_NULL, null=True, related_name="clocks", db_index=False
    )
    queue = models.ForeignKey("service.Queue", models.PROTECT, null=True, related_name="+", db_index=False)
    policy_version = models.ForeignKey(
        PolicyVersion, models.PROTECT, null=True, related_name="+", db_index=False
    )
    calendar_version = models.ForeignKey(
        CalendarVersion, models.PROTECT, null=True, related_name="clocks", db_index=False
    )
    target = models.DurationField()
    warn_before = models.DurationField()
    used = models.DurationField()
    began_at = models.DateTimeField()
    since_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    warn_at = models.DateTimeField(null=True)
    warned_at = models.DateTimeField(null=True)
    breached_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    is_fulfilled = models.BooleanField(default=False)

    objects = ClockSet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(CLOCK_KINDS)), name="clock_kind_known"),
            models.CheckConstraint(
                condition=Q(since_at=None) | Q(ended_at=None), name="clock_ended_stands_still"
            ),
            models.CheckConstraint(
                condition=Q(since_at=None, due_at=None) | Q(since_at__isnull=False, due_at__isnull=False),
                name="clock_runs_towards_something",
            ),
            models.CheckConstraint(
                condition=Q(is_fulfilled=False) | Q(ended_at__isnull=False), name="clock_fulfilled_ended"
            ),
            models.UniqueConstraint(
                fields=["case", "kind"],
                condition=Q(ended_at=None) & ~Q(kind="promise"),
                name="clock_once_at_a_time",
            ),
        ]
        indexes = [
            models.Index(fields=["case", "id"], name="clock_case_idx"),
            models.Index(fields=["due_at", "id"], name="clock_due_idx", condition=_RUNS),
            models.Index(
                fields=["breached_at", "id"],
                name="clock_breached_idx",
                condition=Q(ended_at=None, breached_at__isnull=False),
            ),
            models.Index(
                fields=["warn_at", "id"],
                name="clock_warn_idx",
                condition=_RUNS & Q(warned_at=None, warn_at__isnull=False),
            ),
            models.Index(
                fields=["calendar_version", "id"],
                name="clock_calendar_idx",
                condition=Q(ended_at=None, calendar_version__isnull=False),
            ),
        ]


class ClockEvent(models.Model):
    """One thing that happened to a clock. Rows are only added; reports are read from them.

    `at`: when it happened; `noted_at`: when we knew. `used`: working time used by then; `due_at`: due from then on.
    """

    clock = models.ForeignKey(Clock, models.PROTECT, related_name="events", db_index=False)
    kind = models.CharField(max_length=8)
    at = models.DateTimeField()
    noted_at = models.DateTimeField()
    used = models.DurationField()
    due_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(EVENT_KINDS)), name="clock_event_kind_known"),
        ]
        indexes = [
            models.Index(fields=["clock", "id"], name="clock_event_idx"),
            models.Index(fields=["kind", "at", "id"], name="clock_event_kind_idx"),
        ]
