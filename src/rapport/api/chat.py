"""The chat for visitors of pages of ours: the widget's script, and what it asks for. No cookies, on any origin allowed.

Visitors hold no connection to the database: one thread writes for all of them, the reader of live updates reads.
"""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import parse_qs

import msgspec

from rapport.api import chat_acts as acts
from rapport.api import chat_entry as entry
from rapport.api import chat_files, chat_shown, problems, wire
from rapport.api.chat_answers import Answers
from rapport.api.chat_entry import Inside, Limits, Widgets
from rapport.api.chat_script import Script
from rapport.api.chat_stream import Streams
from rapport.api.live import Pace
from rapport.api.problems import Detail, Problem
from rapport.api.senders import answered, let_go
from rapport.api.wire import Receive, Request, Scope, Send
from rapport.channels.endpoints.rules.web import Widget
from rapport.kernel.refusals import NotFound, Refusal
from rapport.live.listening.hub import Hub

_logger = logging.getLogger(__name__)
PREFIX = "/chat/"
_LARGEST_JSON = 64 * 1024


class Chat:
    """Serves /widget.js and what is below /chat/."""

    def __init__(self, hub: Hub, pace: Pace | None = None) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="chat")
        self._widgets = Widgets(self._ask)
        self._limits = Limits()
        self._room = asyncio.Semaphore(chat_files.MOST_AT_ONCE)
        self._script = Script()
        self._streams = Streams(hub, pace or Pace(), self._ask)
        self._acts: dict[str, Any] = {
            "visits": self._begin,
            "messages": self._say,
            "signs": self._signs,
            "address": self._address,
            "files": self._keep,
            "leave": self._leave,
        }

    def serves(self, path: str) -> bool:
        """Whether this path is served here and not by Django."""
        return path == "/widget.js" or path.startswith(PREFIX)

    def stop(self) -> None:
        """Let go of the connection to the database."""
        self._thread.submit(let_go)
        self._thread.shutdown()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive)
        if request.path == "/widget.js":
            await self._script(request, send)
            return
        answers = Answers(send)
        try:
            await self._answer(scope, request, receive, answers)
        except Problem as problem:
            await answers.refuse(problem)
        except Refusal as refusal:
            await answers.refuse(_as_problem(refusal))
        except wire.ClientGone:
            return
        except Exception:
            _logger.exception("%s %s failed", request.method, "/chat/")
            await answers.refuse(problems.unavailable())

    async def _answer(self, scope: Scope, request: Request, receive: Receive, answers: Answers) -> None:
        key, _, rest = request.path.removeprefix(PREFIX).strip("/").partition("/")
        widget = await self._widgets.find(key)
        answers.origin = entry.check_origin(widget, request)
        address = (scope.get("client") or ("",))[0]
        if request.method == "OPTIONS":
            await answers.preflight()
        elif request.method == "POST" and rest in self._acts:
            await answers.give(await self._acts[rest](widget, request, scope, address))
        elif request.method == "GET":
            await self._show(widget, rest, (scope, request, receive), answers)
        else:
            raise Problem(404, "unknown_route", "There is nothing here.")

    async def _show(self, widget: Widget, rest: str, call: Any, answers: Answers) -> None:
        scope, request, receive = call
        if not rest:
            await answers.give(await self._ask(acts.card, widget, entry.now()), keep_seconds=20)
        elif rest == "messages":
            before = _number(scope, "before")
            shown = await self._inside(widget, request, lambda one, at: chat_shown.earlier(one, before, at))
            await answers.give(shown)
        elif rest == "stream":
            given = entry.asked(request)
            address = (scope.get("client") or ("",))[0]
            await self._streams(widget, given, _place(scope, request), receive, answers, address=address)
        elif rest.startswith("files/") and rest[6:].isdigit():
            number = int(rest[6:][:15])
            await answers.file(
                *await self._inside(widget, request, lambda one, at: chat_files.read(one, number, at))
            )
        else:
            raise Problem(404, "unknown_route", "There is nothing here.")

    async def _begin(self, widget: Widget, request: Request, _scope: Scope, address: str) -> Any:
        visit = await _told(request, acts.Visit)
        self._limits.check_visit(address)
        return await self._ask(acts.begin, widget, visit, entry.now())

    async def _say(self, widget: Widget, request: Request, _scope: Scope, _address: str) -> Any:
        words = await _told(request, acts.Words)
        check = self._limits.check_message
        return await self._inside(widget, request, lambda one, at: acts.say(one, words, at), check)

    async def _signs(self, widget: Widget, request: Request, _scope: Scope, _address: str) -> Any:
        signs = await _told(request, acts.Signs)
        check = self._limits.check_sign
        return await self._inside(widget, request, lambda one, at: acts.give_signs(one, signs, at), check)

    async def _address(self, widget: Widget, request: Request, _scope: Scope, _address: str) -> Any:
        given = await _told(request, acts.Address)
        check = self._limits.check_message
        return await self._inside(widget, request, lambda one, at: acts.take_address(one, given, at), check)

    async def _keep(self, widget: Widget, request: Request, scope: Scope, _address: str) -> Any:
        await self._inside(widget, request, lambda _one, _at: None, self._limits.check_file)
        content = await chat_files.received(request, self._room)
        name = _text(scope, "name")
        return await self._inside(widget, request, lambda one, at: acts.keep(one, name, content, at))

    async def _leave(self, widget: Widget, request: Request, _scope: Scope, _address: str) -> Any:
        return await self._inside(widget, request, acts.leave)

    async def _inside(
        self,
        widget: Widget,
        request: Request,
        act: Callable[[Inside, Any], Any],
        check: Callable[[int], None] = lambda _visitor: None,
    ) -> Any:
        """What the act gives back for the visitor who sends this request."""
        given = entry.asked(request)

        def work() -> Any:
            at = entry.now()
            inside = entry.enter(widget, given, at)
            check(inside.visitor.pk)
            return act(inside, at)

        return await self._ask(work)

    async def _ask(self, question: Callable[..., Any], *arguments: Any) -> Any:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, answered, question, arguments)


async def _told(request: Request, shape: type[Any]) -> Any:
    body = await request.body()
    if len(body) > _LARGEST_JSON:
        raise Problem(413, "too_large", "This is too long.")
    try:
        return msgspec.json.decode(body or b"{}", type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        detail = Detail("body", "", str(error)[:200])
        raise Problem(
            422, "not_as_described", "The request is not as described.", details=(detail,)
        ) from error


def _as_problem(refusal: Refusal) -> Problem:
    status = 404 if isinstance(refusal, NotFound) else 409
    return Problem(status, type(refusal).__name__, refusal.message)


def _text(scope: Scope, name: str) -> str:
    query = scope.get("query_string", b"").decode("latin-1")[:2000]
    found: dict[str, list[str]] = parse_qs(query, errors="replace")
    return found.get(name, [""])[-1][:300]


def _number(scope: Scope, name: str) -> int | None:
    text = _text(scope, name)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def _place(scope: Scope, request: Request) -> int:
    told = request.headers.get(b"last-event-id", b"").decode("latin-1")
    is_number = told.isascii() and told.isdigit() and len(told) < 16
    return int(told) if is_number else _number(scope, "after") or 0
