"""Background work of routing: handing out when something changed, and looking again each minute."""

from datetime import datetime

from django.utils import timezone

from rapport.jobs.queue.rules import Context, task
from rapport.service.desk.commands.handing import HAND_OUT
from rapport.service.routing import commands

LOOK = "routing.look"


@task(HAND_OUT, is_atomic=True)
def hand_out(_context: Context) -> None:
    """Give what waits to whoever has room."""
    commands.hand_out(at=_now())


@task(LOOK, is_atomic=True)
def look(_context: Context) -> None:
    """Take those for gone who are, take back what they had, and hand out."""
    at = _now()
    commands.lapse_absent(at=at)
    commands.hand_out(at=at)


def _now() -> datetime:
    return timezone.now()
