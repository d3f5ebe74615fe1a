"""The form in which chat and the channel API hand over what was said: the raw bytes of their envelopes."""

from datetime import UTC, datetime

import msgspec

from rapport.customers.directory.rules import Claim
from rapport.kernel.text import shortened, storable

LONGEST_TEXT, LONGEST_NAME, LONGEST_SUBJECT = 20_000, 200, 300
MOST_FILES = 10
EARLIEST_YEAR, LATEST_YEAR = 1990, 9999


class NotSpoken(ValueError):  # noqa: N818 - named for the fact
    """Bytes that are not in this form."""


class SpokenFile(msgspec.Struct, frozen=True):
    """A file that came with it and is kept already: its number in the store, and how it was called."""

    file: int
    name: str
    type: str
    bytes: int


class Spoken(msgspec.Struct, frozen=True, kw_only=True):
    """One thing said, and by whom.

    `author` is who said it, with its proof; `name` what they call themselves. `answers` is the name of the message
    that it answers, where the other system knows. `said_at`: by the clock of the other system.
    """

    author: Claim
    text: str = ""
    subject: str = ""
    name: str = ""
    answers: str = ""
    said_at: datetime | None = None
    files: tuple[SpokenFile, ...] = ()
    is_automatic: bool = False


def written(spoken: Spoken) -> bytes:
    """The bytes that an envelope keeps; the same thing said gives the same bytes."""
    return msgspec.json.encode(spoken)


def read(raw: bytes) -> Spoken:
    """What an envelope's bytes say; texts are made storable and cut to their limits.

    >>> read(b'{"author": {"kind": "phone", "value": "+4915112345678"}, "text": "Hello"}').text
    'Hello'
    """
    try:
        found = msgspec.json.decode(raw, type=Spoken)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise NotSpoken(str(error)) from error
    return msgspec.structs.replace(
        found,
        text=storable(found.text)[:LONGEST_TEXT],
        subject=shortened(" ".join(storable(found.subject).split()), LONGEST_SUBJECT),
        name=shortened(" ".join(storable(found.name).split()), LONGEST_NAME),
        said_at=_possible(found.said_at),
        files=found.files[:MOST_FILES],
    )


def _possible(moment: datetime | None) -> datetime | None:
    """The moment in UTC; None for one at which nobody can have said anything to us."""
    if moment is None or not EARLIEST_YEAR <= moment.year < LATEST_YEAR:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
