"""Answers of the chat: for one origin alone, never cached by strangers, files for keeping and not for showing."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

import msgspec

from rapport.api import problems
from rapport.api.problems import Problem
from rapport.api.wire import Send

_METHODS = [
    (b"access-control-allow-methods", b"GET, POST, OPTIONS"),
    (b"access-control-allow-headers", b"authorization, content-type, last-event-id, x-rapport-identity"),
    (b"access-control-max-age", b"7200"),
]
_encode = msgspec.json.Encoder().encode


class Answers:
    """The way back to one request. `origin` is set once the page is known to be allowed; before, no page may read."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._has_begun = False
        self.origin = ""

    async def send(self, event: dict[str, Any]) -> None:
        """Send a piece of an answer."""
        self._has_begun = True
        await self._send(event)

    def headers(self, media_type: str) -> list[tuple[bytes, bytes]]:
        """What every answer carries."""
        found = [
            (b"content-type", media_type.encode()),
            (b"x-content-type-options", b"nosniff"),
            (b"cross-origin-resource-policy", b"cross-origin"),
            (b"vary", b"origin"),
        ]
        if self.origin:
            found.append((b"access-control-allow-origin", self.origin.encode("latin-1", "replace")))
            found.append((b"access-control-expose-headers", b"retry-after"))
        return found

    async def give(self, body: Any, *, keep_seconds: int = 0) -> None:
        """Answer with JSON."""
        kept = b"private, max-age=%d" % keep_seconds if keep_seconds else b"no-store"
        await self._whole(200, self.headers("application/json"), _encode(body), [(b"cache-control", kept)])

    async def refuse(self, problem: Problem) -> None:
        """Answer with a problem, or end an answer that has begun. No 401 asks a browser for a password of its own."""
        if self._has_begun:
            await self._send({"type": "http.response.body", "body": b"", "more_body": False})
            return
        more = [(b"retry-after", b"%d" % problem.retry_after)] if problem.retry_after else []
        await self._whole(problem.status, self.headers(problems.MEDIA_TYPE), problems.encoded(problem), more)

    async def preflight(self) -> None:
        """Answer a browser that asks whether the page may send here."""
        await self._whole(204, self.headers("text/plain"), b"", _METHODS)

    async def file(self, name: str, pieces: Iterable[bytes], size: int) -> None:
        """Give a file to keep: no browser shows or runs it in our name."""
        ascii_name = (
            name.encode("ascii", "replace").decode().replace('"', "_").replace("\\", "_").replace("?", "_")
        )
        told = f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(name, safe='')}"
        headers = [
            *self.headers("application/octet-stream"),
            (b"content-disposition", told.encode("latin-1")),
            (b"content-security-policy", b"sandbox; default-src 'none'"),
            (b"content-length", b"%d" % size),
        ]
        await self.send({"type": "http.response.start", "status": 200, "headers": headers})
        for piece in pieces:
            await self.send({"type": "http.response.body", "body": piece, "more_body": True})
        await self.send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _whole(
        self, status: int, headers: list[tuple[bytes, bytes]], body: bytes, more: list[tuple[bytes, bytes]]
    ) -> None:
        length = (b"content-length", b"%d" % len(body))
        await self.send(
            {"type": "http.response.start", "status": status, "headers": [*headers, *more, length]}
        )
        await self.send({"type": "http.response.body", "body": body})
