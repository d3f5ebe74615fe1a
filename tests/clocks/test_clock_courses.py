"""How a clock runs, against one who counts minutes on their fingers."""

from datetime import UTC, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from rapport.service.clocks.rules import running
from rapport.service.clocks.rules.calendars import ROUND_THE_CLOCK, Calendar
from rapport.service.clocks.rules.hours import Hours, periods_of
from rapport.service.clocks.rules.running import Aim, Course, Step

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
OFFICE = Calendar(Hours("Europe/London", (periods_of("9:00-12:30, 13:30-17:00"),) * 5 + ((), ())))
NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
AIM = Aim(4 * HOUR, HOUR)


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, 2, hour, minute, tzinfo=UTC)


def kinds(steps: list[Step]) -> list[str]:
    return [one.kind for one in steps]


def begun(aim: Aim = AIM) -> Course:
    return running.started(aim, at=NINE, calendar=OFFICE)[0]


def test_a_clock_knows_from_the_start_when_it_is_due_and_when_it_warns() -> None:
    course = begun()

    assert course.due_at == at(14)
    assert course.warn_at == at(12)


def test_a_pause_moves_the_due_moment_by_the_working_time_it_lasts() -> None:
    paused, _ = running.paused(begun(), at=at(10), calendar=OFFICE)
    course, _ = running.resumed(paused, at=at(13), calendar=OFFICE)

    assert paused.due_at is None
    assert course.used == HOUR
    assert course.due_at == at(16, 30), "three hours are left, and the afternoon begins at half past one"


def test_an_answer_at_the_due_moment_is_in_time_and_one_later_is_not() -> None:
    in_time, _ = running.fulfilled(begun(), at=at(14), calendar=OFFICE)
    late, steps = running.fulfilled(begun(), at=at(14) + timedelta(microseconds=1), calendar=OFFICE)

    assert in_time.is_met
    assert not late.is_met
    assert kinds(steps) == ["breach", "fulfil"]
    assert steps[0].at == at(14)


def test_a_clock_that_is_paused_is_never_missed() -> None:
    paused, _ = running.paused(begun(), at=at(13, 59), calendar=OFFICE)

    assert running.noticed(paused, at=at(23)) == (paused, [])


def test_an_answer_that_is_told_late_counts_from_when_it_was_given() -> None:
    missed, _ = running.noticed(begun(), at=at(14, 5))

    course, steps = running.fulfilled(missed, at=at(13, 55), calendar=OFFICE)

    assert course.is_met
    assert kinds(steps) == ["spare", "fulfil"]


def test_who_looks_late_notes_the_breach_and_spares_the_warning() -> None:
    course, steps = running.noticed(begun(), at=at(16))

    assert kinds(steps) == ["breach"]
    assert running.noticed(course, at=at(17)) == (course, [])


def test_a_warning_comes_once_whatever_happens_after_it() -> None:
    warned, steps = running.noticed(begun(), at=at(12, 1))
    paused, _ = running.paused(warned, at=at(12, 10), calendar=OFFICE)
    again, _ = running.resumed(paused, at=at(14), calendar=OFFICE)

    assert kinds(steps) == ["warn"]
    assert steps[0].at == at(12)
    assert running.noticed(again, at=at(14, 1))[1] == []


def test_a_shorter_aim_keeps_what_was_used() -> None:
    course, _ = running.retargeted(begun(), Aim(3 * HOUR), at=at(11), calendar=OFFICE, before=OFFICE)

    assert course.used == 2 * HOUR
    assert course.due_at == at(12)


def test_another_calendar_counts_from_the_change_on() -> None:
    course, _ = running.retargeted(begun(), AIM, at=at(12), calendar=ROUND_THE_CLOCK, before=OFFICE)

    assert course.due_at == at(13), "three hours by the office are used, one is left, lunch or not"


def test_a_longer_aim_takes_a_breach_back_and_may_be_missed_anew() -> None:
    missed, _ = running.noticed(begun(), at=at(15))

    course, steps = running.retargeted(missed, Aim(6 * HOUR, HOUR), at=at(15), calendar=OFFICE, before=OFFICE)

    assert kinds(steps) == ["spare", "retarget"]
    assert course.due_at == at(16, 0)
    assert kinds(running.noticed(course, at=at(16, 1))[1]) == ["breach"]


def test_a_case_opened_again_goes_on_where_it_was() -> None:
    course, _ = running.started(AIM, at=at(13, 30), calendar=OFFICE, used=3 * HOUR)

    assert course.due_at == at(14, 30)


def test_an_answer_taken_back_leaves_the_clock_as_if_it_had_never_been() -> None:
    answered, _ = running.fulfilled(begun(), at=at(12), calendar=OFFICE)

    course, steps = running.revived(answered, at=at(13, 45), calendar=OFFICE)

    assert kinds(steps) == ["revive"]
    assert course.due_at == at(14)
    assert running.fulfilled(course, at=at(14), calendar=OFFICE)[0].used == 4 * HOUR
    assert running.revived(course, at=at(14), calendar=OFFICE) == (course, [])


def test_what_has_ended_ends_once() -> None:
    ended, _ = running.stopped(begun(), at=at(10), calendar=OFFICE)

    assert running.fulfilled(ended, at=at(11), calendar=OFFICE) == (ended, [])
    assert running.resumed(ended, at=at(11), calendar=OFFICE) == (ended, [])
    assert not ended.is_met


MINUTES = st.integers(0, 700)


class Fingers(RuleBasedStateMachine):
    """Each minute is counted; all acts happen on the minute, some weeks in a year with both changes of the clocks."""

    @initialize(
        start=st.integers(0, 40 * 1440),
        length=st.integers(1, 900),
        warning=st.integers(0, 900),
        office=st.booleans(),
    )
    def begin(self, start: int, length: int, warning: int, office: bool) -> None:  # noqa: FBT001 - drawn
        self.calendar = OFFICE if office else ROUND_THE_CLOCK
        self.now = datetime(2026, 3, 1, tzinfo=UTC) + start * MINUTE
        self.target, self.warning = length, warning if warning < length else 0
        aim = Aim(self.target * MINUTE, self.warning * MINUTE)
        self.course, steps = running.started(aim, at=self.now, calendar=self.calendar)
        self.told = kinds(steps)
        self.is_running, self.has_ended = True, False
        self.used = 0
        self.due: datetime | None = None
        self.warn: datetime | None = self.now if self.target == self.warning else None
        self.breached: datetime | None = None

    def _pass(self, minutes: int) -> None:
        for _ in range(minutes):
            self.now += MINUTE
            if not self.is_running:
                continue
            self.used += self.calendar.is_open(self.now - MINUTE)
            if self.due is None and self.used >= self.target:
                self.due = self.now
            if self.warn is None and self.warning and self.used >= self.target - self.warning:
                self.warn = self.now
            if self.breached is None and self.due is not None and self.due < self.now:
                self.breached = self.due

    def _take(self, after: tuple[Course, list[Step]]) -> None:
        self.course, steps = after
        self.told += kinds(steps)

    @precondition(lambda self: not self.has_ended)
    @rule(minutes=MINUTES)
    def pause(self, minutes: int) -> None:
        self._pass(minutes)
        self._take(running.paused(self.course, at=self.now, calendar=self.calendar))
        self.is_running = False

    @precondition(lambda self: not self.has_ended)
    @rule(minutes=MINUTES)
    def resume(self, minutes: int) -> None:
        self._pass(minutes)
        if not self.is_running:
            self.due = self.now if self.used >= self.target else None
            if self.course.warned_at is None and self.warning and self.used >= self.target - self.warning:
                self.warn = self.now
            self.is_running = True
        self._take(running.resumed(self.course, at=self.now, calendar=self.calendar))

    @precondition(lambda self: not self.has_ended)
    @rule(minutes=MINUTES)
    def look(self, minutes: int) -> None:
        self._pass(minutes)
        self._take(running.noticed(self.course, at=self.now))
        if self.is_running:
            assert (self.course.breached_at is not None) == (self.breached is not None)
            has_warned = self.warn is not None and self.warn < self.now
            assert self.course.warned_at is None or has_warned
            assert self.course.warned_at is not None or self.breached is not None or not has_warned

    @precondition(lambda self: not self.has_ended)
    @rule(minutes=MINUTES)
    def fulfil(self, minutes: int) -> None:
        self._pass(minutes)
        self._take(running.fulfilled(self.course, at=self.now, calendar=self.calendar))
        self.is_running, self.has_ended = False, True
        assert self.course.is_met == (self.breached is None)

    @precondition(lambda self: self.has_ended)
    @rule(minutes=MINUTES)
    def come_too_late(self, minutes: int) -> None:
        self._pass(minutes)
        for act in (running.paused, running.resumed, running.fulfilled, running.stopped):
            assert act(self.course, at=self.now, calendar=self.calendar) == (self.course, [])
        assert running.noticed(self.course, at=self.now) == (self.course, [])

    @precondition(lambda self: not self.is_running)
    @invariant()
    def what_was_used_and_missed_is_as_counted(self) -> None:
        assert self.course.used == self.used * MINUTE
        assert self.course.breached_at == self.breached

    @precondition(lambda self: self.is_running and self.breached is None)
    @invariant()
    def it_is_due_when_what_is_left_is_used(self) -> None:
        assert self.course.due_at is not None
        assert self.course.due_at >= self.now
        left = self.calendar.elapsed(self.now, self.course.due_at)
        assert left == max(self.target - self.used, 0) * MINUTE

    @invariant()
    def nothing_happens_twice(self) -> None:
        for kind in ("start", "warn", "breach", "fulfil"):
            assert self.told.count(kind) <= 1


TestAgainstOneWhoCountsOnFingers = Fingers.TestCase
TestAgainstOneWhoCountsOnFingers.settings = settings(max_examples=150, stateful_step_count=15, deadline=None)
