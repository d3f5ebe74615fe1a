"""The word to screens that something became of a message."""

from collections.abc import Iterable
from datetime import datetime

from rapport.channels.outbound.models import Dispatch
from rapport.channels.threads.models import Message
from rapport.jobs.queue import commands as queue
from rapport.jobs.queue import rules as jobs
from rapport.jobs.queue.rules import Wanted
from rapport.live.events import commands as live
from rapport.live.events.rules import News

PERMISSION = "desk.view"
WENT_WRONG = "outbound.went_wrong"
"""The task that is given each dispatch that did not arrive."""


def tell(messages: Iterable[Message], *, at: datetime) -> None:
    """Let open conversations look again at these messages."""
    live.tell([News(f"thread:{one.thread_id}", PERMISSION, one.department) for one in messages], at=at)


def report(dispatches: Iterable[Dispatch], *, at: datetime) -> None:
    """Have whoever answers for a message told that it did not arrive, by a job that the area above registers."""
    if jobs.find(WENT_WRONG) is not None:
        wanted = [Wanted(WENT_WRONG, {"dispatch_id": one.pk}) for one in dispatches]
        queue.put_many(wanted, at=at)
