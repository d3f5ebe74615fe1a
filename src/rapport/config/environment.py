"""Which database holds the record, from RAPPORT_DATABASE_URL."""

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

SQLITE_AT_OPEN = """PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=16000;
PRAGMA cache_size=-65536; PRAGMA temp_store=MEMORY;"""
"""Durable at every commit; the write-ahead log is folded in every 64 MB, in larger and fewer pieces."""


def database(url: str, folder: Path) -> dict[str, Any]:
    """Django's settings for a database URL; SQLite in the data folder when it is empty.

    A SQLite path is absolute after four slashes (sqlite:////var/lib/rapport.sqlite3).

    >>> database("postgresql://ann@db:5433/rapport", Path("/data"))["HOST"]
    'db'
    """
    parts = urlsplit(url)
    if parts.scheme in {"", "sqlite"}:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": unquote(parts.path[1:]) if url else str(folder / "rapport.sqlite3"),
            "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": SQLITE_AT_OPEN},
        }
    if parts.scheme in {"postgres", "postgresql"}:
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path[1:]),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or "",
            "PORT": parts.port or "",
        }
    raise ValueError(f"RAPPORT_DATABASE_URL starts with '{parts.scheme}'; it must be sqlite or postgresql.")
