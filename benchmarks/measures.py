"""How long all measures take over 1, 5 and 20 million interactions of 1 million customers, and in how much memory.

`python -m benchmarks.measures [--millions 1 5 20]`: a lake is laid directly in the format of the lake (files by
month over two years, as the log would give), then each measure is computed for all time by a process of its own,
reading and checking the files included. Beside it a ceiling: DuckDB counting the rows by customer once.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import django
import duckdb
import numpy as np
import pyarrow as pa

from benchmarks.report import Row, machine, markdown

AT = datetime(2026, 11, 22, tzinfo=UTC)
CUSTOMERS = 1_000_000
_AT_ONCE = 1_000_000
_SECONDS = 730 * 86_400
_KINDS = ("page_view", "purchase", "message", "call", "visit", "campaign", "complaint", "refund", "answer")
_WEIGHTS = (0.30, 0.20, 0.12, 0.06, 0.12, 0.12, 0.03, 0.02, 0.03)
_CHANNELS = ("web", "email", "in_person", "voice", "chat", "app")


def measure(millions: tuple[float, ...] = (1, 5, 20), customers: int = CUSTOMERS) -> list[Row]:
    """Seconds and peak memory at every size, and whether time grows in proportion."""
    rows, seconds = [], {}
    for million in millions:
        with tempfile.TemporaryDirectory() as folder:
            count = int(million * 1_000_000)
            lay(Path(folder), count, min(customers, count))
            told, megabytes = _alone(folder)
            seconds[million] = told["seconds"]
            bare = _bare(Path(folder))
        name = f"all {told['measures']} measures, {million:g} million interactions"
        aim = "<= 30" if million == 20 else ""
        rows.append(Row(name, told["seconds"], "s", bare, "one count by customer", aim))
        rows.append(Row(f"{name}, peak memory", megabytes, "MB", aim="<= 4,000" if million == 20 else ""))
        slowest = max(told["each"], key=told["each"].get)
        rows.append(Row(f"of which {slowest}", told["each"][slowest], "s"))
    if len(millions) > 1:
        first, last = millions[0], millions[-1]
        growth = (seconds[last] / seconds[first]) / (last / first)
        rows.append(
            Row(f"time, {first:g} to {last:g} million, beside proportion", growth, "times", aim="<= 1")
        )
    return rows


def lay(folder: Path, count: int, customers: int) -> None:
    """A lake of so many made-up interactions, written as the lake writes them."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rapport.config.settings")
    django.setup()
    from rapport.analytics import schema
    from rapport.analytics.engines.manifest import Held, Manifest
    from rapport.interactions.lake.commands import storing

    luck = np.random.default_rng(9)
    files = []
    for number, first in enumerate(range(0, count, _AT_ONCE)):
        rows = made_up(luck, first, min(_AT_ONCE, count - first), customers)
        files += _by_month(folder, f"{number:04}", rows)
    numbers = np.arange(1, int(customers * 1.2) + 1)
    whose = np.where(numbers <= customers, numbers, numbers - customers)
    tables = {
        "identifiers": {"identifier_id": numbers, "customer_id": whose},
        "customers": {
            "customer_id": np.arange(1, customers + 1),
            "kind": ["person"] * customers,
            "first_at": _moments(np.zeros(customers)),
            "last_at": _moments(np.zeros(customers)),
        },
        "touchpoints": {
            "touchpoint_id": list(range(1, 25)),
            "name": [f"place {n}" for n in range(24)],
            "department": [f"department {n % 6}" for n in range(24)],
            "channel": [_CHANNELS[n % 6] for n in range(24)],
        },
        "rates": {
            "currency": ["GBP", "EUR"],
            "valid_from": [datetime(1900, 1, 1)] * 2,  # noqa: DTZ001 - as the lake keeps moments
            "valid_until": [datetime(9999, 1, 1)] * 2,  # noqa: DTZ001 - as the lake keeps moments
            "per_minor": [1.0, 0.85],
        },
    }
    held = {"interactions": Held(schema.INTERACTIONS.digest, tuple(files))}
    for name, columns in tables.items():
        dataset = schema.DATASETS[name]
        table = pa.table(columns, schema=dataset.schema)
        held[name] = Held(dataset.digest, (storing.write(folder, dataset, "all", [table]),))
    storing.commit(folder, Manifest(1, AT, held, "GBP"))


def _by_month(folder: Path, name: str, rows: pa.Table) -> list[object]:
    from rapport.analytics.schema import INTERACTIONS
    from rapport.interactions.lake import rules
    from rapport.interactions.lake.commands import storing

    return [
        storing.write(folder, INTERACTIONS, name, [some.cast(INTERACTIONS.schema)], month)
        for month, some in rules.by_month(rows, "occurred_at")
    ]


def made_up(luck: np.random.Generator, first: int, count: int, customers: int) -> pa.Table:
    """Interactions as a shop has them: few customers are busy, a tenth is nobody's, a fifth is bought."""
    busy = (luck.pareto(1.5, count) * customers / 12).astype(np.int64) % int(customers * 1.2) + 1
    spread = luck.integers(1, int(customers * 1.2) + 1, count)
    who = np.where(luck.random(count) < 0.3, busy, spread)
    kinds = luck.choice(len(_KINDS), count, p=np.array(_WEIGHTS) / sum(_WEIGHTS))
    is_paid = np.isin(kinds, (1, 7))
    at = _moments(luck.integers(0, _SECONDS, count))
    amounts = luck.integers(100, 20_000, count) * np.where(kinds == 7, -1, 1)
    currencies = np.where(is_paid, np.where(luck.random(count) < 0.8, "GBP", "EUR"), "")
    return pa.table(
        {
            "id": np.arange(first + 1, first + count + 1),
            "source_id": np.ones(count, np.int64),
            "identifier_id": pa.array(who, mask=luck.random(count) < 0.1),
            "kind": np.array(_KINDS)[kinds],
            "channel": np.array(_CHANNELS)[luck.integers(0, len(_CHANNELS), count)],
            "direction": np.where(kinds == 5, "out", "in"),
            "touchpoint_id": pa.array(luck.integers(1, 25, count), mask=luck.random(count) < 0.3),
            "staff_id": pa.nulls(count, pa.int64()),
            "amount_minor": pa.array(amounts, mask=~is_paid),
            "currency": currencies,
            "properties": np.full(count, '{"path":"/maps","seconds_on_page":75}'),
            "occurred_at": at,
            "received_at": at,
            "import_id": pa.nulls(count, pa.int64()),
        }
    )


def _moments(seconds: np.ndarray) -> pa.Array:
    start = np.datetime64("2024-11-22T00:00:00", "us")
    return pa.array(start + seconds.astype("timedelta64[s]").astype("timedelta64[us]"), pa.timestamp("us"))


def _alone(folder: str) -> tuple[dict[str, object], float]:
    command = [sys.executable, "-m", "benchmarks.measures", "--compute", folder]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ)
    assert process.stdout is not None
    told = json.loads(process.stdout.read())
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return told, used.ru_maxrss / 1024


def compute(folder: Path) -> dict[str, object]:
    """Every measure for all time: seconds in all, files read and checked, and seconds of each."""
    from rapport.analytics.engines import opening
    from rapport.analytics.measures import catalogue, computing, periods

    begun, each = time.perf_counter(), {}
    with opening.open_engine("duckdb://", folder) as session:
        start = time.perf_counter()
        for found in computing.compute(session, catalogue.measures(), periods.everything(AT)):
            assert found.value is not None
            each[found.measure] = time.perf_counter() - start
            start = time.perf_counter()
    return {"seconds": time.perf_counter() - begun, "measures": len(each), "each": each}


def _bare(folder: Path) -> float:
    """Seconds of the least there is to do once: read one column, count by customer."""
    begun = time.perf_counter()
    files = str(folder / "interactions" / "*" / "*.parquet")
    duckdb.sql(f"SELECT identifier_id, count(*) FROM read_parquet('{files}') GROUP BY 1").fetchall()
    return time.perf_counter() - begun


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--millions", type=float, nargs="+", default=[1, 5, 20])
    asked.add_argument("--compute", type=Path)
    given = asked.parse_args()
    if given.compute:
        print(json.dumps(compute(given.compute)))
    else:
        print(machine())
        print(markdown("Measures", measure(tuple(given.millions))))


if __name__ == "__main__":
    main()
