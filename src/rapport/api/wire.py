"""A request and its answer on a plain ASGI route: bounded bodies, JSON answers, CORS."""

import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from typing import Any

import msgspec

from rapport.api import problems
from rapport.api.problems import Problem

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

LARGEST_BODY = 4 * 1024 * 1024
"""Bytes on the wire: RudderStack's clients send batches of up to 4 MB; Segment's stop at 500 KB."""
LARGEST_UNPACKED = 16 * 1024 * 1024
_MOST_DRAINED = 64 * 1024 * 1024
_GZIP = b"\x1f\x8b"
_ALLOWED_HEADERS = b", ".join(
    b"authorization content-type content-encoding x-retry-count x-requested-with user-agent posthog-sdk-info "
    b"posthog-attempt posthog-request-id posthog-request-timestamp".split()
)
CORS = [(b"access-control-allow-origin", b"*")]
PREFLIGHT = [
    *CORS,
    (b"access-control-allow-methods", b"GET, POST, OPTIONS"),
    (b"access-control-allow-headers", _ALLOWED_HEADERS),
    (b"access-control-expose-headers", b"retry-after"),
    (b"access-control-max-age", b"86400"),
]
_JSON_HEADERS = [
    (b"content-type", b"application/json"),
    (b"x-content-type-options", b"nosniff"),
    (b"cross-origin-resource-policy", b"cross-origin"),
    (b"access-control-expose-headers", b"retry-after"),
    *CORS,
]
_encode = msgspec.json.Encoder().encode


class Request:
    """What a handler sees of a request: method, path, headers in lower case, and the body read once."""

    __slots__ = ("_receive", "_scope", "headers", "method", "path")

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self._scope = scope
        self._receive = receive
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self.headers: dict[bytes, bytes] = dict(scope["headers"])

    @property
    def scheme(self) -> str:
        return str(self._scope.get("scheme", "http"))

    async def body(self) -> bytes:
        """The whole body, unpacked; a problem 413 when it is larger than we take, 400 when it is torn."""
        packed = await self._packed()
        encoding = self.headers.get(b"content-encoding", b"").strip().lower()
        if encoding in {b"gzip", b"x-gzip", b"deflate"} or packed[:2] == _GZIP:
            return unpacked(packed)
        if encoding not in {b"", b"identity"}:
            name = encoding.decode("latin-1")[:40]
            detail = problems.Detail("Content-Encoding", name, "gzip, deflate or none")
            raise Problem(415, "unknown_encoding", f"Bodies in '{name}' are not read.", details=(detail,))
        return packed

    async def pieces(self) -> AsyncIterator[bytes]:
        """The body as it comes, piece by piece and as it is: whoever reads says how much is enough."""
        is_more = True
        while is_more:
            event = await self._receive()
            if event["type"] == "http.disconnect":
                raise ClientGone
            is_more = event.get("more_body", False)
            yield event.get("body", b"")

    async def _packed(self) -> bytes:
        event = await self._receive()
        chunk: bytes = event.get("body", b"")
        if not event.get("more_body", False):
            if len(chunk) > LARGEST_BODY:
                raise _too_large("body", len(chunk), LARGEST_BODY)
            return chunk
        chunks, size = [chunk], len(chunk)
        while event.get("more_body", False):
            event = await self._receive()
            if event["type"] == "http.disconnect":
                raise ClientGone
            chunk = event.get("body", b"")
            size += len(chunk)
            if size <= LARGEST_BODY:
                chunks.append(chunk)
            elif size > _MOST_DRAINED:
                break
        if size > LARGEST_BODY:
            raise _too_large("body", size, LARGEST_BODY)
        return b"".join(chunks)


class ClientGone(Exception):  # noqa: N818 - named for the fact
    """The client went away before its request was whole: there is nobody to answer."""


def unpacked(packed: bytes) -> bytes:
    """The content of a gzip or zlib stream of one or more members, at most LARGEST_UNPACKED bytes."""
    parts: list[bytes] = []
    room = LARGEST_UNPACKED
    rest = packed
    while rest:
        reader = zlib.decompressobj(wbits=47)
        try:
            part = reader.decompress(rest, room + 1)
        except zlib.error as error:
            raise _torn() from error
        room -= len(part)
        if room < 0:
            raise _too_large("unpacked body", LARGEST_UNPACKED + 1, LARGEST_UNPACKED)
        if not reader.eof:
            raise _torn()
        parts.append(part)
        rest = reader.unused_data
    return b"".join(parts)


async def answer(
    send: Send, status: int, body: Any, headers: list[tuple[bytes, bytes]] | None = None
) -> None:
    """Send `body` as JSON."""
    payload = body if isinstance(body, bytes) else _encode(body)
    all_headers = [*_JSON_HEADERS, (b"content-length", b"%d" % len(payload)), *(headers or ())]
    await send({"type": "http.response.start", "status": status, "headers": all_headers})
    await send({"type": "http.response.body", "body": payload})


async def refuse(send: Send, problem: Problem, *, close: bool = False) -> None:
    """Send a problem; clients that are to come again are told when, in whole seconds."""
    headers = [(b"content-type", problems.MEDIA_TYPE.encode()), *_JSON_HEADERS[1:]]
    if problem.retry_after:
        headers.append((b"retry-after", b"%d" % problem.retry_after))
    if problem.status == 401:
        headers.append((b"www-authenticate", b'Basic realm="rapport"'))
    if close:
        headers.append((b"connection", b"close"))
    payload = _encode(problem.as_json())
    headers.append((b"content-length", b"%d" % len(payload)))
    await send({"type": "http.response.start", "status": problem.status, "headers": headers})
    await send({"type": "http.response.body", "body": payload})


async def preflight(send: Send) -> None:
    """Answer a browser that asks whether a page of another origin may send here: any page may."""
    headers = [*PREFLIGHT, (b"content-length", b"0")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


def _too_large(what: str, size: int, limit: int) -> Problem:
    detail = problems.Detail(what, f"{size} bytes or more", f"at most {limit} bytes")
    return Problem(
        413, "too_large", f"The {what} is larger than {limit // 1024 // 1024} MB.", details=(detail,)
    )


def _torn() -> Problem:
    detail = problems.Detail("body", "", "not a whole gzip or zlib stream")
    return Problem(400, "torn_body", "The packed body cannot be unpacked.", details=(detail,))
