"""Looks at a schedule again and again for some seconds, as one of several workers would."""

import sys
import time
from datetime import UTC, datetime, timedelta

import django

django.setup()

from rapport.jobs.schedule.commands import tick  # noqa: E402 - after the set-up
from rapport.jobs.schedule.rules import Periodic  # noqa: E402

if __name__ == "__main__":
    schedule = {"often": Periodic("test.often", timedelta(seconds=1))}
    until = time.monotonic() + float(sys.argv[1])
    taken = 0
    while time.monotonic() < until:
        taken += len(tick(schedule, at=datetime.now(UTC)))
    sys.stdout.write(str(taken))
