import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError
from django.db.backends.sqlite3 import base

_PAUSE_SECONDS = 0.001
_USUAL_SECONDS = 5.0
"""How long SQLite waits where the settings do not say."""


class DatabaseWrapper(base.DatabaseWrapper):
    """Whoever wants to write looks every millisecond whether it may, instead of sleeping ever longer, up to 100 ms.

    SQLite has no queue of writers: with many of them, those who sleep long come last and again last.
    """

    def _start_transaction_under_autocommit(self) -> None:
        ends_at = time.monotonic() + self._patience
        with self._at_once():
            while True:
                try:
                    super()._start_transaction_under_autocommit()  # type: ignore[misc]
                except OperationalError as error:
                    if not _is_busy(error) or time.monotonic() >= ends_at:
                        raise
                else:
                    return
                time.sleep(_PAUSE_SECONDS)

    @property
    def _patience(self) -> float:
        return float(self.settings_dict["OPTIONS"].get("timeout", _USUAL_SECONDS))

    @contextmanager
    def _at_once(self) -> Iterator[None]:
        """SQLite itself does not wait meanwhile."""
        self.ensure_connection()
        self.connection.execute("PRAGMA busy_timeout = 0")
        try:
            yield
        finally:
            self.connection.execute(f"PRAGMA busy_timeout = {round(self._patience * 1000)}")


def _is_busy(error: OperationalError) -> bool:
    code = getattr(error.__cause__, "sqlite_errorcode", 0)
    return bool(code & 0xFF == sqlite3.SQLITE_BUSY)
