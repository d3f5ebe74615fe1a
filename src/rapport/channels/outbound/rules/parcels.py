"""One try to hand something over: what is carried, and what became of it. Plain values, so threads need no database."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from rapport.channels.endpoints.rules.mail import MailSettings
from rapport.channels.endpoints.rules.web import Door
from rapport.channels.outbound.rules.letters import Letter
from rapport.channels.outbound.rules.trying import Judged


@dataclass(frozen=True, slots=True)
class File:
    """Where a file lies that goes along, with what proves that it is still the same."""

    path: str
    name: str
    media_type: str
    bytes: int
    sha256: str
    content_id: str = ""


@dataclass(frozen=True, slots=True)
class Mailing:
    """A letter and how it leaves: `return_to` hears if it cannot be delivered."""

    settings: MailSettings = field(repr=False)
    letter: Letter
    return_to: str
    files: tuple[File, ...] = ()


@dataclass(frozen=True, slots=True)
class Posting:
    """Our words for another system, and the door through which they go; the same id at every try."""

    door: Door = field(repr=False)
    id: str
    content: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Showing:
    """Words in a chat: they are shown by being there."""


@dataclass(frozen=True, slots=True)
class Pretending:
    """Words of a made-up organisation: they count as handed over, and go nowhere."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """A dispatch in hand; whatever is said of it afterwards must carry its `fence`."""

    dispatch_id: int
    fence: int
    endpoint_id: int
    address: str
    load: Mailing | Posting | Showing | Pretending


@dataclass(frozen=True, slots=True)
class Trouble:
    """Nothing can leave through this endpoint now, whoever it is for. `needs_person`: it will not mend by itself."""

    message: str
    needs_person: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a parcel: `judged` for the recipient, or a trouble of the whole endpoint (then no try is lost)."""

    parcel: Parcel
    judged: Judged | None = None
    trouble: Trouble | None = None
