from datetime import UTC, datetime

from rapport.jobs.queue import rules as jobs
from rapport.staff.answers import commands


@jobs.task("answers.tidy")
def tidy(context: jobs.Context) -> None:  # noqa: ARG001 - every task is given its context
    """Forget answers that were kept long enough."""
    commands.prune(at=datetime.now(UTC))
