"""What every dialect does with one message: its id, its moment, its traits, its warnings."""

import hashlib
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

import msgspec

from rapport.interactions.ingestion.rules import moments, values
from rapport.interactions.ingestion.rules.received import BadMessage, Reception, Taken, repeated
from rapport.interactions.log.rules import LONGEST_MESSAGE_ID, Entry

MOST_IN_A_BATCH = 2_500
MOST_TRAITS = 300
LONGEST_TRAIT_NAME = 80
LARGEST_EVENT = 32 * 1024
"""Bytes of JSON; larger events are taken, and said to be larger than Segment itself would take."""
LARGEST_BATCH = 500 * 1024
_LONGEST_WARNING = 1_000


class Arrival(msgspec.Struct):
    """One message on its way in: the circumstances, when its sender sent it, what had to be mended so far."""

    reception: Reception
    sent_at: datetime | None
    warnings: list[str]


def check_count(items: list[Any]) -> None:
    """Refuse a batch of more messages than Segment takes."""
    if len(items) > MOST_IN_A_BATCH:
        raise BadMessage(
            "batch", items, f"A batch holds at most {MOST_IN_A_BATCH} messages; this one {len(items)}."
        )


def taken(
    items: Iterable[Any], entry: Callable[[dict[str, Any], list[str]], Entry], *, is_dirty: bool
) -> Taken:
    """The entries that `entry` makes of the items, and the faults of those it refuses."""
    result = Taken()
    for place, item in enumerate(items):
        warnings: list[str] = []
        try:
            result.add(place, entry(_readable(item, warnings, is_dirty=is_dirty), warnings))
        except BadMessage as bad:
            result.faults[place] = bad.fault
    return result


def _readable(item: Any, warnings: list[str], *, is_dirty: bool) -> Any:
    if not isinstance(item, dict):
        raise BadMessage("message", item, "A message is an object.")
    if not is_dirty:
        return item
    clean, paths = values.mended(item)
    if paths:
        warnings.append(f"not storable as it came, mended: {', '.join(map(repeated, paths[:5]))}")
    return clean


def message_id(given: Any, arrival: Arrival) -> str:
    """The sender's own id; a digest of one that is too long; a new one where there is none."""
    written = given if isinstance(given, str) else values.text(given, LONGEST_MESSAGE_ID)
    if 0 < len(written) <= LONGEST_MESSAGE_ID:
        return written
    if written:
        arrival.warnings.append(
            f"messageId is longer than {LONGEST_MESSAGE_ID} characters; its digest is kept"
        )
        return "sha256:" + hashlib.sha256(written.encode()).hexdigest()
    if given is not None and given != "":
        arrival.warnings.append(f"messageId '{repeated(given)}' is not text; a new one was assigned")
    return arrival.reception.new_id()


def occurred_at(said: Any, arrival: Arrival) -> datetime:
    """When it happened by our clock."""
    moment, warning = moments.occurred(
        said, sent_at=arrival.sent_at, received_at=arrival.reception.received_at
    )
    if warning:
        arrival.warnings.append(warning)
    return moment


def storable_traits(traits: dict[str, Any], arrival: Arrival) -> dict[str, Any]:
    """The first traits with a usable name and a value; what is left out is said."""
    usable = {name: value for name, value in traits.items() if 0 < len(name) <= LONGEST_TRAIT_NAME}
    if len(usable) < len(traits):
        arrival.warnings.append(
            f"traits with names longer than {LONGEST_TRAIT_NAME} characters were left out"
        )
    if len(usable) > MOST_TRAITS:
        arrival.warnings.append(f"only the first {MOST_TRAITS} of {len(usable)} traits were taken")
        usable = dict(list(usable.items())[:MOST_TRAITS])
    return {name: value for name, value in usable.items() if value is not None}


def json_text(value: dict[str, Any], arrival: Arrival) -> str:
    """JSON to store; a warning when it is larger than Segment would take."""
    if not value:
        return "{}"
    written = values.encoded(value)
    if len(written) > LARGEST_EVENT:
        arrival.warnings.append(f"larger than {LARGEST_EVENT // 1024} KB; other systems would refuse it")
    return written


def joined(warnings: list[str]) -> str:
    """The warnings of one message as one text."""
    return "; ".join(warnings)[:_LONGEST_WARNING] if warnings else ""
