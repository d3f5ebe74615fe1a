import sys
from pathlib import Path

import django
from django.conf import settings

from benchmarks import queues

settings.configure(
    INSTALLED_APPS=["django_tasks", "django_tasks_db"],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(Path(sys.argv[1]) / "tasks.sqlite3"),
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
            },
        }
    },
    TASKS={"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}},
    USE_TZ=True,
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
)
django.setup()

from django.core.management import call_command  # noqa: E402

from benchmarks.queues.django_tasks import empty, slow  # noqa: E402


def put(count: int) -> None:
    for _ in range(count):
        empty.enqueue()


def work(_count: int) -> None:
    call_command("db_worker", interval=0.1, startup_delay=False, reload=False, verbosity=0)


def drain(_count: int) -> None:
    call_command("db_worker", batch=True, interval=0, startup_delay=False, reload=False, verbosity=0)


queues.run(
    {
        "prepare": lambda _: call_command("migrate", verbosity=0),
        "put": put,
        "drain": drain,
        "put-slow": lambda _: slow.enqueue(sys.argv[1]),
        "work": work,
    }
)
