"""What every request passes first: a body that comes too slowly is left, and no answer leaves without its guard."""

import asyncio
import time
from collections.abc import MutableMapping
from functools import lru_cache
from typing import Any, Final

from rapport.api.problems import Problem
from rapport.api.wire import App, Receive, Scope, Send, refuse

SILENCE_SECONDS: Final = 20.0
"""How long a body may pause."""
BODY_SECONDS: Final = 30.0
SLOWEST_BYTES_A_SECOND: Final = 16 * 1024
"""How long a body may take in all: 30 seconds, and one more for each 16 KB that came."""

GUARD: Final = {
    b"x-content-type-options": b"nosniff",
    b"x-frame-options": b"DENY",
    b"referrer-policy": b"same-origin",
    b"cross-origin-opener-policy": b"same-origin",
    b"cross-origin-resource-policy": b"same-origin",
    b"permissions-policy": b"camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
    b"content-security-policy": b"default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    b"cache-control": b"no-store",
}
"""What an answer carries that says nothing else of its own: it is shown nowhere, runs nothing and is kept by nobody."""


class Gate:
    """An ASGI application around another."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        guarded = _Guarded(send)
        await self._app(scope, _Body(receive, guarded).receive, guarded)


class _Guarded:
    """Adds to an answer the headers of the guard that it does not set itself."""

    __slots__ = ("_send", "has_begun")

    def __init__(self, send: Send) -> None:
        self._send = send
        self.has_begun = False

    async def __call__(self, event: MutableMapping[str, Any]) -> None:
        if event["type"] == "http.response.start":
            self.has_begun = True
            said = event.get("headers") or ()
            event["headers"] = [*said, *_missing(tuple([header[0] for header in said]))]
        await self._send(event)


@lru_cache(maxsize=256)
def _missing(names: tuple[bytes, ...]) -> tuple[tuple[bytes, bytes], ...]:
    """What of the guard is not among these headers; answers come with few sets of names."""
    said = {name.lower() for name in names}
    return tuple(header for header in GUARD.items() if header[0] not in said)


class _Body:
    """The body of a request, which must come within its time; a client that is too slow is answered 408."""

    __slots__ = ("_began", "_is_whole", "_receive", "_send", "_size")

    def __init__(self, receive: Receive, send: _Guarded) -> None:
        self._receive, self._send = receive, send
        self._began = time.monotonic()
        self._size = 0
        self._is_whole = False

    async def receive(self) -> MutableMapping[str, Any]:
        if self._is_whole:
            return await self._receive()
        try:
            async with asyncio.timeout(self._patience()):
                event = await self._receive()
        except TimeoutError:
            return await self._give_up()
        self._size += len(event.get("body", b""))
        self._is_whole = not event.get("more_body", False)
        return event

    def _patience(self) -> float:
        in_all = BODY_SECONDS + self._size / SLOWEST_BYTES_A_SECOND
        return max(0.0, min(SILENCE_SECONDS, self._began + in_all - time.monotonic()))

    async def _give_up(self) -> MutableMapping[str, Any]:
        """To the application the client is gone."""
        self._is_whole = True
        if not self._send.has_begun:
            await refuse(self._send, Problem(408, "too_slow", "The body came too slowly."), close=True)
        return {"type": "http.disconnect"}
