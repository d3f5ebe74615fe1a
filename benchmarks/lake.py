"""How many rows of the log a refresh of the lake takes up in a second, and in how much memory.

`python -m benchmarks.lake [--rows N]`: a log of made-up rows in SQLite, scattered over two years, then
`rapport lake refresh` in a process of its own, start-up left out. Beside it a ceiling: the same rows fetched by the
sqlite3 module (each a tuple), and the same table written by pyarrow in one piece.
"""

import argparse
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq

from benchmarks.measures import made_up
from benchmarks.report import Row, machine, markdown

ROWS = 2_000_000
_AT_ONCE = 250_000
_COLUMNS = (
    "id, source_id, message_id, identifier_id, kind, channel, direction, touchpoint_id, staff_id, subject, text, "
    "amount_minor, currency, properties, warning, occurred_at, received_at, imported_by_id"
)
_READ = (
    "id, source_id, identifier_id, kind, channel, direction, touchpoint_id, staff_id, amount_minor, currency, "
    "properties, occurred_at, received_at, imported_by_id"
)


def measure(rows: int = ROWS) -> list[Row]:
    """Rows per second of a first refresh, of a rebuild, the peak memory of each, and that of a quarter of the rows."""
    found: list[Row] = []
    few = {name: megabytes for name, _, megabytes, _ in _acts(rows // 4)}
    for name, speed, megabytes, ceiling in _acts(rows):
        of = f"{name} of {rows:,} interactions"
        found += [
            Row(of, speed, "rows/s", ceiling, "fetch and write, bare", ">= 500,000"),
            Row(
                f"{of}, peak memory",
                megabytes,
                "MB",
                few[name],
                f"{rows // 4:,} interactions",
                "does not grow",
            ),
        ]
    return found


def _acts(rows: int) -> Iterator[tuple[str, float, float, float]]:
    """Of each act on so many rows: its name, its rows per second, its peak memory, and the ceiling."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "RAPPORT_HOME": folder, "RAPPORT_DATABASE_URL": ""}
        subprocess.run([sys.executable, "-m", "rapport.cli.main", "init"], env=environment, check=True)
        fill(Path(folder) / "rapport.sqlite3", rows)
        ceiling = rows / bare(Path(folder))
        for name in ("refresh", "rebuild"):
            told = _run(name, environment)
            yield name, rows / told["seconds"], told["megabytes"], ceiling


def fill(path: Path, rows: int) -> None:
    """Rows of the log as they would lie there, without going through the API."""
    import numpy as np

    luck = np.random.default_rng(5)
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA synchronous=OFF")
        db.execute("PRAGMA foreign_keys=OFF")
        db.execute("INSERT INTO interactions_source VALUES (1, 'bench', '2026-01-01 00:00:00')")
        marks = ", ".join("?" * len(_COLUMNS.split(",")))
        for first in range(0, rows, _AT_ONCE):
            some = made_up(luck, first, min(_AT_ONCE, rows - first), 100_000).to_pylist()
            lines = [_line(row) for row in some]
            db.executemany(f"INSERT INTO interactions_interaction ({_COLUMNS}) VALUES ({marks})", lines)
            db.commit()
    db.close()


def _line(row: dict[str, object]) -> tuple[object, ...]:
    at = str(row["occurred_at"])
    return (
        row["id"], 1, f"m-{row['id']}", row["identifier_id"], row["kind"], row["channel"], row["direction"], None,
        None, "", "", row["amount_minor"], row["currency"], row["properties"], "", at, at, None,
    )  # fmt: skip


def bare(folder: Path) -> float:
    """Seconds to fetch every row, and to write them from memory as one file."""
    begun = time.perf_counter()
    db = sqlite3.connect(folder / "rapport.sqlite3")
    fetched = db.execute(f"SELECT {_READ} FROM interactions_interaction")
    count = 0
    while some := fetched.fetchmany(50_000):
        count += len(some)
    db.close()
    seconds = time.perf_counter() - begun
    import numpy as np

    table = made_up(np.random.default_rng(5), 0, count, 100_000)
    begun = time.perf_counter()
    pq.write_table(table, folder / "bare.parquet", compression="zstd")
    seconds += time.perf_counter() - begun
    (folder / "bare.parquet").unlink()
    return seconds


def _run(name: str, environment: dict[str, str]) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.lake", "--act", name]
    told: dict[str, float] = json.loads(subprocess.check_output(command, env=environment))
    return told


def act(name: str) -> dict[str, float]:
    """One refresh or rebuild in this process: its seconds, and the most memory the process ever held."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rapport.config.settings")
    import django

    django.setup()
    from datetime import UTC, datetime

    from rapport.interactions.lake import commands

    begun = time.perf_counter()
    {"refresh": commands.refresh, "rebuild": commands.rebuild}[name](at=datetime.now(UTC))
    return {"seconds": time.perf_counter() - begun, "megabytes": _peak()}


def _peak() -> float:
    """In megabytes. What `wait4` tells of a child also counts the memory of the process that began it."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rows", type=int, default=ROWS)
    asked.add_argument("--act")
    given = asked.parse_args()
    if given.act:
        print(json.dumps(act(given.act)))
    else:
        print(machine())
        print(markdown("Lake", measure(given.rows)))


if __name__ == "__main__":
    main()
