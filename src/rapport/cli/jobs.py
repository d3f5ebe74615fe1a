"""`rapport jobs`: what waits to be done, what was given up, trying it again, doing it now."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from rapport.cli import output, setup

if TYPE_CHECKING:
    from rapport.jobs.queue.models import Job

app = typer.Typer(no_args_is_help=True, help="Background work.")
_SHOWN = 100


@app.callback()
def jobs() -> None:
    """Background work."""


@app.command("list")
def list_jobs(*, as_json: output.Json = False) -> None:
    """Jobs that wait or run, those that were parked with the reason, and duties in trouble."""
    setup.ready()
    from rapport.jobs.duties import queries as duties
    from rapport.jobs.queue import queries

    waiting, parked = list(queries.unfinished()[:_SHOWN]), list(queries.parked()[:_SHOWN])
    troubles = duties.troubles()
    lines = [f"{job.pk:>6}  {job.task}  {_state(job)}" for job in waiting]
    lines += [f"{job.pk:>6}  {job.task}  parked: {queries.last_line(job.failure)}" for job in parked]
    lines += [f"        {one.duty}  in trouble: {queries.last_line(one.reason)}" for one in troubles]
    output.say(
        "\n".join(lines) or "Nothing waits to be done.",
        as_json=as_json,
        waiting=[_told(job) for job in waiting],
        parked=[{**_told(job), "failure": job.failure} for job in parked],
        in_trouble=[{"duty": one.duty, "times": one.times, "reason": one.reason} for one in troubles],
    )


@app.command()
def replay(
    job_id: Annotated[int, typer.Argument(help="The number of a parked job; 0 with --task.")] = 0,
    task: Annotated[str, typer.Option(help="Try every parked job of this task again.")] = "",
    *,
    as_json: output.Json = False,
) -> None:
    """Let a parked job, or all of one task, be tried again from the first attempt."""
    at = setup.ready()
    from rapport.staff.roles.rules import Operator
    from rapport.staff.upkeep import commands

    if bool(job_id) == bool(task):
        raise typer.BadParameter("name one parked job, or a task with --task")
    if task:
        count = commands.replay_all(task, by=Operator(), at=at)
    else:
        commands.replay(job_id, by=Operator(), at=at)
        count = 1
    output.say(f"Jobs that wait to be tried again: {count}.", as_json=as_json, jobs=count)


@app.command()
def run(*, as_json: output.Json = False) -> None:
    """Do here and now what is due: clocks, periodic jobs, what follows the log, and jobs; then end."""
    at = setup.ready()
    from rapport.jobs.queue.tasks import Worker
    from rapport.wiring import clocks, tasks
    from rapport.wiring.upkeep import Upkeep

    tasks.load()
    clocks.sweep(at)
    upkeep, worker, tried = Upkeep(), Worker(), 0
    while upkeep.turn(at=at) + (done := worker.run_until_idle()):
        tried += done
    output.say(f"Jobs tried: {tried}.", as_json=as_json, jobs=tried)


def _state(job: "Job") -> str:
    if job.leased_until:
        return f"with {job.worker} until {job.leased_until:%Y-%m-%d %H:%M:%S}, attempt {job.attempts}"
    return f"due {job.due_at:%Y-%m-%d %H:%M:%S}, tried {job.attempts} times"


def _told(job: "Job") -> dict[str, Any]:
    return {
        "id": job.pk,
        "task": job.task,
        "due_at": job.due_at,
        "attempts": job.attempts,
        "worker": job.worker if job.leased_until else "",
        "leased_until": job.leased_until,
    }
