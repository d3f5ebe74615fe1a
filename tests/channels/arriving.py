"""Mails as they arrive at a made-up shop: built field by field, received and walked."""

from datetime import datetime
from email.message import EmailMessage
from itertools import count
from typing import Any

from rapport.channels.endpoints.models import Alias, Endpoint
from rapport.channels.inbound import commands as inbound
from rapport.channels.inbound.commands.path import Walked
from rapport.channels.inbound.models import Envelope
from rapport.channels.outbound.commands import keys
from rapport.channels.outbound.rules import names
from rapport.channels.threads.models import Message
from rapport.customers.directory.models import Identifier

OURS = "help@shop.example"
SERVER = "mx.shop.example"
_numbers = count(1)


def mailbox(now: datetime, address: str = OURS, *, department: str = "", server: str = SERVER) -> Endpoint:
    """A mailbox whose own mail server says who is who."""
    kept = Endpoint.objects.create(
        kind="email", channel="email", name=address, department=department, address=address,
        token=f"token-{address}", settings={"vouched_by": server} if server else {}, opened_at=now, opened_by="a test",
    )  # fmt: skip
    Alias.objects.create(endpoint=kept, address=address)
    return kept


def door(now: datetime, kind: str = "chat", channel: str = "chat") -> Endpoint:
    """A chat, or a door for another system."""
    return Endpoint.objects.create(
        kind=kind,
        channel=channel,
        name=f"our {kind}",
        token=f"token-{kind}",
        opened_at=now,
        opened_by="a test",
    )


def mail(
    sender: str = "Amina Okafor <amina@mail.example>", text: str = "Where is my parcel?", **fields: Any
) -> bytes:
    """A mail; underscores in names of fields stand for hyphens, a list gives a field more than once."""
    made = EmailMessage()
    made["From"] = sender
    told = {
        "to": OURS,
        "subject": "My parcel",
        "message_id": f"<{next(_numbers)}.canary@mail.example>",
        **fields,
    }
    for name, value in told.items():
        for one in value if isinstance(value, list) else [value]:
            if one:
                made[name.replace("_", "-")] = one
    made.set_content(text)
    return made.as_bytes()


def proven(domain: str = "mail.example", result: str = "pass") -> str:
    """The word of our own mail server on where a mail comes from."""
    return f"{SERVER}; dmarc={result} header.from={domain}"


def arrive(endpoint: Endpoint, raw: bytes, at: datetime, *, external_id: str = "") -> tuple[Envelope, Walked]:
    """Receive and walk; the envelope as it is then, and what the walk says."""
    number = inbound.receive(endpoint.pk, raw, external_id=external_id or f"uid:{next(_numbers)}", at=at)
    walked = inbound.walk(number, at=at)
    return Envelope.objects.get(pk=number), walked


def message_of(walked: Walked) -> Message:
    assert walked.message_id is not None
    return Message.objects.get(pk=walked.message_id)


def steps_of(envelope: Envelope) -> dict[str, str]:
    """What each step found."""
    return dict(envelope.steps.order_by("id").values_list("name", "outcome"))


def reply_address(message: Message, of: str = "amina@mail.example") -> str:
    """The address at which one participant answers in the message's thread."""
    owner = Identifier.objects.get(kind="email", value=of)
    return names.reply_address(keys.ensure_key(), message.thread_id, owner.pk, OURS)
