from django.db import models
from django.db.models import Q

from rapport.kernel.channels import CHANNELS
from rapport.service.routing.rules.seats import AVAILABILITY
from rapport.staff.roles.rules import Reach


class Skill(models.Model):
    """Something that some can do for customers and others cannot. With a code (ISO 639) it is a language."""

    name = models.CharField(max_length=60)
    code = models.CharField(max_length=8, blank=True)
    added_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="skill_named"),
            models.UniqueConstraint(fields=["name"], condition=Q(closed_at=None), name="skill_named_once"),
            models.UniqueConstraint(
                fields=["code"], condition=Q(closed_at=None) & ~Q(code=""), name="skill_language_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class QueueSet(models.QuerySet["Queue"]):
    """Queues, narrowed."""

    def seen_by(self, reach: Reach) -> "QueueSet":
        """Those of no department, and those of the departments within reach."""
        if not reach.covers("desk.view"):
            return self.none()
        if reach.departments is None:
            return self
        return self.filter(Q(department="") | Q(department__in=reach.departments))

    def open(self) -> "QueueSet":
        """Those that cases can be put into."""
        return self.filter(closed_at=None)

    def handed_out(self) -> "QueueSet":
        """Those whose cases are handed out, rather than taken."""
        return self.open().filter(is_push=True)


class Queue(models.Model):
    """Where cases wait for somebody who can help. Closed, never deleted. The first one is made with the first case.

    `is_push`: cases are handed out to whoever is available; else people take the next. `needs`: what whoever serves it
    must be able to do. `channel` and `identifier`: whose cases come here of themselves, of those of its department.
    """

    name = models.CharField(max_length=80)
    department = models.CharField(max_length=80, blank=True)
    is_push = models.BooleanField(default=False)
    channel = models.CharField(max_length=16, blank=True)
    identifier = models.ForeignKey(
        "customers.Identifier", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    needs = models.ManyToManyField(Skill, related_name="+", blank=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = QueueSet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["name"], condition=Q(closed_at=None), name="queue_named_once"),
            models.CheckConstraint(condition=Q(channel__in=["", *CHANNELS]), name="queue_channel_known"),
        ]


class RoutingRules(models.Model):
    """What holds for everybody who has nothing else: how many cases at once, and how soon one must be opened."""

    live_capacity = models.PositiveSmallIntegerField(default=3)
    written_capacity = models.PositiveSmallIntegerField(default=10)
    open_minutes = models.PositiveSmallIntegerField(default=5)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="routing_rules_are_one")]


class Seat(models.Model):
    """Somebody's place at the desk: what they can do, how much at once, and whether they are there.

    A capacity of None is the one of the house. `seen_at`: the last sign of theirs. `is_by_itself`: Rapport set the
    availability because they were gone, so it ends when they come back.
    """

    staff = models.OneToOneField("staff.StaffMember", models.CASCADE, primary_key=True, related_name="+")
    skills = models.ManyToManyField(Skill, related_name="+", blank=True)
    live_capacity = models.PositiveSmallIntegerField(null=True, blank=True)
    written_capacity = models.PositiveSmallIntegerField(null=True, blank=True)
    availability = models.CharField(max_length=9, choices=list(AVAILABILITY.items()), default="off")
    is_by_itself = models.BooleanField(default=False)
    since = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(availability__in=list(AVAILABILITY)), name="seat_state_known"),
        ]
        indexes = [
            models.Index(fields=["seen_at"], name="seat_there_idx", condition=~Q(availability="off")),
        ]


class Handout(models.Model):
    """That a case which waited was given to somebody, or taken by them, and what came of it.

    `waited_since`: since when the customer had been waiting. `ended_as`: answered, let go (it was answered by somebody
    else, settled or passed on), or returned to the queue, where it keeps its place.
    """

    case = models.ForeignKey("service.Case", models.CASCADE, related_name="handouts", db_index=False)
    queue = models.ForeignKey(Queue, models.PROTECT, related_name="+", db_index=False)
    staff = models.ForeignKey("staff.StaffMember", models.PROTECT, related_name="+", db_index=False)
    is_push = models.BooleanField()
    waited_since = models.DateTimeField()
    at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_as = models.CharField(max_length=8, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(ended_at=None), name="handout_once"),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_as="")
                | Q(ended_at__isnull=False, ended_as__in=["answered", "left", "returned"]),
                name="handout_ended_somehow",
            ),
        ]
        indexes = [
            models.Index(fields=["queue", "-at", "-id"], name="handout_queue_idx"),
            models.Index(fields=["case", "id"], name="handout_case_idx"),
            models.Index(fields=["staff", "id"], name="handout_live_idx", condition=Q(ended_at=None)),
        ]
