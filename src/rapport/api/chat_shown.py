"""What a visitor's browser is given: messages, how far was read, how they wait."""

from datetime import datetime
from typing import Any

from rapport.api.chat_entry import Inside
from rapport.api.chat_queue import Queues
from rapport.channels.chat import queries
from rapport.channels.chat.queries import Line
from rapport.channels.chat.rules.waiting import Standing


def message(line: Line) -> dict[str, Any]:
    """One message: its number, whose it is, what was said. Plain text; the browser makes no markup of it."""
    said = line.said
    shown: dict[str, Any] = {"n": said.id, "at": said.at.isoformat(), "text": said.text}
    if line.is_own:
        shown["own"] = line.client_id or True
    else:
        shown["name"] = said.author_name or said.staff_name
    if said.is_automatic:
        shown["auto"] = True
    if said.attachments:
        shown["files"] = [{"n": one.id, "name": one.name, "bytes": one.bytes} for one in said.attachments]
    return shown


def earlier(inside: Inside, before: int | None, at: datetime) -> dict[str, Any]:
    """The messages before one, the oldest first."""
    found = queries.lines(inside.seeing, at=at, before=before)
    return {"messages": [message(line) for line in found], "is_more": len(found) == queries.MOST}


def state(inside: Inside, queues: Queues, at: datetime) -> dict[str, Any]:
    """How far each side has read, how the visitor waits, and whether somebody is there."""
    theirs, ours = queries.reading(inside.visitor.pk)
    standing = queues.standing(inside.visitor, at=at)
    return {
        "read": theirs,
        "seen": ours,
        "waits": _waits(standing),
        "is_open": inside.widget.hours.is_open(at),
        "has_address": inside.visitor.address_id is not None,
    }


def _waits(standing: Standing | None) -> dict[str, Any] | None:
    if standing is None:
        return None
    waits: dict[str, Any] = {"seconds": round(standing.seconds), "ahead": standing.ahead}
    if standing.usual is not None:
        waits |= {"median": standing.usual.median, "ninetieth": standing.usual.ninetieth}
    return waits
