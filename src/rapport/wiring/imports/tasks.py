"""Imports in the background."""

from datetime import UTC, datetime

from rapport.interactions.ingestion import commands as ingestion
from rapport.interactions.ingestion.commands.beginning import JOB
from rapport.jobs.queue import rules as jobs
from rapport.kernel.refusals import Refusal
from rapport.service.histories import commands as histories
from rapport.staff.roles.rules import System
from rapport.wiring.imports.whole import run


@jobs.task(JOB)
def run_import(context: jobs.Context, *, import_id: int) -> None:
    """Bring an import to its end, or to its next checkpoint when the worker is asked to stop."""
    watch = ingestion.Watch(clock=lambda: datetime.now(UTC), should_stop=context.should_stop)
    try:
        run(import_id, watch=watch, by=System())
    except (ingestion.ImportStopped, histories.StoppedEarly) as stopped:
        raise jobs.Unfinished from stopped
    except Refusal:
        raise
    except Exception as error:
        ingestion.note_failure(import_id, f"{type(error).__name__}: {error}", at=datetime.now(UTC))
        raise
