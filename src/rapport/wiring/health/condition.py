"""What an operator should know now, cheap enough to ask every minute."""

import stat
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.db import DatabaseError, InterfaceError, NotSupportedError, OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

from rapport.interactions.lake.queries import state as lake
from rapport.jobs.duties import queries as duties
from rapport.jobs.queue import queries as jobs
from rapport.wiring import followers
from rapport.wiring.health import disk
from rapport.wiring.health.findings import Finding, State, good, warning, wrong

LATE = timedelta(minutes=10)
"""A job that was due this long ago waits for a worker that is missing or overworked."""
_FAR_BEHIND = 100_000
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_SECRETS = ("secret_key", "keyring", "rapport.sqlite3", "erasures.jsonl")


def findings(*, at: datetime) -> Iterator[Finding]:
    """Every finding, one for each thing looked at; what needs the database or its tables is left out without them."""
    for look in (disk_space, folder, addresses):
        yield look()
    for look in (database, tables):
        yield (found := look())
        if found.state == State.WRONG:
            return
    for ask in _OF_THE_DATABASE:
        yield ask(at)


def disk_space() -> Finding:
    left = disk.room(settings.HOME)
    said = f"{_megabytes(left.free)} of {_megabytes(left.total)} are free where the data folder lies."
    advice = "Make room or enlarge the disk; old backups are the first to look at."
    if left.is_late:
        return wrong("disk", said, f"Nothing more is taken in. {advice}")
    return warning("disk", said, advice) if left.is_early else good("disk", said)


def folder() -> Finding:
    """Others on this machine may not read the record or its keys."""
    home = Path(settings.HOME)
    open_to_others = [
        path for path in (home, *(home / name for name in _SECRETS)) if path.exists() and _is_open(path, home)
    ]
    if open_to_others:
        names = ", ".join(f"'{path}'" for path in open_to_others)
        return wrong("folder", f"Others on this machine may read {names}.", f"chmod -R go= '{home}'")
    return good("folder", f"Only its owner may enter '{home}'.")


def addresses() -> Finding:
    """What people type must be what the server answers to, over TLS unless it stays on this machine."""
    base = urlsplit(settings.BASE_URL)
    host, allowed = base.hostname or "", settings.ALLOWED_HOSTS
    if host not in {one.strip("[]") for one in allowed}:
        return wrong(
            "address",
            f"People are sent to '{host}' (RAPPORT_BASE_URL), and the server does not answer to that name.",
            f"Add {host} to RAPPORT_HOSTS, or correct RAPPORT_BASE_URL.",
        )
    if base.scheme != "https" and host not in _LOOPBACK:
        return warning(
            "address",
            f"{settings.BASE_URL} is not https: passwords and customers' data travel readable.",
            "Put a reverse proxy with TLS in front (docs/how-to/reverse-proxy.md).",
        )
    return good("address", f"People use {settings.BASE_URL}.")


def database() -> Finding:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT sqlite_version()" if _is_sqlite() else "SHOW server_version")
            version = str(cursor.fetchone()[0])
    except (NotSupportedError, OperationalError, InterfaceError) as error:
        connection.close()
        return wrong(
            "database",
            f"The database cannot be reached ({type(error).__name__}).",
            "Start it, or correct RAPPORT_DATABASE_URL.",
        )
    except DatabaseError as error:
        connection.close()
        return wrong(
            "database",
            f"The database is damaged ({error}).",
            "Restore the newest backup that `rapport restore --verify` passes (docs/how-to/backup.md).",
        )
    return good("database", f"{'SQLite' if _is_sqlite() else 'PostgreSQL'} {version} answers.")


def tables() -> Finding:
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing:
        return wrong(
            "tables", f"{len(missing)} changes of the tables are outstanding.", "Run `rapport init`."
        )
    return good("tables", "The tables are those of this release.")


def workers(at: datetime) -> Finding:
    found = jobs.workers(at=at)
    if not found:
        return wrong(
            "workers",
            "No worker gave a sign of life within the last minute: jobs wait, searches and counts fall behind.",
            "Start `rapport worker`, or `rapport serve` without --no-worker.",
        )
    return good("workers", f"{len(found)} at work.")


def waiting(at: datetime) -> Finding:
    first = jobs.unfinished().filter(leased_until=None).first()
    if first and first.due_at < at - LATE:
        minutes = int((at - first.due_at).total_seconds() // 60)
        return warning(
            "jobs",
            f"A job has waited for {minutes} minutes.",
            "Start more workers, or see `rapport jobs list`.",
        )
    return good("jobs", "No job waits longer than it should.")


def parked(_at: datetime) -> Finding:
    count = jobs.parked().count()
    if count:
        return warning(
            "given up",
            f"{count} jobs failed too often and were given up.",
            "See why with `rapport jobs list`, then `rapport jobs replay`.",
        )
    return good("given up", "No job was given up.")


def troubles(_at: datetime) -> Finding:
    found = duties.troubles()
    if found:
        names = ", ".join(one.duty for one in found)
        return warning("duties", f"In trouble: {names}.", "`rapport jobs list` says why.")
    return good("duties", "None is in trouble.")


def lag(_at: datetime) -> Finding:
    behind = {name: rows for name, rows in followers.lag().items() if rows > _FAR_BEHIND}
    if behind:
        told = ", ".join(f"{name} by {rows:,}" for name, rows in sorted(behind.items()))
        return warning("followers", f"Behind the log: {told} rows.", "They catch up while a worker runs.")
    return good("followers", "What follows the log is up to date.")


def lake_state(_at: datetime) -> Finding:
    held = lake.state()
    if held is None:
        return good("lake", "There is no lake yet; measures make one.")
    if held.behind > _FAR_BEHIND:
        return warning(
            "lake", f"The lake is {held.behind:,} rows behind the log.", "Run `rapport lake refresh`."
        )
    return good("lake", f"The lake holds {held.rows.get('interactions', 0):,} interactions.")


def clock(at: datetime) -> Finding:
    """A clock that ran ahead left rows that this one takes for the future."""
    newest = jobs.newest_enqueued_at()
    if newest and newest > at + timedelta(minutes=5):
        return wrong(
            "clock",
            f"The database knows the moment {newest:%Y-%m-%d %H:%M}, which is yet to come by this clock.",
            "Set the clocks of all machines by a time server.",
        )
    return good("clock", f"It is {at:%Y-%m-%d %H:%M} UTC.")


_OF_THE_DATABASE: tuple[Callable[[datetime], Finding], ...] = (
    workers,
    waiting,
    parked,
    troubles,
    lag,
    lake_state,
    clock,
)


def _is_open(path: Path, home: Path) -> bool:
    # A folder nobody else may enter guards what is in it.
    guarded = path != home and not stat.S_IMODE(home.stat().st_mode) & 0o077
    return not guarded and bool(stat.S_IMODE(path.stat().st_mode) & 0o077)


def _is_sqlite() -> bool:
    return connection.vendor == "sqlite"


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.0f} MB"
