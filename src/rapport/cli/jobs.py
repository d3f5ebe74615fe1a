"""`rapport jobs`: what waits to be done, what was given up, trying it again."""

import typer

from rapport.cli import output, setup

app = typer.Typer(no_args_is_help=True, help="Background work.")
_SHOWN = 100


@app.callback()
def jobs() -> None:
    """Background work."""


@app.command("list")
def list_jobs(*, as_json: output.Json = False) -> None:
    """Jobs that wait or run, and those that were parked, with the reason."""
    setup.ready()
    from rapport.jobs.queue import queries

    waiting, parked = list(queries.unfinished()[:_SHOWN]), list(queries.parked()[:_SHOWN])
    lines = [f"{job.pk:>6}  {job.task}  due {job.due_at:%Y-%m-%d %H:%M:%S}  {job.worker}" for job in waiting]
    lines += [f"{job.pk:>6}  {job.task}  parked: {job.failure.strip().splitlines()[-1]}" for job in parked]
    output.say(
        "\n".join(lines) or "Nothing waits to be done.",
        as_json=as_json,
        waiting=[
            {"id": job.pk, "task": job.task, "due_at": job.due_at, "attempts": job.attempts}
            for job in waiting
        ],
        parked=[{"id": job.pk, "task": job.task, "failure": job.failure} for job in parked],
    )


@app.command()
def retry(job_id: int, *, as_json: output.Json = False) -> None:
    """Let a parked job be tried anew."""
    at = setup.ready()
    from rapport.jobs.queue import commands

    commands.retry(job_id, at=at)
    output.say(f"Job {job_id} waits to be tried anew.", as_json=as_json, id=job_id)
