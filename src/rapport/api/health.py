"""Is the process alive, and may it be sent requests? For load balancers; no details."""

import time
from datetime import UTC, datetime
from typing import Final

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from rapport.api.problems import Problem
from rapport.api.senders import Senders
from rapport.jobs.queue import queries as jobs
from rapport.wiring import followers
from rapport.wiring.health import disk

READY, BEHIND = "ready", "behind"
"""Behind: requests are taken and stored, and what follows from them (searches, counts, webhooks) comes later."""
_LOOK_EVERY_SECONDS: Final = 5.0
_ROWS_BEHIND: Final = 100_000


class Readiness:
    """Asks the database each time; whether migrations are applied is asked until they are.

    How far background work is behind is looked at every few seconds only, for strangers may ask.
    """

    def __init__(self, senders: Senders) -> None:
        self._senders = senders
        self._is_migrated = False
        self._looked_at = -_LOOK_EVERY_SECONDS
        self._state = READY

    async def check(self) -> str:
        """READY or BEHIND if requests may be sent; a problem 503 otherwise."""
        if disk.room(settings.HOME).is_late or not await self._senders.ask(self._is_ready):
            raise Problem(503, "not_ready", "Not ready yet.", retry_after=2)
        return self._state

    def _is_ready(self) -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        if not self._is_migrated:
            executor = MigrationExecutor(connection)
            self._is_migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
        if self._is_migrated and time.monotonic() - self._looked_at >= _LOOK_EVERY_SECONDS:
            self._looked_at = time.monotonic()
            self._state = BEHIND if _is_behind() else READY
        return self._is_migrated


def _is_behind() -> bool:
    at_work = jobs.workers(at=datetime.now(UTC))
    return not at_work or max(followers.lag().values(), default=0) > _ROWS_BEHIND
