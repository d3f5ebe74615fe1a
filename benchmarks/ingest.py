"""How fast interactions come in over HTTP, beside a bare ceiling in the same run.

`python -m benchmarks.ingest [--full] [--rows N]`: 100-event batches and single events, into an empty log and
into one of N million rows (10 with --full, else 1), on SQLite and, with RAPPORT_DATABASE_URL, on PostgreSQL.
"""

import argparse
import base64
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from benchmarks import ingest_load
from benchmarks.ingest_databases import PEOPLE, Postgres, Sqlite
from benchmarks.report import Row, machine, markdown

ROUNDS = 3
BATCHES = 200
SINGLES = 5_000
BATCH_CONNECTIONS = 8
SINGLE_CONNECTIONS = 32
_AIM_BATCH = ">= 10,000 and >= 0.50"
_AIM_SINGLE = ">= 3,000"

Drive = Callable[[int], float]


def measure(*, million_rows: float) -> list[Row]:
    """Every figure, each the median of interleaved rounds."""
    rows: list[Row] = []
    for is_postgres in (False, True) if _postgres() else (False,):
        for filled in (0.0, million_rows):
            with (
                tempfile.TemporaryDirectory() as folder,
                _database(Path(folder), is_postgres) as (database, where),
            ):
                rows += _shown(_on(database, where, filled))
    return rows


def _shown(rows: list[Row]) -> list[Row]:
    for row in rows:
        beside = f", {row.ceiling_name} {row.ceiling:,.0f}" if row.ceiling else ""
        print(f"{row.name}: {row.figure:,.0f} {row.unit}{beside}", file=sys.stderr, flush=True)
    return rows


def _on(database: Sqlite | Postgres, environment: dict[str, str], million_rows: float) -> list[Row]:
    key = _command(environment, "keys", "create", "--kind", "write", "--name", "bench")["key"]
    database.make_bare()
    if million_rows:
        database.fill(int(million_rows * 1_000_000))
    state = f"{database.name}, {f'log of {million_rows:g} million rows' if million_rows else 'empty log'}"
    serve = [sys.executable, "-m", "rapport.cli.main", "serve", "--no-worker", "--port"]
    ceiling = [sys.executable, "-m", "benchmarks.ingest_bare"]
    rows = []
    with _server(environment, serve) as ours, _server(environment, ceiling, database.where) as bare:
        _batches(ours, key)
        _batches(bare, key)
        figures = _interleaved({"ours": lambda: _batches(ours, key), "bare": lambda: _batches(bare, key)})
        rows.append(
            Row(f"batches of 100, {state}", figures["ours"], "events/s", figures["bare"], "bare", _AIM_BATCH)
        )
        with _server(environment, ceiling, "django") as django:
            singles = _interleaved(
                {
                    "ours": lambda: _singles(ours, key),
                    "bare": lambda: _singles(bare, key),
                    "django": lambda: _singles(django, key),
                }
            )
    name = f"single events, 32 connections, {state}"
    rows.append(Row(name, singles["ours"], "requests/s", singles["bare"], "bare", _AIM_SINGLE))
    rows.append(Row(f"empty Django view, {state}", singles["django"], "requests/s"))
    return rows


def _interleaved(drives: dict[str, Callable[[], float]]) -> dict[str, float]:
    """The median of each over rounds in which they take turns, so that a busy moment hits all."""
    taken: dict[str, list[float]] = {name: [] for name in drives}
    for _ in range(ROUNDS):
        for name, drive in drives.items():
            taken[name].append(drive())
    return {name: statistics.median(figures) for name, figures in taken.items()}


def _batches(port: int, key: str) -> float:
    bodies = [ingest_load.body(100, people=PEOPLE, serial=n) for n in range(BATCHES)]
    return 100 * _driven(port, key, "/v1/batch", bodies, BATCH_CONNECTIONS)


def _singles(port: int, key: str) -> float:
    made = (ingest_load.body(100, people=PEOPLE, serial=n) for n in range(SINGLES // 100))
    bodies = [json.dumps(item).encode() for body in made for item in json.loads(body)["batch"]]
    return _driven(port, key, "/v1/track", bodies, SINGLE_CONNECTIONS)


def _driven(port: int, key: str, path: str, bodies: list[bytes], connections: int) -> float:
    authorization = "Basic " + base64.b64encode(f"{key}:".encode()).decode()
    requests = ingest_load.requests(path, "127.0.0.1", authorization, bodies)
    load = ingest_load.drive("127.0.0.1", port, requests, connections)
    if load.failures:
        raise SystemExit(f"{load.failures} requests were not answered with 200")
    return load.requests / load.seconds


def _postgres() -> str:
    """The server that RAPPORT_DATABASE_URL names, or nothing where none answers."""
    import psycopg

    url = os.environ.get("RAPPORT_DATABASE_URL", "")
    if not url.startswith("postgres"):
        return ""
    try:
        psycopg.connect(url, connect_timeout=3).close()
    except psycopg.OperationalError:
        print(f"left out: PostgreSQL, because none answers at {url}", file=sys.stderr)
        return ""
    return url


@contextmanager
def _database(folder: Path, is_postgres: bool) -> Iterator[tuple[Sqlite | Postgres, dict[str, str]]]:  # noqa: FBT001
    url = ""
    if is_postgres:
        name = f"rapport_bench_{uuid.uuid4().hex[:8]}"
        _administer(f'CREATE DATABASE "{name}"')
        url = urlunsplit(urlsplit(_postgres())._replace(path=f"/{name}"))
    environment = {**os.environ, "RAPPORT_HOME": str(folder), "RAPPORT_DATABASE_URL": url}
    try:
        _command(environment, "init")
        yield (Postgres(url) if url else Sqlite(folder)), environment
    finally:
        if url:
            _administer(f'DROP DATABASE "{name}" WITH (FORCE)')


def _administer(statement: str) -> None:
    import psycopg

    with psycopg.connect(
        urlunsplit(urlsplit(_postgres())._replace(path="/postgres")), autocommit=True
    ) as connection:
        connection.execute(statement)


def _command(environment: dict[str, str], *words: str) -> dict[str, str]:
    command = [sys.executable, "-m", "rapport.cli.main", *words, "--json"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout))


@contextmanager
def _server(environment: dict[str, str], command: list[str], *more: str) -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    process = subprocess.Popen([*command, str(port), *more], env=environment, stdout=subprocess.DEVNULL)
    try:
        for _ in range(600):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true", help="fill the log with 10 million rows")
    parser.add_argument("--rows", type=float, help="million rows to fill the log with")
    given = parser.parse_args()
    rows = measure(million_rows=given.rows if given.rows is not None else 10.0 if given.full else 1.0)
    print(machine())
    print(markdown("Ingestion over HTTP", rows))


if __name__ == "__main__":
    main()
