"""What a database keeps of deleted rows after its commit, and how it lets go of them."""

from datetime import datetime, timedelta

from django.db import connection

from rapport.jobs.queue import commands as jobs
from rapport.search.index import commands as search

SCRUB = "privacy.scrub"
_AT_NIGHT = timedelta(hours=3, minutes=10)


def ask_for_scrub(*, at: datetime) -> None:
    """Queue the scrub for the coming night, once however many are erased until then."""
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    due_at = midnight + _AT_NIGHT
    jobs.enqueue(SCRUB, {}, at=at, due_at=due_at if due_at > at else due_at + timedelta(days=1), key=SCRUB)


def scrub_step() -> bool:
    """One short step; whether there is more to do. Rows are overwritten when they are deleted; words need this."""
    return search.scrub()


def fold_in() -> None:
    """Empty SQLite's write-ahead log, which holds pages as they were before; PostgreSQL recycles its own."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
