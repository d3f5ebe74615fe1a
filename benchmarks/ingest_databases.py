"""Databases to write into: empty or filled beforehand, on SQLite or PostgreSQL, with a table for the bare ceiling."""

import sqlite3
from pathlib import Path
from typing import Any

PEOPLE = 100_000
_FILL = """
INSERT INTO {table} (source_id, message_id, identifier_id, kind, channel, direction, subject, text, currency,
                     properties, warning, occurred_at, received_at)
SELECT 1, {message_id}, 1 + n * {people} / {rows}, 'action', 'web', 'in', 'Product Viewed', '', '',
       '{{"product_id":"sku-17","price":19.95,"quantity":2}}', '', {moment}, {moment}
FROM {numbers}
"""
_FILL_IDENTIFIERS = """
INSERT INTO customers_identifier (id, kind, value, customer_id, proof, source, batch, first_seen_at)
SELECT n + 1, 'user_id', 'user-' || n, n + 1, '', 'bench', 0, {moment} FROM {numbers}
"""
_FILL_SOURCE = """
INSERT INTO interactions_source (id, name, first_seen_at) VALUES (1, 'bench', {moment}) ON CONFLICT DO NOTHING
"""
_SQLITE_NUMBERS = """
(WITH RECURSIVE s(n) AS (SELECT {low} UNION ALL SELECT n + 1 FROM s WHERE n + 1 < {high}) SELECT n FROM s)
"""
_SQLITE_MOMENT = "'2026-01-01 00:00:00'"
_STEP = 500_000


class Sqlite:
    """The file of a data folder."""

    name = "SQLite"

    def __init__(self, home: Path) -> None:
        self.where = str(home / "rapport.sqlite3")

    def connect(self) -> Any:
        return sqlite3.connect(self.where, timeout=60)

    def make_bare(self) -> None:
        """A table with the columns and indexes of the log."""
        with sqlite3.connect(self.where) as connection:
            found = connection.execute(
                "SELECT sql FROM sqlite_master WHERE tbl_name = 'interactions_interaction' AND sql IS NOT NULL"
            ).fetchall()
            for (statement,) in found:
                connection.execute(
                    statement.replace("interactions_interaction", "bare").replace(
                        'INDEX "', 'INDEX "bare_', 1
                    )
                )
        connection.close()

    def fill(self, rows: int) -> None:
        """Rows in both tables: message ids spread over all values, so that new ones fall between them."""
        connection = sqlite3.connect(self.where)
        connection.executescript("PRAGMA synchronous=OFF; PRAGMA cache_size=-500000;")
        connection.execute(_FILL_SOURCE.format(moment=_SQLITE_MOMENT))
        everybody = _SQLITE_NUMBERS.format(low=0, high=PEOPLE)
        connection.execute(_FILL_IDENTIFIERS.format(moment=_SQLITE_MOMENT, numbers=everybody))
        for table in ("interactions_interaction", "bare"):
            for low in range(0, rows, _STEP):
                numbers = _SQLITE_NUMBERS.format(low=low, high=min(low + _STEP, rows))
                connection.execute(
                    _FILL.format(
                        table=table, people=PEOPLE, rows=rows, numbers=numbers, moment=_SQLITE_MOMENT,
                        message_id=f"printf('%08x', n * {2**32 // rows}) || lower(hex(randomblob(12)))",
                    )
                )  # fmt: skip
                connection.commit()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()


class Postgres:
    """A database of a PostgreSQL server, made for the benchmark."""

    name = "PostgreSQL"

    def __init__(self, url: str) -> None:
        self.where = url

    def connect(self) -> Any:
        import psycopg

        return psycopg.connect(self.where, autocommit=True)

    def make_bare(self) -> None:
        """A table with the columns and indexes of the log."""
        with self.connect() as connection:
            connection.execute("CREATE TABLE bare (LIKE interactions_interaction INCLUDING ALL)")

    def fill(self, rows: int) -> None:
        """Rows in both tables: message ids spread over all values, so that new ones fall between them."""
        with self.connect() as connection:
            connection.execute(_FILL_SOURCE.format(moment="now()"))
            everybody = f"generate_series(0, {PEOPLE - 1}) n"
            connection.execute(_FILL_IDENTIFIERS.format(moment="now()", numbers=everybody))
            connection.execute(
                f"SELECT setval(pg_get_serial_sequence('customers_identifier', 'id'), {PEOPLE + 1}), "
                "setval(pg_get_serial_sequence('interactions_source', 'id'), 2)"
            )
            connection.execute("SET session_replication_role = replica")
            for table in ("interactions_interaction", "bare"):
                connection.execute(
                    _FILL.format(
                        table=table, people=PEOPLE, rows=rows, moment="now()",
                        numbers=f"generate_series(0::bigint, {rows - 1}) n",
                        message_id=f"lpad(to_hex(n * {2**32 // rows}), 8, '0') || md5(random()::text)",
                    )
                )  # fmt: skip
            connection.execute("VACUUM ANALYZE interactions_interaction")
            connection.execute("VACUUM ANALYZE bare")
            connection.execute("CHECKPOINT")
