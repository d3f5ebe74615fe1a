"""Clocks of cases that ended before we knew of them: told from what happened, as if they had run here."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import transaction

from rapport.service.clocks import queries
from rapport.service.clocks.commands import courses
from rapport.service.clocks.models import Clock, ClockEvent
from rapport.service.clocks.queries import Terms
from rapport.service.clocks.rules import running
from rapport.service.clocks.rules.choosing import Matter
from rapport.service.clocks.rules.running import BY_POLICY, RESOLUTION, Course, Step

_SETTLED = frozenset({"done", "junk"})
_Begun = tuple[Clock, list[Step]]


@dataclass(frozen=True, slots=True)
class Turn:
    """Where a case was from a moment on, and in which kind of state."""

    at: datetime
    state: str
    queue_id: int


@dataclass(frozen=True, slots=True)
class Past:
    """A case and the turns it took, the first when it was opened."""

    matter: Matter
    turns: Sequence[Turn]


@transaction.atomic
def lay_past(pasts: Sequence[Past], *, at: datetime) -> int:
    """Let the clocks of resolution run through what happened, by the policies of today; how many clocks that were.

    Clocks of answers are not told: a log of states does not say when somebody was answered. What ran out before
    `at` is noted as run out and nobody is told.
    """
    terms = _terms(pasts)
    begun: list[_Begun] = []
    for number, past in enumerate(pasts):
        begun += _Way(past, terms, number).clocks(at)
    Clock.objects.bulk_create([clock for clock, _ in begun])
    courses.write_down(begun, noted_at=at)
    return len(begun)


@transaction.atomic
def forget_past(case_ids: Sequence[int]) -> None:
    """Remove the clocks of cases that are told anew, or that are taken back as if they had never been."""
    rows = Clock.objects.filter(case__in=case_ids, kind__in=BY_POLICY)
    ClockEvent.objects.filter(clock__in=rows).delete()
    rows.delete()


def _terms(pasts: Sequence[Past]) -> dict[tuple[int, int], Terms]:
    """The terms of each case in each queue it was in, asked for together."""
    marks = [
        (number, queue) for number, one in enumerate(pasts) for queue in {turn.queue_id for turn in one.turns}
    ]
    matters = [
        replace(pasts[number].matter, case_id=place, queue_id=queue)
        for place, (number, queue) in enumerate(marks)
    ]
    found = queries.Policies().terms_of(matters)
    return {marks[place]: terms for place, terms in found.items()}


class _Way:
    """One case on its way through its turns."""

    def __init__(self, past: Past, terms: dict[tuple[int, int], Terms], number: int) -> None:
        self._past, self._terms, self._number = past, terms, number
        self._begun: list[_Begun] = []
        self._course: Course | None = None
        self._used = timedelta()

    def clocks(self, at: datetime) -> list[_Begun]:
        was_settled = True
        for turn in self._past.turns:
            if self._course is None and was_settled and turn.state not in _SETTLED:
                self._start(turn)
            elif self._course is not None:
                self._retarget(turn)
            self._follow(turn)
            was_settled = turn.state in _SETTLED
        if self._course is not None:
            self._note(running.noticed(self._course, at=at))
            self._keep()
        return self._begun

    def _start(self, turn: Turn) -> None:
        found = self._terms.get((self._number, turn.queue_id))
        aim = found.aims.get(RESOLUTION) if found else None
        if found is None or aim is None:
            return
        calendar = queries.reckoner(found.calendar)
        clock = Clock(
            kind=RESOLUTION,
            case_id=self._past.matter.case_id,
            queue_id=turn.queue_id,
            policy_version=found.version,
            calendar_version=found.calendar,
            began_at=turn.at,
        )
        self._begun.append((clock, []))
        self._note(running.started(aim, at=turn.at, calendar=calendar, used=self._used))

    def _retarget(self, turn: Turn) -> None:
        clock = self._begun[-1][0]
        if clock.queue_id == turn.queue_id:
            return
        assert self._course is not None
        found, before = (
            self._terms.get((self._number, turn.queue_id)),
            queries.reckoner(clock.calendar_version),
        )
        clock.queue_id = turn.queue_id
        aim = found.aims.get(RESOLUTION) if found else None
        if found is None or aim is None:
            self._end(running.stopped(self._course, at=turn.at, calendar=before))
            return
        clock.policy_version, clock.calendar_version = found.version, found.calendar
        calendar = queries.reckoner(found.calendar)
        self._note(running.retargeted(self._course, aim, at=turn.at, calendar=calendar, before=before))

    def _follow(self, turn: Turn) -> None:
        if self._course is None:
            return
        clock = self._begun[-1][0]
        calendar = queries.reckoner(clock.calendar_version)
        if turn.state in _SETTLED:
            act = running.fulfilled if turn.state == "done" else running.stopped
            self._end(act(self._course, at=turn.at, calendar=calendar))
        elif clock.policy_version and turn.state in clock.policy_version.pauses_in:
            self._note(running.paused(self._course, at=turn.at, calendar=calendar))
        else:
            self._note(running.resumed(self._course, at=turn.at, calendar=calendar))

    def _note(self, after: running.After) -> None:
        self._course, steps = after
        self._begun[-1][1].extend(steps)

    def _end(self, after: running.After) -> None:
        self._note(after)
        self._keep()
        assert self._course is not None
        self._used, self._course = self._course.used, None

    def _keep(self) -> None:
        assert self._course is not None
        courses.take(self._begun[-1][0], self._course)
