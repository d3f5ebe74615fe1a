"""What the queue does for itself."""

from datetime import UTC, datetime

from rapport.jobs.duties import commands as duties
from rapport.jobs.queue import commands as queue
from rapport.jobs.queue import rules


@rules.task("jobs.tidy", is_atomic=True)
def tidy(context: rules.Context) -> None:  # noqa: ARG001 - every task is given its context
    """Forget finished jobs, dead workers and old counts after some days; parked jobs stay."""
    before = datetime.now(UTC) - rules.KEPT
    queue.tidy(before=before)
    duties.tidy(before=before)
