"""A consistent copy of the database while others write, and the way back, on both engines."""

import os
import sqlite3
import subprocess
from abc import ABC, abstractmethod
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from rapport.kernel import durable
from rapport.kernel.refusals import Refusal


class NoTool(Refusal):
    """A program of PostgreSQL is needed that is not installed."""


class ToolFailed(Refusal):
    """A program of PostgreSQL could not do what it was asked to."""


class InUse(Refusal):
    """Somebody works with this database: stop the servers and workers first."""


class Database(ABC):
    """The database of this installation. `kind` stands in archives, `member` is the name of its copy there."""

    kind: str
    member: str

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self._settings = settings

    @abstractmethod
    def copy(self, to: Path) -> None:
        """Write a copy as of one moment; writers go on meanwhile."""

    def files(self) -> list[Path]:
        """The files it consists of, where it lies in files of ours."""
        return []

    @abstractmethod
    def holds_data(self) -> bool:
        """Whether there is anything that a restore would overwrite."""

    @abstractmethod
    def refuse_in_use(self) -> None:
        """Raise InUse while another process works with it."""

    @abstractmethod
    def set_aside(self, beside: Path) -> None:
        """Take away what is there; `beside` is a folder in which it may be kept."""

    @abstractmethod
    def load(self, copy: Path) -> None:
        """Put a copy in the place of a database that holds nothing."""


class Sqlite(Database):
    kind, member = "sqlite", "database.sqlite3"

    @property
    def file(self) -> Path:
        return Path(self._settings["NAME"])

    def files(self) -> list[Path]:
        return [self.file.with_name(self.file.name + end) for end in ("", "-wal", "-shm", "-journal")]

    def copy(self, to: Path) -> None:
        # In one step: a copy in several begins anew whenever somebody writes, and may never end.
        with closing(_opened(self.file)) as source, closing(_opened(to)) as target:
            source.backup(target, pages=-1)
        to.chmod(0o600)
        durable.settle(to)

    def holds_data(self) -> bool:
        return self.file.exists() and self.file.stat().st_size > 0

    def refuse_in_use(self) -> None:
        if not self.holds_data():
            return
        with closing(_opened(self.file, seconds=1)) as connection:
            try:
                # SQLite leaves its write-ahead log only when nobody else has the file open.
                connection.execute("PRAGMA journal_mode=DELETE").fetchone()
            except sqlite3.DatabaseError as error:
                if "locked" in str(error):
                    raise _in_use(self.file.name) from error

    def set_aside(self, beside: Path) -> None:
        for part in self.files():
            if part.exists():
                part.replace(beside / part.name)

    def load(self, copy: Path) -> None:
        self.file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        copy.replace(self.file)


class Postgres(Database):
    kind, member = "postgresql", "database.pgdump"

    def copy(self, to: Path) -> None:
        self._run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={to}", self._name)
        to.chmod(0o600)
        durable.settle(to)

    def holds_data(self) -> bool:
        return self._ask("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") > 0

    def refuse_in_use(self) -> None:
        others = (
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        if self._ask(others):
            raise _in_use(self._name)

    def set_aside(self, beside: Path) -> None:
        self.copy(beside / self.member)
        self._run("psql", "--quiet", "--command=DROP SCHEMA public CASCADE; CREATE SCHEMA public", self._name)

    def load(self, copy: Path) -> None:
        options = ("--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction")
        self._run("pg_restore", *options, f"--dbname={self._name}", str(copy))

    def create_beside(self, name: str) -> None:
        """Make an empty database on the same server; the role needs the right to (CREATEDB)."""
        self._run("psql", "--quiet", f'--command=CREATE DATABASE "{name}"', self._name)

    def drop_beside(self, name: str) -> None:
        self._run("psql", "--quiet", f'--command=DROP DATABASE IF EXISTS "{name}" WITH (FORCE)', self._name)

    @property
    def _name(self) -> str:
        return str(self._settings["NAME"])

    def _ask(self, statement: str) -> int:
        return int(self._run("psql", "--tuples-only", "--no-align", f"--command={statement}", self._name))

    def _run(self, program: str, *words: str) -> str:
        names = {"HOST": "PGHOST", "PORT": "PGPORT", "USER": "PGUSER", "PASSWORD": "PGPASSWORD"}
        given = {name: str(self._settings[key]) for key, name in names.items() if self._settings.get(key)}
        try:
            done = subprocess.run(
                [program, *words], env={**os.environ, **given}, capture_output=True, text=True, check=False
            )
        except FileNotFoundError as error:
            raise NoTool(
                f"'{program}' is not installed; it comes with PostgreSQL's client programs, in the release of "
                "your server or a later one.",
                field="program",
                value=program,
            ) from error
        if done.returncode:
            reason = (done.stderr.strip().splitlines() or ["no reason given"])[0]
            raise ToolFailed(f"{program} failed: {reason[:300]}", field="program", value=program)
        return done.stdout.strip()


def database(settings: Mapping[str, Any]) -> Database:
    """The database that Django's settings name."""
    return Postgres(settings) if settings["ENGINE"].endswith("postgresql") else Sqlite(settings)


def _opened(file: Path, seconds: float = 20) -> sqlite3.Connection:
    return sqlite3.connect(file, timeout=seconds, isolation_level=None)


def _in_use(name: str) -> InUse:
    return InUse(
        f"'{name}' is in use: stop the server and every worker, then restore again.",
        field="database",
        value=name,
    )
