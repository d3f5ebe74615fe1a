from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from rapport.customers.directory import queries as directory
from rapport.kernel.refusals import NotFound
from rapport.service.clocks.models import Calendar, CalendarVersion, Clock, ClockEvent, Policy, PolicyVersion
from rapport.service.clocks.rules import calendars, hours
from rapport.service.clocks.rules.choosing import Matter, Scope, chosen
from rapport.service.clocks.rules.running import Aim
from rapport.staff.roles.rules import Reach


def aims_of(version: PolicyVersion) -> dict[str, Aim]:
    """What a version of a policy aims at, by kind of clock."""
    return {
        kind: Aim(timedelta(seconds=target), timedelta(seconds=warning))
        for kind, (target, warning) in version.aims.items()
    }


def kept_aims(aims: dict[str, Aim]) -> dict[str, list[int]]:
    """The same as it is stored: whole seconds."""
    return {
        kind: [int(aim.target.total_seconds()), int(aim.warn_before.total_seconds())]
        for kind, aim in aims.items()
    }


def reckoner(version: CalendarVersion | None) -> calendars.Calendar:
    """The calendar to reckon with; without a version, time runs round the clock."""
    return calendars.calendar(version.hours) if version else calendars.ROUND_THE_CLOCK


@dataclass(frozen=True, slots=True)
class Terms:
    """Under which a matter's clocks run."""

    version: PolicyVersion
    calendar: CalendarVersion | None

    @property
    def aims(self) -> dict[str, Aim]:
        return aims_of(self.version)


class Policies:
    """Every policy in force, read once for as many matters as there are."""

    def __init__(self) -> None:
        found = PolicyVersion.objects.filter(replaced_at=None, policy__retired_at=None)
        self._versions = {one.policy_id: one for one in found.select_related("policy").order_by("id")}
        wanted = {one.calendar_id for one in self._versions.values()} - {None}
        self._calendars = current_calendars(wanted)  # type: ignore[arg-type]

    def terms_of(self, matters: Sequence[Matter]) -> dict[int, Terms]:
        """The terms of each matter by its case; a matter for which there is no policy is left out."""
        scopes, whose = self._scopes(one.identifier_id for one in matters)
        found = {}
        for matter in matters:
            if number := chosen(scopes, matter, whose.get(matter.identifier_id, set())):
                version = self._versions[number]
                found[matter.case_id] = Terms(version, self._calendars.get(version.calendar_id or 0))
        return found

    def _scopes(self, identifiers: Iterable[int]) -> tuple[dict[int, Scope], dict[int, set[int]]]:
        """What each policy is for, and to which customers the identifiers belong, where something was agreed at all."""
        agreed = {one.policy.identifier_id for one in self._versions.values()} - {None}
        customers: dict[int, int] = {}
        whose: dict[int, set[int]] = {}
        if agreed:
            customers = dict(directory.whose().filter(id__in={*agreed, *identifiers}))
            above = directory.organisations_of(customers.values())
            whose = {one: {number, *above.get(number, ())} for one, number in customers.items()}
        return {number: _scope(one.policy, customers) for number, one in self._versions.items()}, whose


def _scope(policy: Policy, customers: dict[int, int]) -> Scope:
    """A policy agreed with a device that several share by now is nobody's."""
    customer_id = None
    if policy.identifier_id is not None:
        customer_id = customers.get(policy.identifier_id, -1)
    return Scope(policy.queue_id, policy.kind, policy.channel, customer_id)


def current_calendars(calendar_ids: Collection[int]) -> dict[int, CalendarVersion]:
    """The hours in force of these calendars, by the number of the calendar."""
    if not calendar_ids:
        return {}
    found = CalendarVersion.objects.filter(calendar__in=calendar_ids, replaced_at=None)
    return {one.calendar_id: one for one in found}


@dataclass(frozen=True, slots=True)
class Kept:
    """A calendar as it stands: its name, its hours, and how many policies go by it."""

    calendar: Calendar
    hours: hours.Hours
    policies: int


def all_calendars() -> list[Kept]:
    """The open calendars by name, each with its hours in force."""
    found = CalendarVersion.objects.filter(replaced_at=None, calendar__closed_at=None)
    used = PolicyVersion.objects.filter(replaced_at=None, policy__retired_at=None).values_list(
        "calendar", flat=True
    )
    counted = list(used)
    return [
        Kept(one.calendar, hours.read(one.hours), counted.count(one.calendar_id))
        for one in found.select_related("calendar").order_by("calendar__name", "id")
    ]


def calendar(calendar_id: int) -> CalendarVersion:
    """The hours in force of an open calendar."""
    found = CalendarVersion.objects.filter(
        calendar=calendar_id, calendar__closed_at=None, replaced_at=None
    ).select_related("calendar")
    version = found.first()
    if version is None:
        raise NotFound("There is no such calendar.", field="calendar", value=calendar_id)
    return version


def policies() -> list[PolicyVersion]:
    """What the policies in force aim at, by name."""
    found = PolicyVersion.objects.filter(replaced_at=None, policy__retired_at=None)
    return list(found.select_related("policy__queue", "calendar").order_by("policy__name", "id"))


def policy(policy_id: int) -> PolicyVersion:
    """What the policy with this number aims at now."""
    found = PolicyVersion.objects.filter(policy=policy_id, policy__retired_at=None, replaced_at=None)
    version = found.select_related("policy__queue", "calendar").first()
    if version is None:
        raise NotFound("There is no such policy.", field="policy", value=policy_id)
    return version


def of_cases(case_ids: Collection[int], *, reach: Reach) -> dict[int, list[Clock]]:
    """The clocks of these cases that are within reach, the oldest first."""
    found: dict[int, list[Clock]] = {one: [] for one in case_ids}
    for clock in Clock.objects.seen_by(reach).filter(case__in=case_ids).order_by("id"):
        assert clock.case_id is not None
        found[clock.case_id].append(clock)
    return found


def missed(*, reach: Reach, limit: int) -> list[Clock]:
    """Clocks that ran out and that nobody fulfilled since, the longest overdue first, each with its case."""
    late = Clock.objects.seen_by(reach).unfinished().filter(breached_at__isnull=False)
    return list(late.select_related("case__owner", "case__queue").order_by("breached_at", "id")[:limit])


def due_next(*, reach: Reach, by: datetime, limit: int) -> list[Clock]:
    """Clocks that run out by then unless somebody acts, the next first, each with its case."""
    running = Clock.objects.seen_by(reach).running().filter(due_at__lte=by)
    return list(running.select_related("case__owner", "case__queue").order_by("due_at", "id")[:limit])


def history(case_id: int, *, reach: Reach) -> list[ClockEvent]:
    """What happened to the clocks of a case, in the order in which it was noted."""
    within = Clock.objects.seen_by(reach).filter(case=case_id)
    return list(ClockEvent.objects.filter(clock__in=within).select_related("clock").order_by("id"))
