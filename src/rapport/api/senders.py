"""Who sends: write keys as they come with a request, looked up briefly cached."""

import asyncio
import base64
import binascii
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any, Final

import msgspec
from django import db

from rapport.api import problems
from rapport.interactions.log import commands as log
from rapport.staff.keys import commands as uses
from rapport.staff.keys import queries as keys
from rapport.staff.keys.rules import SEND
from rapport.staff.organisation import queries as organisation

FRESH_SECONDS: Final = 8.0
"""A revoked key is refused after at most this time; the promise is 60 seconds."""
_UNKNOWN_SECONDS: Final = 5.0
_MOST_CACHED: Final = 10_000
_FALLBACK_CURRENCY: Final = "EUR"


class Sender(msgspec.Struct, frozen=True):
    """A live key: the source it writes as, and the currency assumed where none is told.

    `is_trusted`: an API key, which does not lie open in a web page as a write key may.
    """

    source_id: int
    is_trusted: bool
    currency: str


class Senders:
    """Looks keys up in a thread of its own, each at most once in FRESH_SECONDS."""

    def __init__(self) -> None:
        self._found: dict[str, tuple[float, Sender | None]] = {}
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="key-lookup")

    async def find(self, secret: str) -> Sender | None:
        """The sender with this key, or None."""
        if not secret:
            return None
        cached = self._found.get(secret)
        if cached is not None and cached[0] > time.monotonic():
            return cached[1]
        sender: Sender | None = await self.ask(_look_up, secret)
        if len(self._found) >= _MOST_CACHED:
            self._found.clear()
        fresh_for = FRESH_SECONDS if sender else _UNKNOWN_SECONDS
        self._found[secret] = (time.monotonic() + fresh_for, sender)
        return sender

    async def ask(self, question: Callable[..., Any], *arguments: Any) -> Any:
        """The answer of the database to a short question; a problem 503 when it cannot be reached."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, answered, question, arguments)

    def stop(self) -> None:
        self._thread.submit(let_go)
        self._thread.shutdown()


def let_go() -> None:
    """Close the connection of the thread that runs this: each thread has one of its own."""
    db.connection.close()


def answered(question: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
    """What a short piece of work with the database gives back, tried once more on a fresh connection."""
    try:
        return question(*arguments)
    except (db.OperationalError, db.InterfaceError):
        db.connection.close()
    try:
        return question(*arguments)
    except (db.OperationalError, db.InterfaceError) as error:
        db.connection.close()
        raise problems.unavailable() from error


def _look_up(secret: str) -> Sender | None:
    at = datetime.now(UTC)
    key = keys.find(secret, at=at)
    if key is None or SEND not in key.scopes:
        return None
    uses.note_use(key, at=at)
    house = organisation.current()
    return Sender(
        source_id=log.ensure_source(key.name, at=at),
        is_trusted=key.kind == "api",
        currency=house.currency if house else _FALLBACK_CURRENCY,
    )


def secret_in(authorization: bytes) -> str:
    """The key in an Authorization header: the user of Basic (with or without its colon), or a Bearer token.

    >>> secret_in(b"Basic cmFwX3dyaXRlXzE6")
    'rap_write_1'
    """
    scheme, _, rest = authorization.strip().partition(b" ")
    given = rest.strip()
    if scheme.lower() == b"bearer":
        return given.decode("latin-1")
    if scheme.lower() != b"basic":
        return ""
    try:
        plain = base64.b64decode(given + b"=" * (-len(given) % 4), validate=True)
    except binascii.Error:
        return ""
    return plain.partition(b":")[0].decode("latin-1").strip()
