"""Reading an envelope: the part of a walk that takes its time and needs nothing of the database but the bytes."""

from dataclasses import dataclass

from rapport.channels.inbound import queries
from rapport.channels.inbound.commands import checking
from rapport.channels.inbound.models import Envelope
from rapport.channels.inbound.rules import reading, senders
from rapport.channels.inbound.rules.authentication import Verdict
from rapport.channels.inbound.rules.reading import Mail
from rapport.channels.spoken import rules as spoken
from rapport.channels.spoken.rules import Spoken


@dataclass(frozen=True, slots=True)
class Opened:
    """What an envelope holds: a mail, or something said in our own form. `checked`: what a check of our own found."""

    mail: Mail | None = None
    checked: Verdict | None = None
    spoken: Spoken | None = None


def open_envelope(envelope_id: int) -> Opened:
    """Read an envelope before its walk, outside the transaction, so that nobody waits for a large mail to be read."""
    return opened(queries.row(envelope_id), asks=True)


def opened(envelope: Envelope, *, asks: bool = False) -> Opened:
    """What is in an envelope; what is not in our form raises `spoken.NotSpoken`, a mail never does.

    `asks`: the DNS may be asked, if the mailbox says so.
    """
    raw = queries.raw(envelope)
    if envelope.endpoint.kind == "email":
        mail = reading.read(raw)
        return Opened(mail, _checked(envelope, mail, raw) if asks else None)
    return Opened(spoken=spoken.read(raw))


def _checked(envelope: Envelope, mail: Mail, raw: bytes) -> Verdict | None:
    """A check of our own, where the mailbox asks for it and its server said nothing."""
    settings = envelope.endpoint.settings
    if not settings.get("checks_signatures") or mail.author is None or settings.get("vouched_by"):
        return None
    return checking.verdict(raw, senders.domain_of(mail.author.email))
