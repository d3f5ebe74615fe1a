"""The circumstances under which messages arrive, and what became of each: words shared by every dialect."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec

from rapport.interactions.log.rules import Entry
from rapport.kernel.text import shortened, storable

LONGEST_REPEATED_VALUE = 80


class Reception(msgspec.Struct, frozen=True):
    """When a body came in, and what is assumed where a message is silent.

    `currency` is the organisation's own; `new_id` makes an id for a message that has none; `is_trusted`:
    the sender's key is not one that lies open in a web page.
    """

    received_at: datetime
    currency: str
    new_id: Callable[[], str]
    is_trusted: bool = False


class Fault(msgspec.Struct, frozen=True):
    """Why a message was not taken: the field, its value as it came (shortened), and a sentence."""

    field: str
    value: str
    message: str


class BadMessage(Exception):  # noqa: N818 - named for the fact
    """Raised inside a dialect when a message cannot be taken; it carries the fault."""

    def __init__(self, field: str, value: Any, message: str) -> None:
        super().__init__(message)
        self.fault = Fault(field, repeated(value), message)


class Taken(msgspec.Struct):
    """What a body held: `entries[i]` came from place `places[i]`; `faults` holds the places not taken."""

    entries: list[Entry] = []
    places: list[int] = []
    faults: dict[int, Fault] = {}

    def add(self, place: int, entry: Entry) -> None:
        self.entries.append(entry)
        self.places.append(place)


def repeated(value: Any) -> str:
    """A value from outside, short and storable, so that an answer or a warning can name it."""
    if not isinstance(value, str):
        value = _shown(value)
    return shortened(storable(value[: LONGEST_REPEATED_VALUE + 1]), LONGEST_REPEATED_VALUE)


def _shown(value: Any) -> str:
    if isinstance(value, dict | list):
        return f"{'an object' if isinstance(value, dict) else 'a list'} of {len(value)}"
    return "null" if value is None else str(value)
