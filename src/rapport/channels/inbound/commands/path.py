"""The path of one envelope: what its steps found out so far, and how each step answers."""

from dataclasses import dataclass, field
from datetime import datetime

from rapport.channels.endpoints.rules import Place
from rapport.channels.inbound.commands.opening import Opened
from rapport.channels.inbound.models import Envelope
from rapport.channels.inbound.rules.authentication import Verdict
from rapport.channels.inbound.rules.reading import Mail
from rapport.channels.spoken.rules import Spoken
from rapport.channels.threads.models import Message
from rapport.customers.directory.rules import Claim
from rapport.staff.roles.rules import Actor


@dataclass(frozen=True, slots=True)
class Walked:
    """Where an envelope came to, and why.

    `is_verified`: its sender is proven; `is_answer`: it answers something that was said in its thread. What is
    neither only claims to come from whom it names. `is_internal`: for staff alone. `message` is the message itself,
    where this walk has put it.
    """

    state: str
    reason: str
    message_id: int | None = None
    is_automatic: bool = False
    is_internal: bool = False
    is_verified: bool = False
    is_answer: bool = False
    message: Message | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided: its sender takes part ("participant"), or has a "conversation" of its own."""

    how: str
    by: Actor


@dataclass(frozen=True, slots=True)
class Found:
    """What one step found: an outcome with its reason, and where the walk ends if it ends here."""

    outcome: str
    why: str = ""
    state: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Door:
    """A thread that an envelope refers to, and by what: address, name or mark; to whom it was given (0: all)."""

    thread_id: int
    by: str
    participant_id: int = 0


@dataclass(slots=True)
class Path:
    """What is known of an envelope on its way. Steps fill it in their order. `key` opens names of ours."""

    envelope: Envelope
    place: Place
    opened: Opened
    at: datetime
    decision: Decision | None = None
    key: bytes = b""
    verdict: Verdict = field(default_factory=Verdict)
    automatic: str = ""
    author: Claim | None = None
    author_id: int | None = None
    doors: tuple[Door, ...] = ()
    thread_id: int | None = None
    is_answer: bool = False
    is_internal: bool = False
    staff_id: int | None = None
    is_name_taken: bool = False
    warnings: list[str] = field(default_factory=list)
    message_id: int | None = None
    message: Message | None = None
    steps: list[tuple[str, Found]] = field(default_factory=list)

    @property
    def mail(self) -> Mail:
        """The mail; only steps of mail ask for it."""
        assert self.opened.mail is not None
        return self.opened.mail

    @property
    def spoken(self) -> Spoken:
        """What was said in our own form; only steps of other channels ask for it."""
        assert self.opened.spoken is not None
        return self.opened.spoken

    @property
    def name(self) -> str:
        """The name of a mail: its Message-ID, or one made of its bytes where it has none of its own."""
        own = "" if self.is_name_taken else self.mail.message_id
        return own or f"sha256:{self.envelope.sha256}"

    def suspended(self, reason: str, why: str) -> Found:
        """It waits for a person, unless one has decided already."""
        if self.decision is not None:
            return Found("let in", why)
        return Found("suspended", why, "suspended", reason)
