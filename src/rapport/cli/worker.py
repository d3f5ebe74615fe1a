"""`rapport worker`: does the jobs, and keeps what is derived from the log up to date."""

import os
import signal
import time

import typer

from rapport.cli import setup

_EVERY_SECONDS = 1.0


def worker() -> None:
    """Do background work until stopped (Ctrl-C or SIGTERM): jobs, and figures derived from new interactions."""
    setup.ready()
    import rapport.customers.likeness.tasks
    import rapport.interactions.ingestion.tasks  # noqa: F401 - registers its tasks
    from rapport.interactions.log import commands as log
    from rapport.jobs.queue.tasks import Worker

    last = 0.0

    def keep_up() -> None:
        nonlocal last
        if _is_orphan():
            running.stop()
        if time.monotonic() - last >= _EVERY_SECONDS:
            log.catch_up()
            last = time.monotonic()

    running = Worker(between=keep_up)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: running.stop())
    running.run()
    typer.echo("rapport worker: stopped; unfinished work goes on where it was.", err=True)


def _is_orphan() -> bool:
    """Whether the server that started this worker is gone (Linux says so by a signal, other systems do not)."""
    parent = os.environ.get("RAPPORT_PARENT_PID")
    return parent is not None and os.getppid() != int(parent)
