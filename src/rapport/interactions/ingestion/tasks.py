"""Imports in the background."""

from datetime import UTC, datetime

from rapport.interactions.ingestion import commands
from rapport.jobs.queue import rules as jobs


@jobs.task("imports.throw_away_old")
def throw_away_old(context: jobs.Context) -> None:  # noqa: ARG001 - given to every task
    """Throw away files of imports that have served."""
    commands.throw_away_old(at=datetime.now(UTC))
