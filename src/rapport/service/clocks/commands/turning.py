"""Running clocks under other terms: a case that moved to another queue, a calendar with a holiday more."""

from collections.abc import Callable, Sequence
from datetime import datetime

from django.db import transaction

from rapport.service.clocks import queries
from rapport.service.clocks.commands import courses
from rapport.service.clocks.models import Clock
from rapport.service.clocks.rules import running
from rapport.service.clocks.rules.calendars import Calendar
from rapport.service.clocks.rules.choosing import Matter
from rapport.service.clocks.rules.running import BY_POLICY, After, Course

JOB = "clocks.follow_calendars"


@transaction.atomic
def retarget(matters: Sequence[Matter], *, at: datetime) -> int:
    """Put the clocks of these cases under the policies that fit them now; how many changed.

    What they have used stays used. Under a policy that does not know their kind, or under none, they stop.
    """
    terms = queries.Policies().terms_of(matters)
    queues = {one.case_id: one.queue_id for one in matters}

    def act(clock: Clock, course: Course, before: Calendar) -> After:
        assert clock.case_id is not None
        found = terms.get(clock.case_id)
        aim = found.aims.get(clock.kind) if found else None
        clock.queue_id = queues[clock.case_id]
        if found is None or aim is None:
            return running.stopped(course, at=at, calendar=before)
        clock.policy_version, clock.calendar_version = found.version, found.calendar
        calendar = queries.reckoner(found.calendar)
        return running.retargeted(course, aim, at=at, calendar=calendar, before=before)

    return sum(courses.apply(some, act, noted_at=at) for some in courses.held(queues, BY_POLICY))


def follow_calendars(*, at: datetime, should_stop: Callable[[], bool] = lambda: False) -> int:
    """Put every clock that runs by replaced hours under those in force, some at a time; how many.

    What was used until now was used by the hours before.
    """
    count = 0
    while not should_stop() and (some := _follow(at)):
        count += some
    return count


@transaction.atomic
def _follow(at: datetime) -> int:
    rows = Clock.objects.unfinished().filter(calendar_version__replaced_at__isnull=False).order_by("id")
    rows = rows.select_related("calendar_version", "policy_version").select_for_update(of=("self",))
    clocks = list(rows[: courses.AT_ONCE])
    wanted = {one.calendar_version.calendar_id for one in clocks if one.calendar_version}
    current = queries.current_calendars(wanted)

    def act(clock: Clock, course: Course, before: Calendar) -> After:
        assert clock.calendar_version is not None
        clock.calendar_version = version = current[clock.calendar_version.calendar_id]
        calendar = queries.reckoner(version)
        return running.retargeted(course, course.aim, at=at, calendar=calendar, before=before)

    return courses.apply(clocks, act, noted_at=at)
