"""Files to and from visitors."""

import asyncio
from collections.abc import Iterable
from datetime import datetime

from rapport.api.chat_entry import Inside
from rapport.api.problems import Problem
from rapport.api.wire import Request
from rapport.channels.chat import queries
from rapport.channels.chat.rules import files as rules
from rapport.files.store import queries as stored

MOST_AT_ONCE = 8
"""Files that are received at once: so many are held in memory."""


async def received(request: Request, room: asyncio.Semaphore) -> bytes:
    """The bytes of a file, at most as many as are taken, when there is room for one more."""
    async with room:
        chunks: list[bytes] = []
        size = 0
        async for chunk in request.pieces():
            size += len(chunk)
            if size > rules.LARGEST:
                raise Problem(413, "too_large", f"Files may have {rules.LARGEST // 1024**2} MB.")
            chunks.append(chunk)
    if not size:
        raise Problem(422, "nothing_sent", "The file is empty.")
    return b"".join(chunks)


def read(inside: Inside, attachment_id: int, at: datetime) -> tuple[str, Iterable[bytes], int]:
    """A file that was sent to this visitor or by them: its name, its bytes and how many they are."""
    found = queries.attachment(inside.seeing, attachment_id, at=at)
    return found.name, stored.content(found.file), found.file.bytes
