"""A shop whose answers leave through a sink."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from tests.channels.sinks import Sink

from rapport.channels.endpoints import commands as endpoints
from rapport.channels.endpoints.rules.mail import MailSettings, Secrets, Server
from rapport.channels.endpoints.rules.places import Described
from rapport.channels.outbound import commands as outbound
from rapport.channels.outbound import tasks
from rapport.channels.outbound.models import Dispatch
from rapport.channels.outbound.rules.parcels import Outcome, Parcel
from rapport.channels.threads import commands as threads
from rapport.channels.threads.models import Message
from rapport.channels.threads.rules import NewMessage, Recipient
from rapport.customers.consent import commands as consents
from rapport.customers.directory import commands as directory
from rapport.customers.directory.rules import Claim, Sighting
from rapport.staff.roles.rules import Operator

OURS = "help@shop.example"


def mailbox(sink: Sink | int, at: datetime, **more: Any) -> int:
    """Our mailbox, whose outgoing server is the sink (or listens on a port); its number."""
    port = sink if isinstance(sink, int) else sink.port
    known: dict[str, Any] = {
        "address": OURS,
        "imap": Server("127.0.0.1", 1, "none"),
        "smtp": Server("127.0.0.1", port, "none"),
        "sender_name": "The Shop",
        "secrets": Secrets(password="three quiet words"),
    }
    settings = MailSettings(**(known | more))
    return endpoints.open_mailbox(Described(f"Help {port}"), settings, by=Operator(), at=at).pk


def identifier(address: str, at: datetime, *, kind: str = "email") -> int:
    """Somebody who is known by this address."""
    seen = directory.observe([Sighting(claims=(Claim(kind, address),), at=at, source="a test")])
    assert seen[0].identifier_id is not None
    return seen[0].identifier_id


def said_to_us(endpoint_id: int, address: str, at: datetime, **more: Any) -> Message:
    """A mail that came from somebody."""
    thread = threads.thread_of(identifier(address, at), at=at)
    known: dict[str, Any] = {
        "author": Claim("email", address),
        "author_name": address.partition("@")[0].title(),
        "subject": "My parcel",
        "text": "Where is my parcel?\nIt was to come on Monday.",
        "name": f"<{address}.{at.timestamp()}@mail.example>",
    }
    new = NewMessage(endpoint_id=endpoint_id, channel="email", direction="in", at=at, **(known | more))
    return threads.put(thread, new, at=at)


def answer(
    came: Message,
    at: datetime,
    *,
    to: Sequence[Recipient] = (),
    text: str = "It comes tomorrow.",
    **more: Any,
) -> Message:
    """Our answer to what came."""
    assert came.author is not None
    new = NewMessage(
        endpoint_id=came.endpoint_id,
        channel="email",
        direction="out",
        at=at,
        text=text,
        answers_id=came.pk,
        recipients=tuple(to) or (Recipient(came.author.value, "to", came.author_name),),
        **more,
    )
    return threads.put(came.thread_id, new, at=at)


def put_out(message: Message, at: datetime, *, purpose: str = "service", hold: float = 0) -> list[Dispatch]:
    return outbound.put_out(message.pk, purpose=purpose, hold=timedelta(seconds=hold), at=at)


def answered(sink: Sink, at: datetime, address: str = "amina@mail.example", **more: Any) -> Message:
    """Somebody wrote, and our answer is put out."""
    message = answer(said_to_us(mailbox(sink, at), address, at), at, **more)
    put_out(message, at)
    return message


def state_of(message: Message) -> str:
    """What became of a message to one recipient."""
    return Dispatch.objects.get(message=message).state


def carry(at: datetime, *, room: int = 100, luck: float = 0.5) -> list[Outcome]:
    """Carry everything that is due at a moment, in this thread; what became of it, written down already."""
    outcomes: list[Outcome] = []
    by_endpoint: dict[int, list[Parcel]] = {}
    for parcel in outbound.claim(room=room, at=at, most_at_once=room):
        by_endpoint.setdefault(parcel.endpoint_id, []).append(parcel)
    for parcels in by_endpoint.values():
        tasks.carry(parcels, outcomes.append)
    outbound.settle(outcomes, at=at, luck=luck)
    return outcomes


def to_many(sink: Sink, at: datetime, addresses: Sequence[str]) -> Message:
    """An answer to Amina that goes to others too."""
    came = said_to_us(mailbox(sink, at), "amina@mail.example", at)
    message = answer(
        came, at, to=[Recipient(one, "to" if n == 0 else "cc") for n, one in enumerate(addresses)]
    )
    put_out(message, at)
    return message


def states(message: Message) -> dict[str, str]:
    """What became of a message, address by address."""
    return dict(Dispatch.objects.filter(message=message).order_by("id").values_list("address", "state"))


def allow(address: str, purpose: str, at: datetime, *, granted: bool = True) -> None:
    """Somebody told us whether we may."""
    number = identifier(address, at)
    consents.state(number, purpose=purpose, granted=granted, proof="told a test", by=Operator(), at=at)
