"""A process of its own that begins clocks, sweeps them, or counts what came of it."""

import sys
import time
from datetime import UTC, datetime, timedelta

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from tests import made_up  # noqa: E402

from rapport.interactions.log import queries as log  # noqa: E402
from rapport.service.clocks import commands as clocks  # noqa: E402
from rapport.service.clocks.models import ClockEvent  # noqa: E402
from rapport.service.clocks.tasks import watch_at_work  # noqa: E402
from rapport.service.promises import commands as promises  # noqa: E402
from rapport.staff.roles.rules import EVERYTHING, Operator  # noqa: E402
from rapport.wiring import clocks as wiring  # noqa: E402

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
CLOCKS = 1200


def watch() -> None:
    """Let 100 clocks come due under the watch; how many seconds late the latest was noted, and how many there were."""
    began_at = datetime.now(UTC)
    with watch_at_work(wiring.sweep):
        for number in range(100):
            at = datetime.now(UTC)
            due_at = at + timedelta(seconds=2, milliseconds=number)
            clocks.start_until(due_at, at=at, warn_before=timedelta(seconds=1), case_id=None)
            time.sleep(0.01)
        time.sleep(4)
    noted = ClockEvent.objects.filter(kind__in=["warn", "breach"], at__gte=began_at)
    latest = max((one.noted_at - one.at).total_seconds() for one in noted)
    sys.stdout.write(f"{latest} {noted.count()}\n")


def main(act: str) -> None:
    """Do what the word says."""
    if act == "begin":
        call_command("migrate", verbosity=0)
        made_up.record(made_up.event("question", "email=amina@okafor.example", at=NOON), at=NOON)
        amina = made_up.identifier_of("email=amina@okafor.example")
        promises.make(promises.NewPromise(amina.pk, "Send the form", NOON + HOUR), by=Operator(), at=NOON)
        for number in range(CLOCKS - 1):
            due_at = NOON + HOUR + timedelta(seconds=number)
            clocks.start_until(due_at, at=NOON, warn_before=timedelta(), case_id=None)
    elif act == "sweep":
        sys.stdout.write(f"{wiring.sweep(NOON + 5 * HOUR)}\n")
    elif act == "watch":
        watch()
    elif act == "count":
        broken = log.count("promise_broken", reach=EVERYTHING)
        breaches = ClockEvent.objects.filter(kind="breach").count()
        sys.stdout.write(f"{breaches} breaches, {broken} broken promises\n")


main(sys.argv[1])
