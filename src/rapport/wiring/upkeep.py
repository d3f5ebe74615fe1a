"""One turn of everything that a worker does beside jobs."""

from datetime import datetime

import structlog
from django.db import Error, close_old_connections, connection

from rapport.jobs.schedule import commands as schedule
from rapport.wiring.followers import Tending
from rapport.wiring.schedule import SCHEDULE

logger = structlog.get_logger("rapport.wiring")


class Upkeep:
    """Puts periodic jobs in and lets followers read on; a database out of reach is waited for."""

    def __init__(self) -> None:
        self._followers = Tending()

    def turn(self, *, at: datetime) -> int:
        """Do what is to be done now; how many jobs were put in and rows read."""
        try:
            close_old_connections()
            return len(schedule.tick(SCHEDULE, at=at)) + self._followers.catch_up(at=at)
        except Error as error:
            logger.warning("database out of reach", error=str(error).strip())
            connection.close()
            return 0
