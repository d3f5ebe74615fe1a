"""What is known of every request: an id that it carries through the logs, and counts that name nobody."""

import re
import secrets
import time
from collections.abc import MutableMapping
from typing import Any

import structlog

from rapport.api import metrics
from rapport.api.wire import App, Receive, Scope, Send

_SANE = re.compile(rb"[A-Za-z0-9._-]{8,64}")
_HEADER = b"x-request-id"
_PARTS = {"v1": "ingest", "api": "api", "static": "static", "account": "account", "events": "live"}
_HEALTH = {"livez", "readyz", "metrics"}
_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


class Observed:
    """Gives each request its id (the proxy's, if that is sane), returns it, and counts the answer."""

    def __init__(self, application: App) -> None:
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on."""
        if scope["type"] != "http":
            await self._application(scope, receive, send)
            return
        request_id = _request_id(scope)
        status = 500
        began = time.monotonic()

        async def answering(message: MutableMapping[str, Any]) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), (_HEADER, request_id)]
            await send(message)

        structlog.contextvars.bind_contextvars(request_id=request_id.decode())
        try:
            await self._application(scope, receive, answering)
        finally:
            structlog.contextvars.clear_contextvars()
            metrics.note_request(
                part_of(scope["path"]),
                scope["method"] if scope["method"] in _METHODS else "other",
                status,
                time.monotonic() - began,
            )


def part_of(path: str) -> str:
    """Which part of Rapport an address belongs to: one of few words, whatever the address.

    >>> part_of("/v1/batch"), part_of("/customers/42/"), part_of("/readyz")
    ('ingest', 'pages', 'health')
    """
    first = path.split("/", 2)[1] if path.startswith("/") else ""
    return "health" if first in _HEALTH else _PARTS.get(first, "pages")


def _request_id(scope: Scope) -> bytes:
    given = next((value for name, value in scope["headers"] if name == _HEADER), b"")
    return given if _SANE.fullmatch(given) else secrets.token_hex(8).encode()
