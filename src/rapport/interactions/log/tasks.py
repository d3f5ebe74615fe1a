"""What follows the log by the clock."""

from django.utils import timezone

from rapport.interactions.log import commands
from rapport.interactions.log.commands import telling
from rapport.jobs.queue import rules as jobs


def tell_screens() -> int:
    """Tell screens of what is new in the log; how many rows were passed."""
    return telling.tell_new(at=timezone.now())


@jobs.task("log.forget_old")
def forget_old(context: jobs.Context) -> None:
    """Forget what is older than the rules of retention keep it."""
    commands.forget_old(at=timezone.now(), should_stop=context.should_stop)
    if context.should_stop():
        raise jobs.Unfinished
