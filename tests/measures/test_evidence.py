"""Values and their ranges, against published tables and by simulation; nothing is made up of nothing."""

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pytest
from msgspec.structs import replace as changed

from rapport.analytics.measures import evidence, periods, results
from rapport.analytics.measures.results import Part, Result

AT = datetime(2026, 4, 20, 12, tzinfo=UTC)
LONDON = ZoneInfo("Europe/London")


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0000, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_the_range_of_a_share_is_that_of_newcombe_1998_table_1_method_3(
    hits: int, n: int, low: float, high: float
) -> None:
    found = evidence.share(pa.table({"hits": [hits], "n": [n]}))

    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


@pytest.mark.parametrize("shape", [evidence.mean, evidence.median])
def test_of_nobody_no_average_is_made(shape: evidence.Shape) -> None:
    nothing = pa.table({"size": pa.array([], pa.int64()), "n": pa.array([], pa.int64())})

    found = shape(nothing)

    assert (found.value, found.low, found.missing, found.n) == (None, None, "none", 0)


def test_of_nobody_no_share_and_no_money_is_made() -> None:
    assert evidence.share(pa.table({"hits": pa.array([None], pa.int64()), "n": [0]})).missing == "none"
    empty = {"total": pa.array([None], pa.int64()), "squares": pa.array([None], pa.float64())}
    assert evidence.money(pa.table({"n": [0], **empty})).missing == "none"


def test_the_average_of_grouped_sizes_is_that_of_the_single_ones() -> None:
    luck = np.random.default_rng(3)
    single = luck.poisson(4, 500) + 1
    sizes, counts = np.unique(single, return_counts=True)

    found = evidence.mean(pa.table({"size": sizes, "n": counts}))

    assert found.value == pytest.approx(single.mean())
    assert found.error == pytest.approx(single.std(ddof=1) / 500**0.5)
    assert sum(part.n for part in found.parts) == 500
    squares = float((single.astype(float) ** 2).sum())
    spent = evidence.money(pa.table({"n": [500], "total": [int(single.sum())], "squares": [squares]}))
    assert (spent.value, spent.error) == (pytest.approx(found.value), pytest.approx(found.error))


def test_the_middle_of_grouped_sizes_is_that_of_the_single_ones_and_its_range_holds_in_95_of_100() -> None:
    luck, held = np.random.default_rng(4), 0
    for _ in range(400):
        single = luck.geometric(0.02, 201)
        sizes, counts = np.unique(single, return_counts=True)
        found = evidence.median(pa.table({"size": sizes, "n": counts}))
        assert found.value == np.median(single)
        held += found.low <= 35 <= found.high
    assert 0.92 <= held / 400 <= 0.995


def test_days_are_shown_in_spans_people_speak_of() -> None:
    found = evidence.median(pa.table({"size": [0, 6, 7, 800], "n": [5, 5, 5, 5]}))

    assert found.parts[:3] == (Part("0-0", 5, 5), Part("1-6", 5, 5), Part("7-27", 5, 5))
    assert found.parts[-1] == Part("730-", 5, 5)


def a_result(value: float | None, error: float | None) -> Result:
    return Result(
        measure="active_customers", unit="customers", period="30d", start=AT, end=AT, as_of=AT, engine="duckdb",
        how="counted", n=int(value or 0), value=value, error=error,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("now", "before", "is_clear"), [(110, 100, False), (150, 100, True), (100, 100, False)]
)
def test_a_change_that_chance_makes_is_told_from_one_it_seldom_makes(
    now: int,
    before: int,
    is_clear: bool,  # noqa: FBT001
) -> None:
    found = results.change(a_result(now, now**0.5), a_result(before, before**0.5))

    assert found is not None
    assert (found.difference, found.is_clear) == (now - before, is_clear)


def test_nothing_is_compared_with_nothing() -> None:
    assert results.change(a_result(5, 1.0), changed(a_result(None, None), missing="few")) is None


def test_days_are_days_of_the_time_zone_also_when_clocks_change() -> None:
    march = periods.named("2026-03", zone=LONDON, known_until=AT)

    assert (march.first.isoformat(), march.last.isoformat()) == ("2026-03-01T00:00:00", "2026-03-31T23:00:00")


def test_recent_days_end_with_yesterday_and_are_compared_with_as_many_before() -> None:
    now = periods.named("30d", zone=LONDON, known_until=AT)
    before = periods.named("before:30d", zone=LONDON, known_until=AT)

    assert now.end.astimezone(LONDON).date() == date(2026, 4, 20)
    assert before.end == now.start
    assert periods.before("2026-01") == "2025-12"


@pytest.mark.parametrize("name", ["", "yesterday", "2026-13", "d", "99999999d", "2026-03-01"])
def test_a_period_of_no_such_name_is_refused(name: str) -> None:
    with pytest.raises(periods.BadPeriod):
        periods.named(name, zone=LONDON, known_until=AT)


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    march = periods.named("2026-03", zone=LONDON, known_until=AT)
    with pytest.raises(periods.BadPeriod):
        replace(march, end=march.start)
