from django.utils import timezone

from rapport.channels.chat import commands
from rapport.jobs.queue import rules as jobs

FOLLOW = "chat.follow"


@jobs.task(FOLLOW)
def follow(context: jobs.Context) -> None:  # noqa: ARG001 - every task is given its context
    """End the waits of visitors who left, and send by mail what they did not read."""
    now = timezone.now()
    commands.settle_all(at=now)
    commands.follow_all(at=now)
