"""Django's pages over ASGI: each is answered in one of a few standing threads, which keep their connections.

Django's own way opens a thread and a connection to the database for every request and passes it between threads four
times, since our middleware is not asynchronous; and it gathers a download in memory before it sends it.
"""

import asyncio
import tempfile
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Any, cast

from django.core import signals
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import set_script_prefix

from rapport.api.wire import Receive, Scope, Send

THREADS = 8
"""Pages that are made at once; what they wait for is mostly the database, which lets others go on."""
_NAME = "page"
_KEPT_SECONDS = 300
"""How long a thread keeps its connection."""
_CACHE_KILOBYTES = 8 * 1024
"""Of each connection to SQLite: there are many, and each forgets what it cached when another one writes."""


class Pages(ASGIHandler):
    """An ASGI application: Django's handler, which runs as if it were called by WSGI."""

    def __init__(self) -> None:
        self.load_middleware(is_async=False)
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix=_NAME)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # type: ignore[override]
        """Answer one request."""
        try:
            body = await self.read_body(receive)
        except RequestAborted:
            return
        try:
            response = await self._in_thread(copy_context().run, self._respond, scope, body)
            if response.streaming:
                await self._hand_out(response, receive, send)
            else:
                await self.send_response(response, send)  # type: ignore[arg-type]
        finally:
            body.close()

    def start(self) -> None:
        """From now on connections of this process are kept for a while, and tried before they are used again."""
        connections["default"].settings_dict |= {"CONN_MAX_AGE": _KEPT_SECONDS, "CONN_HEALTH_CHECKS": True}
        connection_created.connect(_spare_memory)

    def stop(self) -> None:
        """Let go of the threads and their connections."""
        self._threads.shutdown(cancel_futures=True)

    def _respond(self, scope: Scope, body: tempfile.SpooledTemporaryFile[bytes]) -> HttpResponseBase:
        signals.request_started.send(sender=type(self), scope=scope)
        set_script_prefix(get_script_prefix(scope))
        request, refused = self.create_request(scope, body)
        response = cast("HttpResponseBase", self.get_response(request) if request else refused)
        if not response.streaming:
            response.close()
        return response

    async def _hand_out(self, response: StreamingHttpResponse, receive: Receive, send: Send) -> None:
        """Send piece by piece, until the client is gone."""
        response.streaming_content = self._pieces(cast("Iterator[bytes]", response.streaming_content))
        sending = asyncio.ensure_future(self.send_response(response, send))  # type: ignore[arg-type]
        gone = asyncio.ensure_future(self.listen_for_disconnect(receive))
        await asyncio.wait({sending, gone}, return_when=asyncio.FIRST_COMPLETED)
        is_sent = sending.done()
        for task in (sending, gone):
            task.cancel()
        await asyncio.gather(sending, gone, return_exceptions=True)
        await self._in_thread(response.close)
        if is_sent:
            sending.result()

    async def _pieces(self, pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
        while (piece := await self._in_thread(next, pieces, None)) is not None:
            yield piece

    async def _in_thread(self, work: Callable[..., Any], *given: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work, *given)


def _spare_memory(connection: BaseDatabaseWrapper, **_: Any) -> None:
    if connection.vendor == "sqlite" and threading.current_thread().name.startswith(_NAME):
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA cache_size=-{_CACHE_KILOBYTES}")
