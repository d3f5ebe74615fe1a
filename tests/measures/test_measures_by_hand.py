"""Every measure is what one would count by hand, on DuckDB and on Spark alike, and says what it rests on."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from tests.measures import lakes

from rapport.analytics.engines import laying, opening
from rapport.analytics.engines.sessions import Session
from rapport.analytics.measures import catalogue, computing, examples, periods
from rapport.analytics.measures.periods import Period
from rapport.analytics.measures.registry import Measure

AT = datetime(2026, 4, 20, tzinfo=UTC)
MEASURES = catalogue.measures()
NAMES = [measure.name for measure in MEASURES]
LONDON = ZoneInfo("Europe/London")


def rows(session: Session, measure: Measure, period: Period) -> list[tuple[Any, ...]]:
    found = session.run(measure.build(session.tables, period)).to_pylist()
    return sorted(tuple(row.values()) for row in found)


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    folder = tmp_path_factory.mktemp("example")
    laying.lay(folder, examples.tables(), at=AT)
    with opening.open_engine("duckdb://", folder) as session:
        yield session


@pytest.mark.parametrize("measure", MEASURES, ids=NAMES)
def test_the_example_of_each_measure_comes_out_as_it_says(example: Session, measure: Measure) -> None:
    period = periods.named(examples.PERIOD, zone=ZoneInfo("UTC"), known_until=AT)

    assert tuple(rows(example, measure, period)) == measure.about.example.rows


PERIODS = ("2026-03", "2026-01", "90d", "before:30d")


@pytest.mark.parametrize(("seed", "count"), [(1, 1500), (2, 300), (3, 12), (4, 0)])
def test_awkward_rows_are_counted_as_by_hand(tmp_path: Path, seed: int, count: int) -> None:
    tables = lakes.awkward(seed, count)
    laying.lay(tmp_path, tables, at=AT)
    with opening.open_engine("duckdb://", tmp_path) as session:
        for name in PERIODS:
            period = periods.named(name, zone=LONDON, known_until=AT)
            hand = lakes.ByHand(tables, period)
            for measure in MEASURES:
                assert rows(session, measure, period) == getattr(hand, measure.name)(), (measure.name, name)


def test_a_period_with_one_channel_or_department_counts_those_alone(tmp_path: Path) -> None:
    tables = lakes.awkward(5, 800)
    laying.lay(tmp_path, tables, at=AT)
    period = periods.named("2026-02", zone=LONDON, known_until=AT)
    only = [row for row in tables["interactions"].to_pylist() if row["channel"] == "voice"]
    place = [row for row in tables["interactions"].to_pylist() if row["touchpoint_id"] == 3]
    with opening.open_engine("duckdb://", tmp_path) as session:
        for told, kept in (({"channel": "voice"}, only), ({"department": "O'Hara; DROP"}, place)):
            shape = tables["interactions"].schema
            hand = lakes.ByHand(
                tables | {"interactions": shape.empty_table().from_pylist(kept, shape)}, period
            )
            found = {one.measure: one for one in computing.compute(session, MEASURES, period, **told)}
            assert found["interactions_by_kind"].n == len(hand.inside) > 0
            assert found["active_customers"].value == hand.active_customers()[0][0]
            assert found["active_customers"].nobody == sum(hand.who(row) is None for row in hand.inside)


@pytest.fixture(scope="module")
def spark_is_here() -> None:
    pytest.importorskip("pyspark", reason="the extra `spark` is not installed")
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java, and there is none here")


@pytest.mark.any_database
@pytest.mark.timeout(600)
@pytest.mark.filterwarnings("ignore")
@pytest.mark.usefixtures("spark_is_here")
def test_spark_gives_the_same_numbers_as_duckdb(tmp_path: Path, company_lake: Path) -> None:
    random = tmp_path / "random"
    laying.lay(random, lakes.awkward(7, 900), at=AT)
    empty = tmp_path / "empty"
    laying.lay(empty, {}, at=AT)
    for folder, known_until, name in (
        (random, AT, "2026-03"),
        (empty, AT, "2026-03"),
        (company_lake, datetime(2026, 3, 2, 12, tzinfo=UTC), "90d"),
    ):
        period = periods.named(name, zone=LONDON, known_until=known_until)
        with opening.open_engine("duckdb://", folder) as session:
            duck = list(computing.compute(session, MEASURES, period))
        with opening.open_engine("spark://local[2]", folder) as session:
            spark = list(computing.compute(session, MEASURES, period))
        for ours, theirs in zip(duck, spark, strict=True):
            assert (theirs.value, theirs.n, theirs.parts, theirs.nobody, theirs.missing) == (
                ours.value, ours.n, ours.parts, ours.nobody, ours.missing,
            ), ours.measure  # fmt: skip
            assert (theirs.low or 0) == pytest.approx(ours.low or 0, rel=1e-9)
            assert (theirs.high or 0) == pytest.approx(ours.high or 0, rel=1e-9)
        if folder == company_lake:
            assert all(one.value is not None for one in duck)


def test_too_few_customers_have_no_average_and_it_says_why(example: Session) -> None:
    period = periods.named(examples.PERIOD, zone=ZoneInfo("UTC"), known_until=AT)
    found = {one.measure: one for one in computing.compute(example, MEASURES, period)}

    assert (found["frequency"].value, found["frequency"].missing, found["frequency"].n) == (None, "few", 3)
    assert found["active_customers"].value == 4
    assert found["interactions_by_channel"].nobody == 1


def test_every_number_comes_with_what_it_rests_on(tmp_path: Path) -> None:
    laying.lay(tmp_path, lakes.awkward(1, 1500), at=AT)
    period = periods.named("2026-02", zone=LONDON, known_until=AT)
    with opening.open_engine("duckdb://", tmp_path) as session:
        for found in computing.compute(session, MEASURES, period):
            assert found.as_of == AT
            assert found.value is not None, found.measure
            assert found.n > 0 or found.value == 0
            assert found.how
            assert found.grade in {"strong", "fair", "weak"}
            is_count = found.low is None
            assert is_count or found.low <= found.value <= found.high, found.measure
