"""What is done for the arbiter again and again."""

from datetime import UTC, datetime

from rapport.channels.contact import commands
from rapport.jobs.queue import rules as jobs


@jobs.task("contact.tidy")
def tidy(context: jobs.Context) -> None:  # noqa: ARG001 - every task is given its context
    """Forget what was asked long ago."""
    commands.tidy(at=datetime.now(UTC))
