"""From rows to courses and back: clocks are read under a lock, take one step together, and leave events behind."""

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import datetime

from rapport.customers.directory.commands.writing import chunks
from rapport.service.clocks import queries
from rapport.service.clocks.models import Clock, ClockEvent
from rapport.service.clocks.rules.calendars import Calendar
from rapport.service.clocks.rules.running import After, Aim, Course, Step

AT_ONCE = 500
_MOVING = ("used", "since_at", "due_at", "warn_at", "warned_at", "breached_at", "ended_at", "is_fulfilled")
WRITTEN = ("target", "warn_before", "policy_version", "calendar_version", "queue", *_MOVING)

Act = Callable[[Clock, Course, Calendar], After]


def held(case_ids: Iterable[int], kinds: Collection[str]) -> Iterator[list[Clock]]:
    """The unfinished clocks of these kinds of some cases at a time, locked until the transaction ends."""
    for some in chunks(sorted(set(case_ids)), AT_ONCE):
        rows = Clock.objects.unfinished().filter(case__in=some, kind__in=kinds).order_by("id")
        rows = rows.select_related("calendar_version", "policy_version")
        if found := list(rows.select_for_update(of=("self",))):
            yield found


def course(clock: Clock) -> Course:
    """How the clock stands."""
    moving = {name: getattr(clock, name) for name in _MOVING}
    return Course(Aim(clock.target, clock.warn_before), **moving)


def take(clock: Clock, after: Course) -> Clock:
    """Let the row stand as the course does; not stored yet."""
    clock.target, clock.warn_before = after.aim.target, after.aim.warn_before
    for name in _MOVING:
        setattr(clock, name, getattr(after, name))
    return clock


def apply(clocks: Iterable[Clock], act: Act, *, noted_at: datetime) -> int:
    """Let each clock take the step, and store what came of it; how many took one."""
    moved: list[tuple[Clock, list[Step]]] = []
    for clock in clocks:
        after, steps = act(clock, course(clock), queries.reckoner(clock.calendar_version))
        if steps:
            moved.append((take(clock, after), steps))
    Clock.objects.bulk_update([clock for clock, _ in moved], WRITTEN)
    write_down(moved, noted_at=noted_at)
    return len(moved)


def write_down(moved: Iterable[tuple[Clock, list[Step]]], *, noted_at: datetime) -> None:
    """Add what happened to the history."""
    ClockEvent.objects.bulk_create(
        ClockEvent(clock=clock, kind=one.kind, at=one.at, noted_at=noted_at, used=one.used, due_at=one.due_at)
        for clock, steps in moved
        for one in steps
    )
