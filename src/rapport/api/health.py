"""Is the process alive, and may it be sent requests? For load balancers; no details."""

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from rapport.api.problems import Problem
from rapport.api.senders import Senders


class Readiness:
    """Asks the database each time; whether migrations are applied is asked until they are."""

    def __init__(self, senders: Senders) -> None:
        self._senders = senders
        self._is_migrated = False

    async def check(self) -> None:
        """Return if requests may be sent; a problem 503 otherwise."""
        if not await self._senders.ask(self._is_ready):
            raise Problem(503, "not_ready", "Not ready yet.", retry_after=2)

    def _is_ready(self) -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        if not self._is_migrated:
            executor = MigrationExecutor(connection)
            self._is_migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
        return self._is_migrated
