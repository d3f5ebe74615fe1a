"""A real server in a process of its own, with a data folder and database of its own."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit, urlunsplit

import httpx

_POSTGRES = os.environ.get("RAPPORT_DATABASE_URL", "")
_START_SECONDS = 40


class RunningServer:
    """`rapport serve` as a person would start it; it can be killed and started again on its port."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.port = _free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self._database = _own_database()
        self._process: subprocess.Popen[str] | None = None

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, "RAPPORT_HOME": str(self.home), "RAPPORT_DATABASE_URL": self._database}

    def start(self) -> Self:
        command = [sys.executable, "-m", "rapport.cli.main", "serve", "--no-worker", "--port", str(self.port)]
        self._process = subprocess.Popen(command, env=self.environment, stdout=subprocess.PIPE, text=True)
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                if httpx.get(f"{self.address}/readyz").status_code == 200:
                    return self
            except httpx.TransportError:
                time.sleep(0.1)
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
        code = self._process.wait(20)
        assert self._process.stdout is not None
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
        return sqlite3.connect(self.home / "rapport.sqlite3", timeout=20)

    def rows(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """What the database answers; places for values are written ?."""
        connection = self.connect()
        try:
            marked = statement.replace("?", "%s") if self._database else statement
            return list(connection.execute(marked, list(values)).fetchall())
        finally:
            connection.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _own_database() -> str:
    """Empty for SQLite; on PostgreSQL a new database beside the one of the tests."""
    if not _POSTGRES.startswith("postgres"):
        return ""
    name = f"rapport_served_{uuid.uuid4().hex[:12]}"
    _administer(f'CREATE DATABASE "{name}"')
    return urlunsplit(urlsplit(_POSTGRES)._replace(path=f"/{name}"))


def _administer(statement: str) -> None:
    import psycopg

    with psycopg.connect(urlunsplit(urlsplit(_POSTGRES)._replace(path="/postgres")), autocommit=True) as connection:
        connection.execute(statement)
