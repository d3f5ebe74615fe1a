"""A process of its own that erases, joins or exports, to be killed at a named point."""

import sys
from datetime import UTC, datetime

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from tests.made_up import customer_of  # noqa: E402
from tests.privacy.people import erase, join, live_here  # noqa: E402

from rapport.interactions.lake import commands as lake  # noqa: E402
from rapport.wiring import tasks  # noqa: E402

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def main(act: str) -> None:
    """Do what the word says."""
    if act == "begin":
        call_command("migrate", verbosity=0)
        for name in ("amina", "ben"):
            live_here(name, NOON)
        lake.refresh(at=NOON)
    elif act == "join":
        join(customer_of("user_id=amina-canary-account"), customer_of("user_id=ben-canary-account"), NOON)
    elif act == "erase":
        erase(customer_of("user_id=amina-canary-account"), NOON)
        lake.refresh(at=NOON)
    elif act == "work":
        from rapport.jobs.queue.tasks import Worker

        tasks.load()
        Worker().run_until_idle()
    elif act == "scrub":
        from rapport.customers.privacy import commands

        while commands.scrub_step():
            pass
        commands.fold_in()


main(sys.argv[1])
