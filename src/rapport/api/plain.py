"""The plain ASGI application beside Django: which paths it serves, and how anything wrong is answered."""

import asyncio
import logging
from typing import Any

from rapport.api import metrics, native, posthog, segment, wire
from rapport.api.health import Readiness
from rapport.api.intake import Intake
from rapport.api.problems import Problem
from rapport.api.wire import Receive, Request, Scope, Send

_logger = logging.getLogger(__name__)
_OURS = ("/v1/", "/projects/")
_FIGURES_SECONDS = 2.0


class PlainRoutes:
    """Serves the hot routes; `serves` says whether a path is one of them."""

    def __init__(self) -> None:
        self.intake = Intake()
        self._readiness = Readiness(self.intake.senders)
        self._posts: dict[str, Any] = {
            **segment.routes(self.intake),
            **posthog.routes(self.intake),
            native.PATH: native.route(self.intake),
            "/v1/m": _metrics,
        }
        self._gets: dict[str, Any] = {"/livez": _alive, "/readyz": self._ready, "/metrics": self._figures}

    def serves(self, path: str) -> bool:
        """Whether this path is served here and not by Django."""
        return path.startswith(_OURS) or bare(path) in self._posts or bare(path) in self._gets

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive)
        try:
            await self._answer(request, send)
        except Problem as problem:
            await wire.refuse(send, problem)
        except wire.ClientGone:
            return
        except Exception:
            _logger.exception("%s %s failed", request.method, request.path)
            await wire.refuse(send, Problem(503, "unavailable", "Please send it again.", retry_after=5))

    async def _answer(self, request: Request, send: Send) -> None:
        path = bare(request.path)
        if request.method == "POST" and (handle := self._posts.get(path)):
            await handle(request, send)
        elif request.method == "OPTIONS":
            await wire.preflight(send)
        elif request.method in {"GET", "HEAD"} and (handle := self._gets.get(path)):
            await handle(request, send)
        elif request.method == "GET" and (key := _key_of_settings(path)):
            await segment.settings_of(self.intake, key, request, send)
        elif path in self._posts or path in self._gets:
            raise Problem(405, "wrong_method", f"{request.method} is not served here.")
        else:
            raise Problem(404, "unknown_route", "There is nothing here.")

    async def _ready(self, _request: Request, send: Send) -> None:
        await wire.answer(send, 200, {"status": await self._readiness.check()})

    async def _figures(self, request: Request, send: Send) -> None:
        if not metrics.may_read(request.headers.get(b"authorization", b"")):
            raise Problem(404, "unknown_route", "There is nothing here.")
        try:
            of_record = await asyncio.wait_for(self.intake.senders.ask(metrics.of_record), _FIGURES_SECONDS)
        except (Problem, TimeoutError):
            of_record = b""  # what this process counted is most wanted when the database does not answer
        headers = [(b"content-type", metrics.MEDIA_TYPE)]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": metrics.of_process() + of_record})


async def _alive(_request: Request, send: Send) -> None:
    await wire.answer(send, 200, {"status": "alive"})


async def _metrics(request: Request, send: Send) -> None:
    """Take what browser clients count about themselves, and keep none of it."""
    await request.body()
    await wire.answer(send, 200, {"success": True})


def bare(path: str) -> str:
    """The path without its closing slash."""
    return path[:-1] if len(path) > 1 and path.endswith("/") else path


def _key_of_settings(path: str) -> str:
    parts = path.removeprefix("/v1").split("/")
    return parts[2] if len(parts) == 4 and parts[1] == "projects" and parts[3] == "settings" else ""
