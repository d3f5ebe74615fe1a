"""DuckDB in this process, locked down: it reads the files of the lake and nothing else, and changes nothing.

DuckDB has no rights of its own between one query and another, so the connection has none to give away: the file
system is closed save for the listed files, extensions are neither fetched nor loaded, memory and threads are
bounded, and the configuration is locked. Only single SELECT statements that Ibis wrote reach it.
"""

import os
import re
import tempfile
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Self

import duckdb
import ibis.expr.types as ir
import pyarrow as pa

from rapport.analytics.engines import sessions
from rapport.analytics.engines.sessions import NAMES, Session
from rapport.kernel.refusals import Refusal

MEMORY, MOST_THREADS = "2GB", 4
_SIZE = re.compile(r"[1-9]\d{0,4}(MB|GB)")
_BEFORE_FILES = {
    "allow_community_extensions": False,
    "allow_unsigned_extensions": False,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "preserve_insertion_order": False,
    "python_enable_replacements": False,
}


class BadEngineOption(Refusal):
    """An option of an engine's address that cannot be."""


class NotARead(Refusal):
    """A statement that is not one plain SELECT."""


class Duck:
    """One locked connection over one state of the lake."""

    name = "duckdb"

    def __init__(self, folder: Path, *, memory: str = MEMORY, threads: int = 0) -> None:
        self.manifest = sessions.readable(folder)
        self._folder = folder
        self._spill = tempfile.TemporaryDirectory(prefix="rapport-duckdb-")
        config = {
            **_BEFORE_FILES,
            "memory_limit": memory,
            "threads": threads or min(MOST_THREADS, os.cpu_count() or 1),
            "temp_directory": self._spill.name,
        }
        self._connection = duckdb.connect(":memory:", config=config)
        for name in NAMES:
            files = _listed(sessions.paths(folder, self.manifest, name))
            self._connection.execute(
                f"CREATE VIEW {name} AS FROM read_parquet({files}, hive_partitioning=false)"
            )
        self._lock()
        self.tables = sessions.described()

    def _lock(self) -> None:
        allowed = _listed(str(self._folder / path) for path in sorted(self.manifest.paths))
        self._connection.execute(f"SET allowed_paths = {allowed}")
        for setting in (
            "enable_progress_bar = false",
            "enable_external_access = false",
            "lock_configuration = true",
        ):
            self._connection.execute(f"SET {setting}")

    def run(self, expression: ir.Table) -> pa.Table:
        """The rows of an expression, in the types that the expression declares."""
        return sessions.shaped(self.ask(sessions.written(expression, "duckdb")), expression)

    def ask(self, statement: str) -> pa.Table:
        """What one SELECT answers; anything else is refused before it runs."""
        parsed = self._connection.extract_statements(statement)
        if [one.type for one in parsed] != [duckdb.StatementType.SELECT]:
            raise NotARead("Only one plain SELECT at a time is answered.", value=statement[:200])
        try:
            return self._connection.sql(parsed[0]).to_arrow_table()
        except duckdb.Error as error:
            if sessions.is_gone(self._folder, self.manifest):
                raise sessions.LakeMoved("The lake was refreshed meanwhile. Ask again.") from error
            raise

    def close(self) -> None:
        self._connection.close()
        self._spill.cleanup()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _listed(paths: Iterable[str]) -> str:
    """Paths of our own as a list in SQL."""
    return "[" + ", ".join("'" + path.replace("'", "''") + "'" for path in paths) + "]"


def opened(folder: Path, options: dict[str, str]) -> Session:
    """A locked DuckDB; `memory` (such as 512MB) and `threads` may be told."""
    memory, threads = options.pop("memory", MEMORY), options.pop("threads", "0")
    if options or not _SIZE.fullmatch(memory) or not re.fullmatch(r"\d{1,3}", threads):
        raise BadEngineOption(
            "DuckDB takes memory (such as 2GB) and threads (a number): duckdb://?memory=2GB&threads=2",
            field="engine",
        )
    return Duck(folder, memory=memory, threads=int(threads))
