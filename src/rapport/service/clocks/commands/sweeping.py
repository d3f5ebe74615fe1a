"""Noting what the passing of time did: warnings and breaches, each once, whoever and however many look."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.models import F

from rapport.customers.directory.commands import writing
from rapport.kernel.crashing import reach
from rapport.live.events import commands as live
from rapport.live.events.rules import News
from rapport.service.clocks.commands import courses
from rapport.service.clocks.models import Clock, ClockSet
from rapport.service.clocks.rules import running

PERMISSION = "desk.view"
MOST_TOLD = 100
"""With more cases at once, every screen that shows a case is told to look."""


@dataclass(frozen=True, slots=True)
class Noted:
    """A warning or a breach, for whoever does something about it in the same transaction."""

    clock_id: int
    kind: str
    event: str
    at: datetime
    case_id: int | None
    department: str


Heed = Callable[[Sequence[Noted], datetime], None]


def sweep(*, at: datetime, heed: Sequence[Heed] = ()) -> int:
    """Note every clock that was missed before this moment and every warning due before it; how many.

    A range scan of two small indexes: of clocks that nothing happens to, none is read. `heed` is told in the same
    transaction, so what follows from a breach happens as often as the breach: once.
    """
    count = 0
    while Clock.objects.missed(at).exists() and (some := _breach(at, heed)):
        count += some
    while Clock.objects.to_warn(at).exists() and (some := _warn(at, heed)):
        count += some
    return count


@transaction.atomic
def _breach(at: datetime, heed: Sequence[Heed]) -> int:
    clocks = _held(Clock.objects.missed(at).order_by("due_at", "id"))
    Clock.objects.filter(pk__in=[one.pk for one in clocks]).update(breached_at=F("due_at"))
    return _write_down(clocks, at, heed)


@transaction.atomic
def _warn(at: datetime, heed: Sequence[Heed]) -> int:
    clocks = _held(Clock.objects.to_warn(at).order_by("warn_at", "id"))
    Clock.objects.filter(pk__in=[one.pk for one in clocks]).update(warned_at=F("warn_at"))
    return _write_down(clocks, at, heed)


def _held(due: ClockSet) -> list[Clock]:
    """Some of them, locked. The writers' lock goes first, as everywhere; who holds a clock now is not waited for."""
    writing.lock_writers()
    can_skip = connection.features.has_select_for_update_skip_locked
    rows = due.select_for_update(skip_locked=can_skip, of=("self",)).select_related("case")
    return list(rows[: courses.AT_ONCE])


def _write_down(clocks: list[Clock], at: datetime, heed: Sequence[Heed]) -> int:
    steps = [(clock, running.noticed(courses.course(clock), at=at)[1]) for clock in clocks]
    courses.write_down(steps, noted_at=at)
    noted = [_noted(clock, one) for clock, own in steps for one in own]
    for told in heed if noted else ():
        told(noted, at)
    live.tell(_news(noted), at=at)
    reach("clocks.swept")
    return len(noted)


def _noted(clock: Clock, step: running.Step) -> Noted:
    department = clock.case.department if clock.case else ""
    return Noted(clock.pk, clock.kind, step.kind, step.at, clock.case_id, department)


def _news(noted: Sequence[Noted]) -> list[News]:
    """Cases, and the desk as a whole: what waits has another order now."""
    desk = [News("desk", PERMISSION, one.department) for one in noted]
    cases = {one.case_id: one.department for one in noted if one.case_id is not None}
    if len(cases) > MOST_TOLD:
        return [*desk, News("case", PERMISSION)]
    return [*desk, *(News(f"case:{one}", PERMISSION, department) for one, department in cases.items())]
