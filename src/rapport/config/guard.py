"""Answers at once while the database is out of reach, so that no requests and threads pile up behind it."""

import asyncio
import threading
import time
from typing import Any

from django.db import Error, connection, connections

from rapport.api import problems, wire
from rapport.api.wire import Receive, Scope, Send
from rapport.web import refusals

PATIENCE_SECONDS = 0.9
"""How long a request waits for other writers on SQLite, or for a connection to PostgreSQL; workers wait longer."""
_PULSE_SECONDS = 0.5
_LATE_SECONDS = 1.0
_STILL_SERVED = ("/livez", "/metrics", "/static/")


def be_impatient() -> None:
    """Let this process wait for the database no longer than a person does."""
    options = connections["default"].settings_dict["OPTIONS"]
    if connection.vendor == "sqlite":
        options["timeout"] = PATIENCE_SECONDS
    else:
        options["connect_timeout"] = 2


class Pulse:
    """Asks the database twice a second, in a thread of its own, and says when the answer is late.

    SQLite is a file: it always answers. A PostgreSQL that hangs would hold every thread that asks it.
    """

    def __init__(self) -> None:
        self.is_down = asyncio.Event()
        self._asked_at = self._answered_at = time.monotonic()
        self._stopping = threading.Event()
        self._watch: asyncio.Task[None] | None = None

    @property
    def is_watching(self) -> bool:
        return self._watch is not None

    def start(self) -> None:
        if connection.vendor != "sqlite":
            threading.Thread(target=self._ask, name="pulse", daemon=True).start()
            self._watch = asyncio.get_running_loop().create_task(self._look())

    def stop(self) -> None:
        self._stopping.set()
        if self._watch is not None:
            self._watch.cancel()

    def _ask(self) -> None:
        while not self._stopping.is_set():
            self._asked_at = time.monotonic()
            try:
                with connection.cursor() as cursor:
                    cursor.execute("SELECT 1")
                self._answered_at = time.monotonic()
            except Error:
                connection.close()
            self._stopping.wait(_PULSE_SECONDS)
        connection.close()

    async def _look(self) -> None:
        while True:
            if time.monotonic() - self._answered_at > _PULSE_SECONDS + _LATE_SECONDS:
                self.is_down.set()
            else:
                self.is_down.clear()
            await asyncio.sleep(0.1)


class Guard:
    """Runs a request unless the database is late; one under way then is answered 503, if nothing was said yet."""

    def __init__(self, application: Any) -> None:
        self._application = application
        self.pulse = Pulse()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not self.pulse.is_watching or scope["path"].startswith(_STILL_SERVED):
            await self._application(scope, receive, send)
        elif self.pulse.is_down.is_set():
            await _refuse(scope, send)
        else:
            await self._race(scope, receive, send)

    async def _race(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = _Once(send)
        at_work = asyncio.ensure_future(self._application(scope, receive, answer.send))
        late = asyncio.ensure_future(self.pulse.is_down.wait())
        try:
            await asyncio.wait({at_work, late}, return_when=asyncio.FIRST_COMPLETED)
            if late.done() and not at_work.done() and answer.give_up():
                await _refuse(scope, send)
                at_work.cancel()
            else:
                await at_work
        finally:
            late.cancel()
            if not at_work.done():
                at_work.cancel()


async def _refuse(scope: Scope, send: Send) -> None:
    """503 with when to come again: a page for browsers, a problem for programs."""
    if b"text/html" not in dict(scope["headers"]).get(b"accept", b""):
        await wire.refuse(send, problems.unavailable())
        return
    page = refusals.busy()
    headers = [(name.lower().encode(), value.encode()) for name, value in page.items()]
    await send({"type": "http.response.start", "status": page.status_code, "headers": headers})
    await send({"type": "http.response.body", "body": page.content})


class _Once:
    """The way back to the client; closed for good when the guard answered in the application's place."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._has_begun = self._is_closed = False

    async def send(self, message: Any) -> None:
        if not self._is_closed:
            self._has_begun = True
            await self._send(message)

    def give_up(self) -> bool:
        """Close the way back, unless the answer has begun."""
        self._is_closed = not self._has_begun
        return self._is_closed
