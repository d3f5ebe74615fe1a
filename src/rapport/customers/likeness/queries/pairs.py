"""Pairs of customers who may be one, found by Splink on DuckDB in this process, in bounded memory."""

import logging
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from rapport.customers.likeness import rules
from rapport.customers.likeness.queries.records import records

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection
    from pyarrow.lib import Table

MEMORY = "1GB"
THREADS = 2


class Pair(msgspec.Struct, frozen=True):
    """Two customers (the smaller number first), how likely they are one (0 to 1), and what speaks for it."""

    first: int
    second: int
    likeness: float
    reasons: list[str]


def alike(progress: Callable[[int], None] = lambda _: None) -> tuple[int, list[Pair]]:
    """How many customers were compared, and the likeliest pairs, best first.

    `progress` is told how many customers have been read. DuckDB spills to a folder that is gone afterwards,
    and may fetch nothing from anywhere.
    """
    import duckdb

    with (
        tempfile.TemporaryDirectory(prefix="rapport-likeness-") as folder,
        duckdb.connect(str(Path(folder) / "compare.duckdb")) as database,
    ):
        database.execute(f"SET memory_limit = '{MEMORY}'; SET threads = {THREADS}")
        database.execute("SET autoinstall_known_extensions = false; SET autoload_known_extensions = false")
        count = _load(database, progress)
        return count, list(_pairs(database, count)) if count > 1 else []


def _load(database: "DuckDBPyConnection", progress: Callable[[int], None]) -> int:
    columns = ", ".join(f"{name} VARCHAR" for name in rules.COLUMNS[1:])
    database.execute(f"CREATE TABLE told (unique_id BIGINT, {columns})")
    count = 0
    for stretch in records():
        database.register("stretch", _table(stretch))
        database.execute("INSERT INTO told SELECT * FROM stretch")
        database.unregister("stretch")
        count += len(stretch)
        progress(count)
    _add_blocks(database)
    return count


def _table(stretch: Sequence[tuple[Any, ...]]) -> "Table":
    from pyarrow import lib

    types = [lib.int64(), *[lib.string()] * (len(rules.COLUMNS) - 1)]
    arrays = [lib.array(column, kind) for column, kind in zip(zip(*stretch, strict=True), types, strict=True)]
    return lib.Table.from_arrays(arrays, names=list(rules.COLUMNS))


def _add_blocks(database: "DuckDBPyConnection") -> None:
    """The values by which customers are paired; one that nobody else has, or too many share, pairs nobody."""
    for name, value in rules.BLOCKS.items():
        shared = f"SELECT {value} FROM told GROUP BY {value} HAVING count(*) BETWEEN 2 AND {rules.COMMON}"  # noqa: S608
        database.execute(f"ALTER TABLE told ADD COLUMN {name} VARCHAR")
        database.execute(f"UPDATE told SET {name} = {value} WHERE {value} IN ({shared})")  # noqa: S608


def _pairs(database: "DuckDBPyConnection", count: int) -> Iterator[Pair]:
    logging.getLogger("splink").setLevel(logging.ERROR)
    from splink import Linker
    from splink.backends.duckdb import DuckDBAPI

    engine = DuckDBAPI(connection=database)
    linker = Linker(engine.register("told"), rules.settings(count), log_level=logging.ERROR)
    for name in rules.RARITIES:
        share = f"count(*) / ({count} + {rules.OTHERS}) AS tf_{name}"
        rarity = database.sql(f"SELECT {name}, {share} FROM told GROUP BY {name}")  # noqa: S608 - our own names
        linker.table_management.register_term_frequency_lookup(engine.register(rarity), name)
    found = linker.inference.predict(threshold_match_probability=rules.PROPOSE_FROM)
    gammas = ", ".join(f"gamma_{name}" for name in rules.FIELDS)
    best = database.execute(
        f"""SELECT unique_id_l, unique_id_r, match_probability, {gammas} FROM {found.physical_name}
        WHERE {rules.WORTH_A_LOOK}
        ORDER BY match_probability DESC, unique_id_l, unique_id_r LIMIT {rules.MOST_PROPOSALS}"""  # noqa: S608
    )
    for left, right, likeness, *levels in best.fetchall():
        reasons = rules.reasons(dict(zip(rules.FIELDS, levels, strict=True)))
        yield Pair(min(left, right), max(left, right), min(max(likeness, 0.0), 1.0), reasons)
