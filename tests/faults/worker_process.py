"""A worker in a process of its own, with tasks that do harm: `python worker_process.py LEASE_SECONDS`."""

import os
import re
import resource
import signal
import sys
import time
from datetime import timedelta
from typing import Any

import django
import structlog

structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
django.setup()

from django.db import connection  # noqa: E402 - after the set-up

from rapport.jobs.queue import rules  # noqa: E402
from rapport.jobs.queue.tasks import Worker  # noqa: E402


def note(what: str) -> None:
    """The effect: one row, which the tests count."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO effect (what) VALUES (%s)", [what])


@rules.task("fault.short", is_atomic=True)
def short(_context: Any, *, what: str) -> None:
    note(what)


@rules.task("fault.long")
def long(context: Any, *, what: str, seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if context.should_stop():
            raise rules.Unfinished
        time.sleep(0.02)
    note(what)


@rules.task("fault.fails", is_atomic=True)
def fails(_context: Any, *, what: str) -> None:
    note(what)
    raise ValueError(what)


@rules.task("fault.deadly", is_atomic=True)
def deadly(_context: Any, *, what: str) -> None:
    note(what)
    os.kill(os.getpid(), signal.SIGKILL)


@rules.task("fault.leaves")
def leaves(_context: Any) -> None:
    sys.exit("I am off")


@rules.task("fault.endless", most_seconds=0.2)
def endless(_context: Any) -> None:
    re.match("(a+)+b", "a" * 60)


@rules.task("fault.greedy")
def greedy(_context: Any) -> None:
    resource.setrlimit(resource.RLIMIT_DATA, (400 << 20, resource.RLIM_INFINITY))
    try:
        _ = [bytes(1 << 20) for _ in range(4_000)]
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


if __name__ == "__main__":
    rules.GRACE_SECONDS = 0.3
    worker = Worker(lease=timedelta(seconds=float(sys.argv[1])), is_process=True)
    signal.signal(signal.SIGTERM, lambda *_: worker.stop())
    worker.run()
