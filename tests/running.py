"""A real server in a process of its own, with a data folder and database of its own."""

import asyncio
import atexit
import base64
import functools
import gzip
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit, urlunsplit

import httpx

_OF_TESTS = "DJANGO_ALLOW_ASYNC_UNSAFE"
"""For tests that share a thread with a browser; a server serves as it does in life."""
_POSTGRES = os.environ.get("RAPPORT_DATABASE_URL", "")
_START_SECONDS = 120


def in_own_loop(begin: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
    """What the coroutine gives back, run in a thread of its own: a browser may hold this thread's event loop."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(lambda: asyncio.run(begin())).result()


class RunningServer:
    """`rapport serve` as a person would start it; it can be killed and started again on its port.

    Its tables are there already, as `rapport init` lays them, unless it is to begin with nothing.
    """

    def __init__(self, home: Path, *, worker: bool = False, from_nothing: bool = False) -> None:
        self.home = home
        self.said = ""
        self._worker = "--worker" if worker else "--no-worker"
        self.port = _free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self._database = _own_database(home, from_nothing=from_nothing)
        self._process: subprocess.Popen[str] | None = None

    @property
    def environment(self) -> dict[str, str]:
        own = {"RAPPORT_HOME": str(self.home), "RAPPORT_DATABASE_URL": self._database}
        return {name: value for name, value in os.environ.items() if name != _OF_TESTS} | own

    def start(self) -> Self:
        if self.home.exists():
            self.home.chmod(0o700)
        command = [sys.executable, "-m", "rapport.cli.main", "serve", self._worker, "--port", str(self.port)]
        self._process = subprocess.Popen(command, env=self.environment, stdout=subprocess.PIPE, text=True)
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                if httpx.get(f"{self.address}/readyz").status_code == 200:
                    return self
            except httpx.TransportError:
                time.sleep(0.1)
        self.kill()
        raise AssertionError("the server did not start")

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def kill(self) -> None:
        """As the kernel would: at once, with nothing finished."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """As an operator would; its exit code."""
        return self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> int:
        assert self._process is not None
        self._process.send_signal(how)
        code = self._process.wait(60)
        assert self._process.stdout is not None
        self.said = self._process.stdout.read()
        self._process.stdout.close()
        return code

    def remove_database(self) -> None:
        if self._database:
            _administer(f'DROP DATABASE IF EXISTS "{urlsplit(self._database).path[1:]}" WITH (FORCE)')

    def command(self, *words: str) -> dict[str, Any]:
        """What `rapport ... --json` prints."""
        command = [sys.executable, "-m", "rapport.cli.main", *words, "--json"]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def key(self, kind: str = "write", name: str = "web shop") -> str:
        return str(self.command("keys", "create", "--kind", kind, "--name", name)["key"])

    def connect(self) -> Any:
        """A connection of the test's own to the server's database."""
        if self._database:
            import psycopg

            return psycopg.connect(self._database)
        return sqlite3.connect(self.home / "rapport.sqlite3", timeout=20, check_same_thread=False)

    def rows(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """What the database answers; places for values are written ?."""
        connection = self.connect()
        try:
            marked = statement.replace("%", "%%").replace("?", "%s") if self._database else statement
            return list(connection.execute(marked, list(values)).fetchall())
        finally:
            connection.close()


class Shop:
    """A sender with a write key of its own, and what the log holds of what it sent."""

    def __init__(self, server: RunningServer, key: str, source: str) -> None:
        self.server = server
        self.key = key
        self.source = source
        self.client = httpx.Client(base_url=server.address, timeout=60)

    @property
    def basic(self) -> dict[str, str]:
        return {"Authorization": "Basic " + base64.b64encode(f"{self.key}:".encode()).decode()}

    def post(self, path: str, body: Any, **headers: str) -> httpx.Response:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.post(path, content=content, headers={**self.basic, **named})

    def batch(self, *items: dict[str, Any], **more: Any) -> httpx.Response:
        return self.post("/v1/batch", {"batch": list(items), **more})

    def stored(self, message_id: str) -> dict[str, Any]:
        """The one row of the log with this message id."""
        columns = (
            "kind, channel, direction, subject, amount_minor, currency, properties, warning, occurred_at, "
            "received_at, sent_at, identifier_id"
        )
        rows = self.server.rows(
            f"SELECT {columns} FROM interactions_interaction i JOIN interactions_source s ON s.id = i.source_id "
            "WHERE s.name = ? AND i.message_id = ?",
            [self.source, message_id],
        )
        assert len(rows) == 1, f"{len(rows)} rows for {message_id}"
        found = dict(zip(columns.split(", "), rows[0], strict=True))
        if isinstance(found["properties"], str):
            found["properties"] = json.loads(found["properties"])
        return found

    def count(self, message_id: str) -> int:
        return len(
            self.server.rows("SELECT 1 FROM interactions_interaction WHERE message_id = ?", [message_id])
        )

    def identifiers(self, message_id: str) -> set[tuple[str, str]]:
        """Every identifier of the customer with whom this happened."""
        return set(
            self.server.rows(
                "SELECT b.kind, b.value FROM interactions_interaction i "
                "JOIN customers_identifier a ON a.id = i.identifier_id "
                "JOIN customers_identifier b ON b.customer_id = a.customer_id WHERE i.message_id = ?",
                [message_id],
            )
        )


def zipped(body: Any) -> bytes:
    return gzip.compress(json.dumps(body).encode())


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _own_database(home: Path, *, from_nothing: bool) -> str:
    """Empty for SQLite; on PostgreSQL a new database beside the one of the tests."""
    if not from_nothing:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not _POSTGRES.startswith("postgres"):
        if not from_nothing and not (home / "rapport.sqlite3").exists():
            lay_tables(home)
        return ""
    return _new_database("" if from_nothing else _pattern_database())


def lay_tables(home: Path) -> None:
    """What `rapport init` makes of a new folder, on SQLite."""
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    shutil.copy(_pattern_folder() / "rapport.sqlite3", home)


@functools.cache
def _pattern_folder() -> Path:
    """A record with its tables, made once for all tests of this process."""
    folder = Path(tempfile.mkdtemp(prefix="rapport-pattern-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    _init({"RAPPORT_HOME": str(folder), "RAPPORT_DATABASE_URL": ""})
    return folder


@functools.cache
def _pattern_database() -> str:
    """The name of a database with its tables, made once for all tests of this process."""
    address = _new_database("")
    name = urlsplit(address).path[1:]
    atexit.register(_administer, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    with tempfile.TemporaryDirectory() as home:
        _init({"RAPPORT_HOME": home, "RAPPORT_DATABASE_URL": address})
    return name


def _init(environment: dict[str, str]) -> None:
    command = [sys.executable, "-m", "rapport.cli.main", "init"]
    subprocess.run(command, env={**os.environ, **environment}, check=True, capture_output=True)


def _new_database(pattern: str) -> str:
    name = f"rapport_served_{uuid.uuid4().hex[:12]}"
    like = f' TEMPLATE "{pattern}"' if pattern else ""
    _administer(f'CREATE DATABASE "{name}"{like}')
    return urlunsplit(urlsplit(_POSTGRES)._replace(path=f"/{name}"))


def _administer(statement: str) -> None:
    import psycopg

    with psycopg.connect(
        urlunsplit(urlsplit(_POSTGRES)._replace(path="/postgres")), autocommit=True
    ) as connection:
        connection.execute(statement)
