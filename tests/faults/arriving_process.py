"""A process of its own in which mail arrives, to be killed at a named point."""

import sys
from datetime import UTC, datetime
from pathlib import Path

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from tests.channels.arriving import mail, mailbox, proven  # noqa: E402

from rapport.channels.endpoints.models import Endpoint  # noqa: E402
from rapport.channels.inbound import commands as inbound  # noqa: E402
from rapport.channels.inbound import queries  # noqa: E402
from rapport.wiring import arrivals  # noqa: E402

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
BIG = "a photograph " * 30_000


def main(act: str) -> None:
    """Do what the word says: `receive` as a mailbox is fetched, `walk` as a worker does."""
    if act == "begin":
        call_command("migrate", verbosity=0)
        mailbox(NOON)
    elif act == "receive":
        shop = Endpoint.objects.get()
        for number, text in enumerate(("Where is my parcel?", BIG, "And my refund?")):
            raw = mail(text=text, message_id=f"<m{number}@mail.example>", authentication_results=proven())
            inbound.receive(shop.pk, raw, external_id=f"uid:{number}", at=NOON)
            with (Path(settings.HOME) / "promised").open("a") as promised:
                promised.write(f"uid:{number}\n")
    elif act == "walk":
        for number in queries.unwalked(before=datetime(2100, 1, 1, tzinfo=UTC)):
            arrivals.arrive(number, at=NOON)


main(sys.argv[1])
