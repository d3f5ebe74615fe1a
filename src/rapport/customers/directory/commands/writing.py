"""Bulk writing and the one lock that all writers of directory and log take."""

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from django.db import connection

_WRITERS_LOCK = 7_267_706_872_84
CHUNK = 5000


def lock_writers() -> None:
    """Make this transaction the only writer until it ends, so that the order of ids is that of commits.

    SQLite has one writer anyway (BEGIN IMMEDIATE); PostgreSQL takes an advisory lock.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_WRITERS_LOCK])


def stored(at: datetime) -> datetime | str:
    """A moment as raw SQL takes it: text in UTC for SQLite, as it is for PostgreSQL."""
    return moments()(at)


def moments() -> Callable[[datetime], datetime | str]:
    """The function that makes moments storable here; asked for once, it serves many rows."""
    return _as_text if connection.vendor == "sqlite" else _as_is


def _as_text(at: datetime) -> str:
    return str(at)[:-6] if at.tzinfo is UTC else str(at.astimezone(UTC))[:-6]


def _as_is(at: datetime) -> datetime:
    return at


def insert_many(table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], *, more: str = "") -> None:
    """Insert rows with one statement run many times; `more` may say what happens on conflict."""
    if not rows:
        return
    if connection.vendor == "postgresql" and not more:
        _copy(table, columns, rows)
        return
    marks = ", ".join(["%s"] * len(columns))
    statement = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks}) {more}"  # noqa: S608 - our own names
    with connection.cursor() as cursor:
        cursor.executemany(statement, rows)


def _copy(table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row(row)


def selected(statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """The rows of a plain SELECT: for what each commit asks, where the ORM takes longer to phrase than to ask."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def among(statement: str, values: Sequence[str], before: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """The rows of a SELECT that ends with a column, where that column is among the values, however many they are."""
    if not values:
        return []
    if connection.vendor == "sqlite":
        listed = f"{statement} IN (SELECT value FROM json_each(%s))"  # noqa: S608 - our own words
        return selected(listed, [*before, json.dumps(values)])
    return selected(f"{statement} = ANY(%s)", [*before, list(values)])


def next_ids(table: str, count: int) -> range:
    """`count` fresh, consecutive ids of a table, never used before. Only under the writers' lock."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            sequence = f"pg_get_serial_sequence('{table}', 'id')"
            cursor.execute(f"SELECT nextval({sequence})")
            first = int(cursor.fetchone()[0])
            cursor.execute(f"SELECT setval({sequence}, %s)", [first + count - 1])
        else:
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
            row = cursor.fetchone()
            first = (int(row[0]) if row else 0) + 1
    return range(first, first + count)


def chunks(values: Iterable[Any], size: int = CHUNK) -> Iterable[list[Any]]:
    """The values in lists of at most `size`."""
    held: list[Any] = []
    for value in values:
        held.append(value)
        if len(held) == size:
            yield held
            held = []
    if held:
        yield held
