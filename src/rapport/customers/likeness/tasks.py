"""Looking for duplicates in the background."""

from datetime import UTC, datetime

from rapport.customers.likeness import commands
from rapport.jobs.queue import rules as jobs
from rapport.staff.roles.rules import System


@jobs.task(commands.TASK)
def look_for_duplicates(context: jobs.Context) -> None:  # noqa: ARG001 - every task is given its context
    """Compare all customers and lay the likely pairs before a person."""
    commands.propose(by=System(), at=datetime.now(UTC))
