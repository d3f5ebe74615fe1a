"""How fast a file of invoice lines comes in, and in how much memory, at one and four times its size.

`python -m benchmarks.imports [--lines N]`: made-up invoices in the shape of Online Retail (about 20 lines each,
a few of them scattered), through `rapport import` as a person would run it, start-up included. Beside it a bare
ceiling: the csv module and executemany, each line a row, durable, nothing looked up, nothing grouped.
"""

import argparse
import csv
import gzip
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from benchmarks.report import Row, machine, markdown

LINES = 320_000
SIZES = (1, 4)
_AIM = ">= 30,000"
_AT_ONCE = 5_000
_HEAD = (
    "InvoiceNo",
    "StockCode",
    "Description",
    "Quantity",
    "InvoiceDate",
    "UnitPrice",
    "CustomerID",
    "Country",
)


class Run(NamedTuple):
    """Seconds and peak memory (MB) of one process."""

    seconds: float
    megabytes: float


def measure(lines: int = LINES) -> list[Row]:
    """Rows per second and peak memory at every size."""
    rows: list[Row] = []
    for size in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            place, count = Path(folder), lines * size
            file = write(place / "invoices.csv.gz", count)
            bare = _run([sys.executable, "-m", "benchmarks.imports", "--bare", str(file)], place)
            _run([sys.executable, "-m", "rapport.cli.main", "init"], place)
            command = ["import", str(file), "--mapping", "online_retail", "--json"]
            ours = _run([sys.executable, "-m", "rapport.cli.main", *command], place)
        name = f"import of {count:,} lines"
        ceiling = count / bare.seconds
        rows.append(Row(name, count / ours.seconds, "lines/s", ceiling, "csv and executemany", _AIM))
        aim = "does not grow" if size > 1 else ""
        rows.append(
            Row(f"{name}, peak memory", ours.megabytes, "MB", bare.megabytes, "csv and executemany", aim)
        )
    return rows


def write(path: Path, count: int) -> Path:
    """Invoices with every trap of the real file: cancellations, nobody's lines, repeated and scattered lines."""
    luck = random.Random(7)
    with gzip.open(path, "wt", compresslevel=1, newline="") as file:
        lines = csv.writer(file)
        lines.writerow(_HEAD)
        invoice, left, who = 536_000, 0, ""
        for number in range(count):
            if not left:
                invoice, left = invoice + 1, luck.randint(1, 40)
                who = f"{luck.randint(12_346, 18_287)}.0" if luck.random() < 0.75 else ""
            left -= 1
            sign = "C" if invoice % 8 == 0 else ""
            lines.writerow(
                (
                    f"{sign}{invoice if number % 5_000 else 536_001}",
                    f"{luck.randint(10_000, 99_999)}A",
                    f"CREAM, SWEETHEART NO {luck.randint(1, 4_000)}",
                    -luck.randint(1, 24) if sign else luck.randint(1, 24),
                    f"2011-{invoice % 12 + 1:02}-{invoice % 28 + 1:02} {invoice % 9 + 8:02}:26:00",
                    f"{luck.randint(1, 2_000) / 100}",
                    who,
                    "United Kingdom",
                )
            )
    return path


def _run(command: list[str], home: Path) -> Run:
    environment = {**os.environ, "RAPPORT_HOME": str(home / "home"), "RAPPORT_DATABASE_URL": ""}
    begun = time.perf_counter()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    return Run(time.perf_counter() - begun, used.ru_maxrss / 1024)


def bare(path: Path) -> None:
    """The ceiling: read, insert, commit."""
    with tempfile.TemporaryDirectory() as folder, gzip.open(path, "rt", newline="") as file:
        db = sqlite3.connect(Path(folder) / "bare.sqlite3")
        db.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE t (a,b,c,d,e,f,g,h)")
        lines = csv.reader(file)
        next(lines)
        while some := list(islice(lines, _AT_ONCE)):
            with db:
                db.executemany("INSERT INTO t VALUES (?,?,?,?,?,?,?,?)", some)
        db.close()


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--lines", type=int, default=LINES)
    asked.add_argument("--bare", type=Path)
    given = asked.parse_args()
    if given.bare:
        bare(given.bare)
    else:
        print(machine())
        print(markdown("Import of files", measure(given.lines)))


if __name__ == "__main__":
    main()
