"""Working time: lunch, holidays, zones, both changes of the clocks, and the laws that hold for all of it."""

import doctest
from datetime import UTC, date, datetime, timedelta
from time import perf_counter
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rapport.service.clocks.rules import calendars, choosing, hours, lengths
from rapport.service.clocks.rules.calendars import ROUND_THE_CLOCK, Calendar
from rapport.service.clocks.rules.hours import BadHours, Holiday, Hours, Period, checked, periods_of
from rapport.service.promises import rules as promises

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
NINE_TO_FIVE = periods_of("9:00-17:00")
WITH_LUNCH = periods_of("9:00-12:30, 13:30-17:00")


def weekdays(zone: str, periods: tuple[Period, ...], *holidays: Holiday) -> Calendar:
    return Calendar(checked(Hours(zone, (periods,) * 5 + ((), ()), holidays)))


def moment(zone: str, *wall: int, fold: int = 0) -> datetime:
    return datetime(*wall, tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)  # type: ignore[misc, arg-type]


def test_a_lunch_break_is_no_working_time() -> None:
    office = weekdays("Europe/London", WITH_LUNCH)
    eleven = moment("Europe/London", 2026, 3, 2, 11, 0)

    assert office.due_after(eleven, 2 * HOUR) == moment("Europe/London", 2026, 3, 2, 14, 0)
    assert office.elapsed(eleven, moment("Europe/London", 2026, 3, 2, 13, 15)) == 1.5 * HOUR


def test_what_ends_with_the_day_is_due_that_evening_and_not_the_next_morning() -> None:
    office = weekdays("Europe/London", NINE_TO_FIVE)

    due_at = office.due_after(moment("Europe/London", 2026, 3, 6, 16, 0), HOUR)

    assert due_at == moment("Europe/London", 2026, 3, 6, 17, 0)


def test_a_weekend_and_a_holiday_are_passed_over() -> None:
    boxing = Holiday(date(2026, 12, 28), "Boxing Day (substitute)")
    office = weekdays("Europe/London", NINE_TO_FIVE, Holiday(date(2026, 12, 25), "Christmas Day"), boxing)
    before = moment("Europe/London", 2026, 12, 24, 16, 0)

    assert office.due_after(before, 2 * HOUR) == moment("Europe/London", 2026, 12, 29, 10, 0)


def test_a_holiday_may_have_hours_of_its_own() -> None:
    eve = Holiday(date(2026, 12, 24), "Christmas Eve", periods_of("9:00-12:00"))
    office = weekdays("Europe/London", NINE_TO_FIVE, eve)

    assert office.due_after(moment("Europe/London", 2026, 12, 24, 11, 0), 2 * HOUR) == moment(
        "Europe/London", 2026, 12, 25, 10, 0
    )


def test_the_same_hours_in_two_zones_end_at_two_moments() -> None:
    start = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
    leeds, tokyo = weekdays("Europe/London", NINE_TO_FIVE), weekdays("Asia/Tokyo", NINE_TO_FIVE)

    assert leeds.due_after(start, HOUR) == datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
    assert tokyo.due_after(start, HOUR) == datetime(2026, 3, 3, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "worked"), [((2026, 3, 29), 7 * HOUR), ((2026, 10, 25), 9 * HOUR), ((2026, 6, 1), 8 * HOUR)]
)
def test_a_night_shift_is_an_hour_shorter_or_longer_when_the_clocks_change(
    day: tuple[int, int, int], worked: timedelta
) -> None:
    night = Calendar(Hours("Europe/Berlin", (periods_of("0:00-8:00"),) * 7))

    assert night.elapsed(moment("Europe/Berlin", *day, 0), moment("Europe/Berlin", *day, 12)) == worked


def test_who_opens_at_a_time_that_is_left_out_opens_at_the_change() -> None:
    early = Calendar(Hours("Europe/Berlin", (periods_of("2:30-4:00"),) * 7))
    change = datetime(2026, 3, 29, 1, 0, tzinfo=UTC)

    assert early.next_open(moment("Europe/Berlin", 2026, 3, 28, 5, 0)) == change
    assert early.due_after(change, HOUR) == moment("Europe/Berlin", 2026, 3, 29, 4, 0)


def test_who_opens_at_a_time_that_comes_twice_opens_at_the_first() -> None:
    early = Calendar(Hours("Europe/Berlin", (periods_of("2:30-4:00"),) * 7))

    assert early.next_open(moment("Europe/Berlin", 2026, 10, 24, 5, 0)) == datetime(
        2026, 10, 25, 0, 30, tzinfo=UTC
    )


def test_a_period_up_to_midnight_joins_the_next_day() -> None:
    bar = Calendar(Hours("Europe/London", (periods_of("0:00-2:00, 20:00-24:00"),) * 7))
    ten = moment("Europe/London", 2026, 3, 2, 22, 0)

    assert bar.due_after(ten, 4 * HOUR) == moment("Europe/London", 2026, 3, 3, 2, 0)


@pytest.mark.parametrize("zone", ["Pacific/Apia", "Europe/Berlin", "Australia/Lord_Howe", "America/St_Johns"])
def test_round_the_clock_in_any_zone_is_time_as_it_passes(zone: str) -> None:
    always = Calendar(Hours(zone, (periods_of("0:00-2:30, 2:30-24:00"),) * 7))
    begin, end = datetime(2011, 1, 1, 5, tzinfo=UTC), datetime(2013, 6, 1, tzinfo=UTC)

    assert always.elapsed(begin, end) == end - begin == ROUND_THE_CLOCK.elapsed(begin, end)


MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2029, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - the zone is drawn beside
LENGTHS = st.timedeltas(timedelta(), timedelta(days=60))


@st.composite
def some_calendars(draw: st.DrawFn) -> Calendar:
    def periods(least: int = 0) -> tuple[Period, ...]:
        edges = draw(st.lists(st.integers(0, 1440), min_size=2 * least, max_size=6, unique=True))
        edges = sorted(edges)[: len(edges) // 2 * 2]
        return tuple(Period(*pair) for pair in zip(edges[::2], edges[1::2], strict=True))

    zone = draw(
        st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "UTC"])
    )
    days = draw(st.lists(st.dates(date(2024, 1, 1), date(2029, 12, 31)), max_size=5, unique=True))
    long = (Period(0, draw(st.integers(60, 1440))),)
    week = tuple(periods() for _ in range(6))
    return Calendar(checked(Hours(zone, (long, *week), tuple(Holiday(one, "", periods()) for one in days))))


@settings(deadline=None)
@given(some_calendars(), MOMENTS, LENGTHS)
def test_so_much_time_has_passed_when_it_is_due(
    calendar: Calendar, start: datetime, length: timedelta
) -> None:
    due_at = calendar.due_after(start, length)

    assert calendar.elapsed(start, due_at) == length
    if length:
        assert calendar.elapsed(start, due_at - timedelta(microseconds=1)) < length, "and not a moment before"


@settings(deadline=None)
@given(some_calendars(), MOMENTS, MOMENTS, MOMENTS)
def test_working_time_adds_up_and_never_runs_back(
    calendar: Calendar, one: datetime, two: datetime, three: datetime
) -> None:
    early, middle, late = sorted((one, two, three))

    whole = calendar.elapsed(early, late)

    assert whole == calendar.elapsed(early, middle) + calendar.elapsed(middle, late)
    assert timedelta() <= calendar.elapsed(early, middle) <= whole <= late - early


@settings(deadline=None)
@given(some_calendars(), MOMENTS, LENGTHS, LENGTHS)
def test_more_is_due_later_and_in_two_parts_at_the_same_moment(
    calendar: Calendar, start: datetime, length: timedelta, more: timedelta
) -> None:
    halfway, end = calendar.due_after(start, length), calendar.due_after(start, length + more)

    assert start <= halfway <= end
    assert calendar.due_after(halfway, more) == end


@settings(deadline=None)
@given(some_calendars(), MOMENTS, st.integers(0, 3 * 1440))
def test_it_counts_as_one_who_looks_at_the_wall_each_minute(
    calendar: Calendar, start: datetime, minutes: int
) -> None:
    start = start.replace(second=0, microsecond=0)
    zone, total = calendar._zone, 0
    moments = [start + number * MINUTE for number in range(minutes)]
    for at in moments:
        wall = at.astimezone(zone)
        is_twice = wall.replace(fold=0).utcoffset() != wall.replace(fold=1).utcoffset()
        if is_twice:
            return
        minute = wall.hour * 60 + wall.minute
        periods = calendar._holidays.get(wall.date(), calendar._week[wall.weekday()])
        total += any(one.begin_minute <= minute < one.end_minute for one in periods)

    assert calendar.elapsed(start, start + minutes * MINUTE) == total * MINUTE


def test_a_due_moment_is_found_in_no_time_once_its_years_are_laid_out() -> None:
    office = weekdays("Europe/London", WITH_LUNCH)
    start = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
    office.due_after(start, 3000 * HOUR)

    began = perf_counter()
    for _ in range(1000):
        office.due_after(start, 3000 * HOUR)

    assert perf_counter() - began < 0.2, "0.2 ms each at the very most; 0.01 ms are usual"


def test_hours_are_read_as_they_were_kept() -> None:
    written = Hours("Asia/Tokyo", (WITH_LUNCH,) * 7, hours.holidays_of("2026-12-24 9:00-12:00 Christmas Eve"))

    assert hours.read(hours.kept(written)) == written


def test_holidays_are_read_as_they_are_spelled() -> None:
    text = "2026-12-24 09:00-12:00 Christmas Eve\n2026-12-25 Christmas Day\n2026-12-26"

    assert hours.holidays_spelled(hours.holidays_of(text)) == text


@pytest.mark.parametrize(
    "text", ["9-17", "17:00-9:00", "9:00-12:00, 11:00-13:00", "9:61-10:00", "9:00-25:00", "9:00"]
)
def test_hours_that_mean_nothing_are_refused(text: str) -> None:
    with pytest.raises(BadHours):
        periods_of(text)


@pytest.mark.parametrize(
    "text", ["Christmas", "2026-13-01", "2026-12-25 Xmas\n2026-12-25 again", "25.12.2026"]
)
def test_holidays_that_mean_nothing_are_refused(text: str) -> None:
    with pytest.raises(BadHours):
        hours.holidays_of(text)


def test_hours_in_which_nobody_is_ever_there_are_refused() -> None:
    with pytest.raises(BadHours, match="hour a week"):
        checked(Hours("Europe/London", ((),) * 7))
    with pytest.raises(BadHours, match="not a time zone"):
        checked(Hours("Europe/Leeds", (NINE_TO_FIVE,) * 7))


@pytest.mark.parametrize("module", [hours, calendars, choosing, lengths, promises])
def test_what_the_documentation_shows_is_so(module: object) -> None:
    assert doctest.testmod(module).failed == 0  # type: ignore[arg-type]
