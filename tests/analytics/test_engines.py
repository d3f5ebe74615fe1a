"""Engines read the lake and nothing else; an address that is none is refused with those that are."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
from tests.measures import lakes

from rapport.analytics.engines import duck, laying, manifest, opening, sessions
from rapport.analytics.engines.duck import Duck

AT = datetime(2026, 4, 20, tzinfo=UTC)


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    folder = tmp_path / "it's a lake"
    folder.mkdir()
    laying.lay(folder, lakes.awkward(1, 200), at=AT)
    return folder


@pytest.fixture
def locked(lake: Path) -> Iterator[Duck]:
    with Duck(lake) as session:
        yield session


WAYS_OUT = (
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM read_blob('/etc/passwd')",
    "SELECT * FROM read_parquet('/etc/passwd')",
    "SELECT * FROM sniff_csv('/etc/passwd')",
    "SELECT * FROM '/etc/passwd'",
    "SELECT * FROM glob('/etc/*')",
    "SELECT * FROM read_csv('https://example.org/x.csv')",
    "SELECT getenv('HOME')",
    "SELECT * FROM duckdb_secrets()",
    "ATTACH '/tmp/other.db'",
    "ATTACH ':memory:' AS other",
    "COPY (SELECT 1) TO '/tmp/out.csv'",
    "COPY interactions TO 'out.parquet'",
    "EXPORT DATABASE '/tmp/out'",
    "IMPORT DATABASE '/tmp/out'",
    "INSTALL httpfs",
    "LOAD httpfs",
    "SET memory_limit = '64GB'",
    "SET enable_external_access = true",
    "RESET lock_configuration",
    "PRAGMA enable_profiling",
    "CREATE TABLE kept AS SELECT 1",
    "CREATE MACRO f() AS 1",
    "DROP VIEW interactions",
    "CALL pragma_version()",
    "EXPLAIN ANALYZE SELECT 1",
    "SELECT 1; SELECT 2",
    "SELECT * FROM query('COPY (SELECT 1) TO ''/tmp/out.csv''')",
)


@pytest.mark.parametrize("statement", WAYS_OUT)
def test_no_statement_leads_out_of_the_lake(locked: Duck, statement: str) -> None:
    with pytest.raises((duckdb.Error, duck.NotARead)):
        locked.ask(statement)


def test_what_lies_beside_the_lake_is_out_of_reach_by_any_spelling(locked: Duck, lake: Path) -> None:
    beside = lake.parent / "secret.csv"
    beside.write_text("a\n1\n")
    (lake / "unlisted.csv").write_text("a\n1\n")
    for path in (beside, lake / ".." / "secret.csv", lake / "unlisted.csv", lake / manifest.NAME):
        with pytest.raises(duckdb.Error, match="disabled by configuration"):
            locked._connection.execute("SELECT * FROM read_text(?)", [str(path)])


def test_even_the_bare_connection_can_write_no_file(locked: Duck, lake: Path) -> None:
    for target in ("/tmp/out.csv", str(lake / "out.csv"), "out.csv"):
        quoted = target.replace("'", "''")
        with pytest.raises(duckdb.Error, match="disabled by configuration"):
            locked._connection.execute(f"COPY (SELECT 1) TO '{quoted}'")
        assert not Path(target).exists()


def test_variables_of_the_program_are_no_tables(locked: Duck) -> None:
    secret = lakes.awkward(1, 5)["interactions"]
    with pytest.raises(duckdb.Error):
        locked.ask("SELECT * FROM secret")
    assert secret.num_rows == 5


def test_text_is_not_answered(locked: Duck) -> None:
    with pytest.raises(sessions.NotAnExpression):
        locked.run("SELECT 1")  # type: ignore[arg-type]


def test_memory_and_threads_are_bounded(lake: Path) -> None:
    with opening.open_engine("duckdb://?memory=64MB&threads=1", lake) as session:
        assert isinstance(session, Duck)
        told = session.ask("SELECT current_setting('memory_limit') AS m, current_setting('threads') AS t")
    assert told.to_pylist() == [{"m": "61.0 MiB", "t": 1}]


@pytest.mark.parametrize(
    "url",
    [
        "",
        "duckdb",
        "duckdb:///etc/passwd",
        "sqlite://",
        "spark://",
        "spark://local[x]",
        "spark://local[2]?spark.jars=/tmp/x.jar",
        "spark://host:7077 --conf a=b",
        "spark+file:///tmp",
    ],
)
def test_an_address_of_no_engine_is_refused_by_name(lake: Path, url: str) -> None:
    with pytest.raises(opening.UnknownEngine, match=r"Try duckdb:// or spark://local\[2\]"):
        opening.open_engine(url, lake)


@pytest.mark.parametrize("options", ["memory=lots", "memory=2GB&threads=-1", "allow=all"])
def test_an_option_that_cannot_be_is_refused(lake: Path, options: str) -> None:
    with pytest.raises(duck.BadEngineOption, match="memory=2GB&threads=2"):
        opening.open_engine(f"duckdb://?{options}", lake)


def test_without_a_lake_one_is_told_how_to_make_it(tmp_path: Path) -> None:
    with pytest.raises(manifest.NoLakeYet, match="rapport lake refresh"):
        opening.open_engine("duckdb://", tmp_path)


def test_a_file_cut_short_is_never_counted(lake: Path) -> None:
    file = lake / "interactions" / "all.parquet"
    os.truncate(file, file.stat().st_size - 10)

    with pytest.raises(manifest.LakeDamaged, match=r"interactions/all\.parquet.*rapport lake rebuild"):
        opening.open_engine("duckdb://", lake)


def test_a_lake_that_moves_under_a_question_says_so(lake: Path) -> None:
    with opening.open_engine("duckdb://", lake) as session:
        (lake / "interactions" / "all.parquet").unlink()
        with pytest.raises(sessions.LakeMoved, match="Ask again"):
            session.run(session.tables.interactions.count().as_table())
