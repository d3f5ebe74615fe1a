"""A carrier in a process of its own: `carrier_process LEASE_SECONDS`, or `carrier_process put PORT COUNT PURPOSE`.

The second form joins a mailbox whose server listens on that port and puts out so many messages, each to another.
"""

import signal
import sys
from datetime import UTC, datetime, timedelta

import django
import structlog

structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
django.setup()

from tests.channels.leaving import allow, answer, mailbox, put_out, said_to_us  # noqa: E402 - after the set-up

from rapport.channels.contact.models import ContactRule  # noqa: E402
from rapport.channels.outbound.tasks import Carrier  # noqa: E402


def carry(lease_seconds: float) -> None:
    """Carry until asked to stop."""
    carrier = Carrier(lease=timedelta(seconds=lease_seconds), hands=6)
    signal.signal(signal.SIGTERM, lambda *_: carrier.stop())
    carrier.run()


def put(port: int, count: int, purpose: str) -> None:
    """Put out answers, or questions to people who allowed them."""
    at = datetime.now(UTC)
    ContactRule.objects.filter(kind="quiet").delete()
    number = mailbox(port, at, address=f"help{port}@shop.example")
    for place in range(count):
        address = f"c{place}@d{port}-{place % 7}.example"
        if purpose != "service":
            allow(address, purpose, at)
        put_out(answer(said_to_us(number, address, at), at), at, purpose=purpose)


if __name__ == "__main__":
    if sys.argv[1] == "put":
        put(int(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
    else:
        carry(float(sys.argv[1]))
