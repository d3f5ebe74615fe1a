import os
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

from benchmarks import queues

os.environ.update(
    DJANGO_SETTINGS_MODULE="rapport.config.settings", RAPPORT_HOME=sys.argv[1], RAPPORT_DATABASE_URL=""
)

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from rapport.jobs.queue import commands, rules  # noqa: E402
from rapport.jobs.queue.tasks import Worker  # noqa: E402


@rules.task("bench.empty", is_atomic=True)
def empty(_context: Any) -> None:
    pass


@rules.task("bench.effect", is_atomic=True)
def effect(_context: Any, *, number: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO effect (number) VALUES (%s)", [number])


@rules.task("bench.alone")
def alone(_context: Any) -> None:
    pass


@rules.task("bench.slow")
def slow(_context: Any, *, folder: str) -> None:
    queues.leave_a_trace(folder)


def put(count: int) -> None:
    for _ in range(count):
        commands.enqueue("bench.empty", {}, at=datetime.now(UTC))


def put_at_once(count: int) -> None:
    now = datetime.now(UTC)
    commands.put_many([rules.Wanted("bench.effect", {"number": n}) for n in range(count)], at=now)


def put_alone(count: int) -> None:
    commands.put_many([rules.Wanted("bench.alone", {})] * count, at=datetime.now(UTC))


def put_slow(_count: int) -> None:
    commands.enqueue("bench.slow", {"folder": sys.argv[1]}, at=datetime.now(UTC))


def prepare(_count: int) -> None:
    call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE effect (number integer)")


def drain(_count: int) -> None:
    Worker().run_until_idle()


def work(_count: int) -> None:
    Worker(lease=timedelta(seconds=2)).run()


queues.run(
    {
        "prepare": prepare,
        "put": put,
        "put-at-once": put_at_once,
        "put-alone": put_alone,
        "put-slow": put_slow,
        "drain": drain,
        "work": work,
    }
)
