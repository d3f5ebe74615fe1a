"""Clocks of cases: they start with a matter, stand still with its state, and end with what they waited for.

Who calls holds the case. `at` is when it happened: an answer counts from the moment it was sent.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max

from rapport.kernel.refusals import Refusal
from rapport.service.clocks import queries
from rapport.service.clocks.commands import courses
from rapport.service.clocks.models import Clock
from rapport.service.clocks.rules import running
from rapport.service.clocks.rules.calendars import ROUND_THE_CLOCK, Calendar
from rapport.service.clocks.rules.choosing import Matter
from rapport.service.clocks.rules.running import (
    ANSWERS,
    BY_POLICY,
    FIRST_ANSWER,
    NEXT_ANSWER,
    PROMISE,
    RESOLUTION,
    After,
    Aim,
    Course,
    Step,
)

_Begun = tuple[Clock, list[Step]]


class AutomaticAnswer(Refusal):
    """A message that nobody wrote satisfies no clock."""


@transaction.atomic(savepoint=False)
def start(
    matters: Sequence[Matter],
    kinds: Collection[str],
    *,
    at: datetime,
    goes_on: bool = False,
    noted_at: datetime | None = None,
) -> int:
    """Start clocks of these kinds as the policies say; how many. `at` may be past: that is when the wait began.

    One that runs already or is paused stays as it is, and the next answer is waited for only once the first was
    given. `goes_on`: with what the last clock of the kind had used, as for a case that is opened again.
    """
    terms = queries.Policies().terms_of(matters)
    if not terms:
        return 0
    taken, used = _taken([one.case_id for one in matters], is_used_wanted=goes_on)
    begun: list[_Begun] = []
    for matter in matters:
        found = terms.get(matter.case_id)
        for kind in sorted(set(kinds) & set(BY_POLICY)) if found else ():
            assert found is not None
            mark = (matter.case_id, kind)
            if (aim := found.aims.get(kind)) and mark not in taken:
                calendar, before = queries.reckoner(found.calendar), used.get(mark, timedelta())
                course, steps = running.started(aim, at=at, calendar=calendar, used=before)
                begun.append((courses.take(_under(found, matter, kind, at), course), steps))
                taken |= _marks(matter.case_id, kind)
    Clock.objects.bulk_create([clock for clock, _ in begun])
    courses.write_down(begun, noted_at=noted_at or at)
    return len(begun)


def _marks(case_id: int, kind: str) -> set[tuple[int, str]]:
    """What else may not start beside a clock of this kind."""
    return {(case_id, kind), *([(case_id, NEXT_ANSWER)] if kind == FIRST_ANSWER else [])}


Marked = tuple[int, str]


def _taken(case_ids: list[int], *, is_used_wanted: bool) -> tuple[set[Marked], dict[Marked, timedelta]]:
    rows = Clock.objects.filter(case__in=case_ids).exclude(kind=PROMISE).order_by()
    taken: set[Marked] = set()
    for case_id, kind in rows.filter(ended_at=None).values_list("case_id", "kind"):
        assert case_id is not None
        taken |= _marks(case_id, kind)
    if not is_used_wanted:
        return taken, {}
    last = rows.values("case_id", "kind").annotate(last=Max("id")).values("last")
    ended = Clock.objects.filter(pk__in=last).values_list("case_id", "kind", "used")
    return taken, {(case_id, kind): used for case_id, kind, used in ended if case_id is not None}


def _under(terms: queries.Terms, matter: Matter, kind: str, at: datetime) -> Clock:
    return Clock(
        kind=kind,
        case_id=matter.case_id,
        queue_id=matter.queue_id,
        policy_version=terms.version,
        calendar_version=terms.calendar,
        began_at=at,
    )


@transaction.atomic
def start_until(due_at: datetime, *, at: datetime, warn_before: timedelta, case_id: int | None) -> Clock:
    """Start the clock of a promise: it runs round the clock, until the moment that was named."""
    course, steps = running.started(Aim(due_at - at, warn_before), at=at, calendar=ROUND_THE_CLOCK)
    clock = courses.take(Clock(kind=PROMISE, case_id=case_id, began_at=at), course)
    clock.save()
    courses.write_down([(clock, steps)], noted_at=at)
    return clock


@transaction.atomic
def end(clock_id: int, *, is_fulfilled: bool, at: datetime) -> Clock:
    """End the clock of a promise, kept or not; one that has ended stays as it is. How it stands."""
    clock = Clock.objects.select_for_update().get(pk=clock_id)
    finish = running.fulfilled if is_fulfilled else running.stopped
    courses.apply([clock], lambda _, course, by: finish(course, at=at, calendar=by), noted_at=at)
    return clock


@transaction.atomic(savepoint=False)
def pause(case_ids: Collection[int], *, at: datetime, noted_at: datetime | None = None) -> int:
    """Let the clocks of these cases stand still; how many did. Promises run on."""
    return _each(
        case_ids, BY_POLICY, lambda _, course, by: running.paused(course, at=at, calendar=by), noted_at or at
    )


@transaction.atomic(savepoint=False)
def resume(case_ids: Collection[int], *, at: datetime, noted_at: datetime | None = None) -> int:
    """Let the clocks of these cases run on with what they had left; how many did."""
    return _each(
        case_ids, BY_POLICY, lambda _, course, by: running.resumed(course, at=at, calendar=by), noted_at or at
    )


@transaction.atomic
def fulfil(
    case_ids: Collection[int],
    kinds: Collection[str] = ANSWERS,
    *,
    at: datetime,
    is_automatic: bool,
    noted_at: datetime | None = None,
) -> int:
    """What clocks of these kinds waited for was done, by default an answer; how many ended. Not by a machine."""
    if is_automatic:
        raise AutomaticAnswer("A message that nobody wrote is no answer.", field="is_automatic", value=True)
    return _each(
        case_ids, kinds, lambda _, course, by: running.fulfilled(course, at=at, calendar=by), noted_at or at
    )


@transaction.atomic
def revive(
    case_ids: Collection[int], kinds: Collection[str] = ANSWERS, *, fulfilled_at: datetime, at: datetime
) -> int:
    """What fulfilled clocks at that moment was taken back, such as an answer before it left; how many run again.

    They run on as if nothing had been done. Where another clock of the kind runs by now, that one is enough.
    """
    ended = Clock.objects.filter(case__in=case_ids, kind__in=kinds, ended_at=fulfilled_at, is_fulfilled=True)
    running_ones = set(
        Clock.objects.unfinished().filter(case__in=case_ids, kind__in=kinds).values_list("case_id", "kind")
    )
    rows = ended.select_related("calendar_version").select_for_update(of=("self",)).order_by("id")
    found = [one for one in rows if (one.case_id, one.kind) not in running_ones]
    return courses.apply(
        found, lambda _, course, by: running.revived(course, at=at, calendar=by), noted_at=at
    )


@transaction.atomic(savepoint=False)
def stop(
    case_ids: Collection[int],
    kinds: Collection[str] = BY_POLICY,
    *,
    at: datetime,
    noted_at: datetime | None = None,
) -> int:
    """Nothing is waited for any more, though nothing was done; how many ended."""
    return _each(
        case_ids, kinds, lambda _, course, by: running.stopped(course, at=at, calendar=by), noted_at or at
    )


@transaction.atomic(savepoint=False)
def follow_state(
    case_ids: Collection[int], state_kind: str, *, at: datetime, noted_at: datetime | None = None
) -> int:
    """Let clocks do what the new state of their cases means to their policy; how many did something.

    Done fulfils the resolution and ends the wait for answers; junk ends everything; in a state that the policy of a
    clock names it stands still, in others it runs.
    """

    def act(clock: Clock, course: Course, by: Calendar) -> After:
        if state_kind == "done" and clock.kind == RESOLUTION:
            return running.fulfilled(course, at=at, calendar=by)
        if state_kind in {"done", "junk"}:
            return running.stopped(course, at=at, calendar=by)
        if clock.policy_version and state_kind in clock.policy_version.pauses_in:
            return running.paused(course, at=at, calendar=by)
        return running.resumed(course, at=at, calendar=by)

    return _each(case_ids, BY_POLICY, act, noted_at or at)


@transaction.atomic
def let_go(case_ids: Collection[int], *, at: datetime) -> int:
    """The cases are about to be erased: their clocks end, and tell no more whose they were; how many there were."""
    kinds = (*BY_POLICY, PROMISE)
    _each(case_ids, kinds, lambda _, course, by: running.stopped(course, at=at, calendar=by), at)
    return Clock.objects.filter(case__in=case_ids).update(case=None)


def _each(case_ids: Collection[int], kinds: Collection[str], act: courses.Act, noted_at: datetime) -> int:
    return sum(courses.apply(some, act, noted_at=noted_at) for some in courses.held(case_ids, kinds))
