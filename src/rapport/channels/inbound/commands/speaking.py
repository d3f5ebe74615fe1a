"""The steps of what reaches us in our own form, from the chat and from other systems: we know who says it."""

from collections.abc import Sequence
from datetime import datetime

from rapport.channels.inbound.commands import trusting
from rapport.channels.inbound.commands.path import Found, Path
from rapport.channels.inbound.commands.steps import StepOf
from rapport.channels.threads import commands as threads
from rapport.channels.threads.rules import NewAttachment, NewMessage
from rapport.customers.directory.rules import normalised
from rapport.kernel.text import shortened
from rapport.staff.organisation import queries as organisation


def read(path: Path) -> Found:
    """Who said it, as the system that passed it on vouches."""
    said = path.spoken
    path.author = normalised(said.author, region=organisation.phone_region())
    path.envelope.sender = (path.author.value if path.author else said.author.value)[:254]
    path.envelope.subject = shortened(said.subject, 300)
    path.automatic = "its system says so" if said.is_automatic else ""
    return Found("read", "automatic" if said.is_automatic else "")


def which_customer(path: Path) -> Found:
    """The thread of whoever said it."""
    if path.author is None:
        return path.suspended("no_sender", f"'{path.envelope.sender[:80]}' names nobody")
    return trusting.own_conversation(path, f"by its {path.author.kind}")


def place(path: Path) -> Found:
    """Into the thread, with its files, which are kept already."""
    said = path.spoken
    assert path.thread_id is not None
    new = NewMessage(
        endpoint_id=path.place.id,
        channel=path.place.channel,
        direction="in",
        at=_said_at(path),
        text=said.text,
        subject=said.subject,
        author=path.author,
        author_id=path.author_id,
        author_name=said.name,
        name=path.envelope.external_id,
        answers=said.answers,
        is_automatic=said.is_automatic,
        files=tuple(NewAttachment(one.file, one.name, one.type, one.bytes) for one in said.files),
    )
    message = threads.put(path.thread_id, new, at=path.at, place=path.place)
    path.message, path.message_id, path.is_answer = message, message.pk, message.answers_id is not None
    return Found("placed", f"message {message.pk} of thread {message.thread_id}", "placed")


STEPS: Sequence[tuple[str, StepOf]] = (
    ("read", read),
    ("customer", which_customer),
    ("place", place),
)


def _said_at(path: Path) -> datetime:
    """The other system's own moment, unless it lies ahead of ours."""
    said_at = path.spoken.said_at
    return min(said_at, path.envelope.arrived_at) if said_at else path.envelope.arrived_at
