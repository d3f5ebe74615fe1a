"""How a clock runs: each act takes its course and a moment, and gives the course after it and what happened.

A clock that runs uses up its target in the working time of a calendar. Paused, it uses nothing and cannot be
missed. It is met when it is fulfilled at its due moment or before; what is told of a moment later than it
happened (an answer, a pause) counts from when it happened, and takes a breach back that was noted meanwhile.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from rapport.service.clocks.rules.calendars import Calendar

FIRST_ANSWER, NEXT_ANSWER, RESOLUTION, PROMISE = "first_answer", "next_answer", "resolution", "promise"
CLOCK_KINDS: dict[str, str] = {
    FIRST_ANSWER: "First answer",
    NEXT_ANSWER: "Next answer",
    RESOLUTION: "Resolution",
    PROMISE: "Promise",
}
BY_POLICY = (FIRST_ANSWER, NEXT_ANSWER, RESOLUTION)
"""Clocks that a policy sets; a promise brings its own due moment."""
ANSWERS = (FIRST_ANSWER, NEXT_ANSWER)
"""Clocks that an answer of ours fulfils."""
START, PAUSE, RESUME, RETARGET, FULFIL, STOP = "start", "pause", "resume", "retarget", "fulfil", "stop"
WARN, BREACH, SPARE, REVIVE = "warn", "breach", "spare", "revive"
EVENT_KINDS = (START, PAUSE, RESUME, RETARGET, FULFIL, STOP, WARN, BREACH, SPARE, REVIVE)
"""What can happen to a clock. `spare` takes a breach back, of a clock that had been served in time as we learned later;
`revive` takes a fulfilment back, by an answer that was taken back before it left.
"""
_NOTHING = timedelta()


@dataclass(frozen=True, slots=True)
class Aim:
    """How much working time a clock has, and with how much left it warns (none: it does not)."""

    target: timedelta
    warn_before: timedelta = _NOTHING


@dataclass(frozen=True, slots=True)
class Course:
    """How a clock stands. It runs if `since_at` is set, is paused if neither that nor `ended_at` is.

    `used`: working time used up to `since_at`, or in all if it does not run. `due_at` and `warn_at` are set while it
    runs; after a breach `due_at` is the moment of that.
    """

    aim: Aim
    used: timedelta = _NOTHING
    since_at: datetime | None = None
    due_at: datetime | None = None
    warn_at: datetime | None = None
    warned_at: datetime | None = None
    breached_at: datetime | None = None
    ended_at: datetime | None = None
    is_fulfilled: bool = False

    @property
    def is_met(self) -> bool:
        return self.is_fulfilled and self.breached_at is None


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened to a clock: when, how much it had used by then, and when it is due from then on."""

    kind: str
    at: datetime
    used: timedelta
    due_at: datetime | None = None


After = tuple[Course, list[Step]]


def started(aim: Aim, *, at: datetime, calendar: Calendar, used: timedelta = _NOTHING) -> After:
    """A new clock that runs from this moment; one that goes on where an earlier one ended has used some already."""
    course = _run(Course(aim, used), at, calendar)
    return course, [_step(START, course, at)]


def paused(course: Course, *, at: datetime, calendar: Calendar) -> After:
    """It stands still from this moment; nothing happens to one that does not run."""
    if course.since_at is None:
        return course, []
    course, steps = _halted(course, at, calendar)
    return course, [*steps, _step(PAUSE, course, at)]


def resumed(course: Course, *, at: datetime, calendar: Calendar) -> After:
    """It runs on from this moment with what it had left; nothing happens to one that runs or has ended."""
    if course.since_at is not None or course.ended_at is not None:
        return course, []
    course = _run(course, at, calendar)
    return course, [_step(RESUME, course, at)]


def fulfilled(course: Course, *, at: datetime, calendar: Calendar) -> After:
    """What it waited for has been done; nothing happens to one that has ended."""
    return _ended(course, FULFIL, at, calendar)


def revived(course: Course, *, at: datetime, calendar: Calendar) -> After:
    """What fulfilled it was taken back: it runs as if it had never stood still; nothing happens to another one."""
    if not course.is_fulfilled or course.ended_at is None:
        return course, []
    course = _run(replace(course, ended_at=None, is_fulfilled=False), course.ended_at, calendar)
    return course, [_step(REVIVE, course, at)]


def stopped(course: Course, *, at: datetime, calendar: Calendar) -> After:
    """Nothing is waited for any more, and nothing was done: it counts neither as met nor as missed from here."""
    return _ended(course, STOP, at, calendar)


def retargeted(course: Course, aim: Aim, *, at: datetime, calendar: Calendar, before: Calendar) -> After:
    """Another aim or calendar from this moment on; what was used by the calendar `before` stays used.

    With time left under the new aim a breach of the old one is taken back, and a warning may come again.
    """
    if course.ended_at is not None:
        return course, []
    was_running = course.since_at is not None
    course, steps = _halted(course, at, before) if was_running else (course, [])
    course = replace(course, aim=aim)
    if course.used < aim.target:
        if course.breached_at is not None:
            course = replace(course, breached_at=None)
            steps.append(_step(SPARE, course, at))
        if aim.target - course.used > aim.warn_before:
            course = replace(course, warned_at=None)
    if was_running:
        course = _run(course, at, calendar)
    return course, [*steps, _step(RETARGET, course, at)]


def noticed(course: Course, *, at: datetime) -> After:
    """What the passing of time did to a clock by this moment: it is breached, or else it warns, each once."""
    if course.since_at is None or course.breached_at is not None:
        return course, []
    if course.due_at is not None and course.due_at < at:
        return _breached(course, course.due_at)
    if course.warned_at is None and course.warn_at is not None and course.warn_at < at:
        used = course.aim.target - course.aim.warn_before
        return replace(course, warned_at=course.warn_at), [Step(WARN, course.warn_at, used, course.due_at)]
    return course, []


def _breached(course: Course, due_at: datetime) -> After:
    used = max(course.aim.target, course.used)
    return replace(course, breached_at=due_at), [Step(BREACH, due_at, used, due_at)]


def _ended(course: Course, kind: str, at: datetime, calendar: Calendar) -> After:
    if course.ended_at is not None:
        return course, []
    steps: list[Step] = []
    if course.since_at is not None:
        course, steps = _halted(course, at, calendar)
    course = replace(course, ended_at=at, is_fulfilled=kind == FULFIL)
    return course, [*steps, _step(kind, course, at)]


def _halted(course: Course, at: datetime, calendar: Calendar) -> After:
    """It stands still, with what it used until then; a breach is noted or taken back by what happened when."""
    since_at, breached_at = course.since_at, course.breached_at
    assert since_at is not None
    steps: list[Step] = []
    if breached_at is None and course.due_at is not None and course.due_at < at:
        course, steps = _breached(course, course.due_at)
    elif breached_at is not None and since_at <= at <= breached_at:
        course = replace(course, breached_at=None)
        steps = [_step(SPARE, course, at)]
    used = course.used + calendar.elapsed(since_at, at)
    return replace(course, used=used, since_at=None, due_at=None, warn_at=None), steps


def _run(course: Course, at: datetime, calendar: Calendar) -> Course:
    left = course.aim.target - course.used
    due_at = course.breached_at or calendar.due_after(at, left)
    warn_at = None
    if course.aim.warn_before and course.breached_at is None:
        warn_at = calendar.due_after(at, left - course.aim.warn_before)
    return replace(course, since_at=at, due_at=due_at, warn_at=warn_at)


def _step(kind: str, course: Course, at: datetime) -> Step:
    return Step(kind, at, course.used, course.due_at)
