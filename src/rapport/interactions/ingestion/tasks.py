"""Imports in the background."""

import secrets
from datetime import UTC, datetime

from rapport.interactions.ingestion import commands
from rapport.jobs.queue import rules as jobs
from rapport.kernel.refusals import Refusal
from rapport.staff.roles.rules import System


@jobs.task("interactions.import")
def run_import(context: jobs.Context, *, import_id: int) -> None:
    """Bring an import to its end, or to its next checkpoint when the worker is asked to stop."""
    watch = commands.Watch(clock=lambda: datetime.now(UTC), should_stop=context.should_stop)
    try:
        commands.run(import_id, watch=watch, token=secrets.token_hex(4), by=System())
    except commands.ImportStopped as stopped:
        raise jobs.Unfinished from stopped
    except Refusal:
        raise
    except Exception as error:
        commands.note_failure(import_id, f"{type(error).__name__}: {error}", at=datetime.now(UTC))
        raise
