"""Taking in what was received, one job an envelope, and what was left behind."""

from datetime import datetime, timedelta

from django.utils import timezone

from rapport.channels.inbound import queries as inbound
from rapport.channels.inbound.commands.fetching import TAKE_IN
from rapport.jobs.queue import commands as jobs
from rapport.jobs.queue.rules import Context, task
from rapport.wiring.arrivals.bringing_in import arrive

TAKE_IN_REST = "inbound.take_in_rest"
_LEFT_BEHIND = timedelta(minutes=2)


@task(TAKE_IN)
def take_in(_context: Context, *, envelope_id: int) -> None:
    """Take in what was received and waits to be walked."""
    arrive(envelope_id, at=_now())


@task(TAKE_IN_REST, is_atomic=True)
def take_in_rest(_context: Context) -> None:
    """Put in a job for every envelope that waits longer than it should: whoever received it did not come to that."""
    at = _now()
    for number in inbound.unwalked(before=at - _LEFT_BEHIND):
        jobs.enqueue(TAKE_IN, {"envelope_id": number}, at=at, key=f"{TAKE_IN}:{number}")


def _now() -> datetime:
    return timezone.now()
