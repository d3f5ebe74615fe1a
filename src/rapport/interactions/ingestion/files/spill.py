"""The tables of an import laid out in a SQLite file beside the record: sorted, joined, and read again after a kill.

Lines of one order may stand anywhere in a file, and a file may be larger than memory: SQLite sorts both on disk.
"""

import csv
import io
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple, Self

from rapport.interactions.ingestion.files.tables import BadLine, Line, Table, UnreadableFile
from rapport.kernel import comma_separated

_PART = 10**12
"""A line's place is its file's number times this, plus its number in the file."""
_AT_ONCE = 5_000
_SETTINGS = (
    "PRAGMA journal_mode=OFF",
    "PRAGMA synchronous=OFF",
    "PRAGMA cache_size=-32768",
    "PRAGMA temp_store=FILE",
    "PRAGMA locking_mode=NORMAL",
)
_SCHEMA = """
CREATE TABLE IF NOT EXISTS parts (part INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE IF NOT EXISTS names (file TEXT, place INTEGER, name TEXT, PRIMARY KEY (file, place));
CREATE TABLE IF NOT EXISTS rejects (place INTEGER PRIMARY KEY, reason TEXT, raw TEXT);
CREATE TABLE IF NOT EXISTS customers (kind TEXT, value TEXT, PRIMARY KEY (kind, value)) WITHOUT ROWID;
"""


class Reject(NamedTuple):
    """A line that was not taken: its file, its number there, why, and the line."""

    file: str
    line: int
    reason: str
    raw: str


class Spill:
    """One import's tables on disk. Every write may be repeated after a kill without a difference."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path)
        for setting in _SETTINGS:
            self._db.execute(setting)
        self._db.executescript(_SCHEMA)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    def load(self, file: str, table: Table, tick: Callable[[int], None]) -> int:
        """Store a table's lines under the name of its file in the mapping; how many lines there were."""
        part = self._db.execute("SELECT count(*) FROM parts").fetchone()[0]
        self._db.execute("INSERT INTO parts VALUES (?, ?)", (part, table.name))
        order = self._arranged(file, table)
        marks = ",".join("?" * (len(table.columns) + 1))
        insert = f"INSERT INTO {quoted(file)} VALUES ({marks})"  # noqa: S608 - quoted name, bound values
        count, base = 0, part * _PART
        while lines := list(islice(table.lines, _AT_ONCE)):
            count += len(lines)
            good = (line for line in lines if isinstance(line, Line))
            self._db.executemany(insert, (_stored(base, line, order) for line in good))
            bad = (line for line in lines if isinstance(line, BadLine))
            self._db.executemany(
                "INSERT OR IGNORE INTO rejects VALUES (?, ?, ?)",
                ((base + line.number, line.reason, line.raw) for line in bad),
            )
            tick(count)
        self._db.commit()
        return count

    def _arranged(self, file: str, table: Table) -> Sequence[int] | None:
        """Make the file's table, or find how a later file of the same sort orders its columns (None: alike)."""
        known = self.columns(file)
        if not known:
            names = [(file, place, name) for place, name in enumerate(table.columns)]
            self._db.executemany("INSERT INTO names VALUES (?, ?, ?)", names)
            columns = ", ".join(f"c{place} TEXT" for place in range(len(names)))
            self._db.execute(f"CREATE TABLE {quoted(file)} (place INTEGER PRIMARY KEY, {columns})")
            return None
        if known == table.columns:
            return None
        if sorted(known) != sorted(table.columns):
            raise UnreadableFile(
                f"{table.name} has other columns than the file before it.",
                field="columns",
                value=table.columns,
            )
        return [table.columns.index(name) for name in known]

    def columns(self, file: str) -> list[str]:
        """The names of a loaded file's columns; empty if there is no such file."""
        rows = self._db.execute("SELECT name FROM names WHERE file = ? ORDER BY place", (file,))
        return [row[0] for row in rows]

    def execute(self, statement: str) -> sqlite3.Cursor:
        """Run a statement that `joining` has built."""
        return self._db.execute(statement)

    def reject(self, file: str, found: Iterable[tuple[int, str]]) -> None:
        """Set lines of a file aside, each (place, reason); the first reason stays."""
        one = f"SELECT * FROM {quoted(file)} WHERE place = ?"  # noqa: S608 - quoted name
        for place, reason in found:
            values = (self._db.execute(one, (place,)).fetchone() or (None,))[1:]
            self._db.execute(
                "INSERT OR IGNORE INTO rejects VALUES (?, ?, ?)", (place, reason, as_line(values))
            )

    def drop(self, file: str, places: Iterable[int]) -> None:
        """Leave these lines of a file out of everything that follows."""
        one = f"DELETE FROM {quoted(file)} WHERE place = ?"  # noqa: S608 - quoted name
        self._db.executemany(one, ((place,) for place in places))

    def add_customers(self, customers: Iterable[tuple[str, str]]) -> None:
        self._db.executemany("INSERT OR IGNORE INTO customers VALUES (?, ?)", customers)

    def keep(self) -> None:
        """Make what was written last, before the record says that it was done."""
        self._db.commit()

    def count_customers(self) -> int:
        return int(self._db.execute("SELECT count(*) FROM customers").fetchone()[0])

    def count_rejects(self) -> int:
        return int(self._db.execute("SELECT count(*) FROM rejects").fetchone()[0])

    def rejects(self) -> Iterator[Reject]:
        """All lines not taken, file by file in the order of their lines."""
        parts = dict(self._db.execute("SELECT part, name FROM parts"))
        for place, reason, raw in self._db.execute("SELECT place, reason, raw FROM rejects ORDER BY place"):
            yield Reject(parts[place // _PART], place % _PART, reason, raw)


def quoted(name: str) -> str:
    """A file's name in the mapping as the name of its table."""
    return '"t_' + name.replace('"', '""') + '"'


def as_line(values: Sequence[str | None]) -> str:
    """Values as one line of a CSV file."""
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(["" if value is None else value for value in values])
    return line.getvalue()


def _stored(base: int, line: Line, order: Sequence[int] | None) -> list[int | str]:
    values = line.values if order is None else [line.values[place] for place in order]
    bare = map(str.strip, values)
    if "'" in "".join(values):
        bare = map(comma_separated.unguarded, bare)
    return [base + line.number, *bare]
