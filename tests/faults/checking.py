"""What must hold of the record after any fault: a ledger of what senders were promised, held against the database.

    ledger = Ledger()
    ledger.sent(ids)                # before the request
    ledger.acknowledged(ids)        # after a 2xx
    check(server, ledger)           # raises AssertionError with every breach, one a line

`server` is whatever has `rows(statement)` (running.RunningServer has). Columns and tables are named in SQL on
purpose: the checker shares no code with what it checks.
"""

import sqlite3
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol


class Asked(Protocol):
    """Anything that answers a SELECT."""

    def rows(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]: ...


@dataclass
class Ledger:
    """Message ids that left the sender, and those of them that were answered with success. Safe among threads."""

    tried: set[str] = field(default_factory=set)
    promised: set[str] = field(default_factory=set)
    batches: list[tuple[str, ...]] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def sent(self, message_ids: Iterable[str]) -> tuple[str, ...]:
        """Note a batch before it is sent: all of it or none may be there afterwards."""
        batch = tuple(message_ids)
        with self._lock:
            self.tried.update(batch)
            self.batches.append(batch)
        return batch

    def acknowledged(self, message_ids: Iterable[str]) -> None:
        """Note a batch that was answered with success."""
        with self._lock:
            self.promised.update(message_ids)


def check(
    server: Asked,
    ledger: Ledger | None = None,
    *,
    is_settled: bool = True,
    no_rows: Iterable[str] = (),
) -> None:
    """Fail with every breach found.

    `is_settled`: workers had their time, so nothing may hang in a lease that ended. `no_rows`: further
    statements that must find nothing (an outbox row that nobody can explain, for example).
    """
    breaches = [breach for test in _TESTS for breach in test(server)]
    if ledger is not None:
        breaches += _against(ledger, server)
    if is_settled:
        breaches += _stuck(server)
    breaches += [f"{statement}: {row}" for statement in no_rows for row in server.rows(statement)[:5]]
    assert not breaches, "\n".join(breaches)


def is_postgres(server: Asked) -> bool:
    """Whether the record lies in PostgreSQL."""
    try:
        return bool(server.rows("SELECT version()"))
    except sqlite3.OperationalError:
        return False


def _sound(server: Asked) -> list[str]:
    if is_postgres(server):
        return _orphans(server)
    whole = [row[0] for row in server.rows("PRAGMA integrity_check") if row[0] != "ok"]
    return [f"integrity: {one}" for one in whole] + [
        f"foreign key: {row}" for row in server.rows("PRAGMA foreign_key_check")[:5]
    ]


_REFERENCES = """
    SELECT c.conrelid::regclass::text, a.attname, c.confrelid::regclass::text, b.attname
    FROM pg_constraint c
    JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
    JOIN pg_attribute b ON b.attrelid = c.confrelid AND b.attnum = c.confkey[1]
    WHERE c.contype = 'f'"""


def _orphans(server: Asked) -> list[str]:
    found = []
    for table, column, other, key in server.rows(_REFERENCES):
        (count,) = server.rows(
            f"SELECT COUNT(*) FROM {table} t WHERE t.{column} IS NOT NULL "
            f"AND NOT EXISTS (SELECT 1 FROM {other} o WHERE o.{key} = t.{column})"
        )[0]
        if count:
            found.append(f"foreign key: {count} rows of {table}.{column} point at nothing")
    return found


def _against(ledger: Ledger, server: Asked) -> list[str]:
    stored = [row[0] for row in server.rows("SELECT message_id FROM interactions_interaction")]
    present = set(stored)
    halves = [
        batch for batch in ledger.batches if batch and 0 < sum(one in present for one in batch) < len(batch)
    ]
    lost = ledger.promised - present
    return [
        *([f"lost: {len(lost)} acknowledged interactions, such as {min(lost)}"] if lost else []),
        *([f"half: {len(halves)} batches are there in part, such as {halves[0][:2]}"] if halves else []),
    ]


def _once(server: Asked) -> list[str]:
    twice = server.rows(
        "SELECT source_id, message_id, COUNT(*) FROM interactions_interaction "
        "GROUP BY source_id, message_id HAVING COUNT(*) > 1"
    )
    return [f"twice: {row}" for row in twice[:5]]


def _days(server: Asked) -> list[str]:
    day = "(occurred_at AT TIME ZONE 'UTC')::date" if is_postgres(server) else "date(occurred_at)"
    counted = server.rows(
        f"SELECT {day}, kind, channel, COALESCE(touchpoint_id, 0), COUNT(*) "
        "FROM interactions_interaction GROUP BY 1, 2, 3, 4"
    )
    kept = server.rows(
        "SELECT day, kind, channel, touchpoint_id, interactions FROM interactions_daycount "
        "WHERE interactions <> 0"
    )
    return _differing("counts per day", counted, kept)


def _activity(server: Asked) -> list[str]:
    counted = server.rows(
        "SELECT identifier_id, COUNT(*) FROM interactions_interaction WHERE identifier_id IS NOT NULL AND id <= "
        "COALESCE((SELECT position FROM interactions_logcursor WHERE reader = 'activity'), 0) GROUP BY 1"
    )
    kept = server.rows("SELECT identifier_id, interactions FROM customers_activity WHERE interactions <> 0")
    sums = server.rows(
        "SELECT i.customer_id, SUM(a.interactions) FROM customers_identifier i "
        "JOIN customers_activity a ON a.identifier_id = i.id "
        "JOIN customers_customer c ON c.id = i.customer_id GROUP BY 1"
    )
    shown = server.rows("SELECT id, interactions FROM customers_customer WHERE interactions <> 0")
    return _differing("activity", counted, kept) + _differing("customers' interactions", sums, shown)


def _cursors(server: Asked) -> list[str]:
    ahead = server.rows(
        "SELECT reader, position FROM interactions_logcursor "
        "WHERE position > 0 AND position > (SELECT COALESCE(MAX(id), 0) FROM interactions_interaction) "
        "AND NOT EXISTS (SELECT 1 FROM interactions_removal)"
    )
    return [f"ahead of the log: {row}" for row in ahead]


def _stuck(server: Asked) -> list[str]:
    now = "now() - interval '5 seconds'" if is_postgres(server) else "datetime('now', '-5 seconds')"
    held = server.rows(
        "SELECT id, task, worker, leased_until FROM jobs_job "
        f"WHERE finished_at IS NULL AND parked_at IS NULL AND leased_until < {now}"
    )
    return [f"stuck: job {row}" for row in held[:5]]


def _differing(what: str, counted: list[tuple[Any, ...]], kept: list[tuple[Any, ...]]) -> list[str]:
    one, other = {_plain(row) for row in counted}, {_plain(row) for row in kept}
    return (
        [f"{what}: counted {sorted(one - other)[:3]}, kept {sorted(other - one)[:3]}"] if one != other else []
    )


def _plain(row: tuple[Any, ...]) -> tuple[str, ...]:
    return tuple(str(value) for value in row)


_TESTS: tuple[Callable[[Asked], list[str]], ...] = (_sound, _once, _days, _activity, _cursors)
