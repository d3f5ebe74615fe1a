"""`rapport worker`: does the jobs, and keeps what is derived from the log up to date."""

import os
import signal
import threading
from datetime import UTC, datetime
from typing import Annotated

import typer

from rapport.cli import setup

_EVERY_SECONDS = 1.0
_STOP_SECONDS = 5.0


def worker(
    queue: Annotated[
        list[str] | None, typer.Option(help="Only do jobs of this queue; may be repeated.")
    ] = None,
) -> None:
    """Do background work until stopped (Ctrl-C or SIGTERM): jobs, and what follows new interactions.

    Any number of workers may run. One that a job hangs or kills ends; a service manager (or `rapport serve`)
    starts it again, and the job counts the attempt.
    """
    setup.ready()
    from rapport.channels.inbound.tasks import postman_at_work
    from rapport.channels.outbound.tasks import carrier_at_work
    from rapport.interactions.webhooks.tasks import courier_at_work
    from rapport.jobs.queue.tasks import Worker
    from rapport.service.clocks.tasks import watch_at_work
    from rapport.wiring import clocks, tasks

    tasks.load()

    def between() -> None:
        if _is_orphan():
            running.stop()

    running = Worker(between=between, queues=queue or (), is_process=True)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: running.stop())
    keeper = Keeper()
    keeper.start()
    with courier_at_work(), carrier_at_work(), postman_at_work(), watch_at_work(clocks.sweep):
        running.run()
    keeper.stop()
    typer.echo("rapport worker: stopped; unfinished work goes on where it was.", err=True)


class Keeper(threading.Thread):
    """What must not wait for a long job: followers of the log and the schedule, in a thread of their own."""

    def __init__(self) -> None:
        super().__init__(name="keeper", daemon=True)
        self._stopping = threading.Event()

    def run(self) -> None:
        from rapport.wiring.upkeep import Upkeep

        upkeep = Upkeep()
        while not self._stopping.is_set():
            upkeep.turn(at=datetime.now(UTC))
            self._stopping.wait(_EVERY_SECONDS)

    def stop(self) -> None:
        """End soon; what is in the middle of a transaction is rolled back by the end of the process."""
        self._stopping.set()
        self.join(_STOP_SECONDS)


def _is_orphan() -> bool:
    """Whether the server that started this worker is gone (Linux says so by a signal, other systems do not)."""
    parent = os.environ.get("RAPPORT_PARENT_PID")
    return parent is not None and os.getppid() != int(parent)
