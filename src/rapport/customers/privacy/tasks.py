"""What is left to do after an erasure: at once if its process ended before, and at night what takes long."""

from datetime import UTC, datetime

from rapport.customers.privacy import commands
from rapport.files.store import commands as files
from rapport.jobs.queue import rules as jobs


@jobs.task(commands.FINISH)
def finish(context: jobs.Context, *, erasure_id: int, files: list[str]) -> None:  # noqa: ARG001 - given to every task
    """Remove the files of somebody erased and write the journal, if that was not done at once."""
    commands.finish(erasure_id, files=files)


@jobs.task(commands.SCRUB)
def scrub(context: jobs.Context) -> None:
    """Let go of what the database still holds in its gaps of those who were erased."""
    while commands.scrub_step():
        if context.should_stop():
            raise jobs.Unfinished
    commands.fold_in()


@jobs.task("files.sweep")
def sweep_files(context: jobs.Context) -> None:  # noqa: ARG001 - given to every task
    """Throw away exports and other files whose end has come, and what a kill left behind."""
    files.sweep(at=datetime.now(UTC))
