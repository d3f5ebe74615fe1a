"""Streams served over real sockets by a server in a thread of this process, at a quick pace."""

import gc
import http.client
import socket
import threading
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn

from rapport.api.live import Pace, Streams
from rapport.live.listening.hub import Hub

QUICK = Pace(heartbeat=0.4, shortest=2.0, longest=3.0, patience=1.0)


class App:
    """The streams alone, with the hub that feeds them."""

    def __init__(self, pace: Pace) -> None:
        self.hub = Hub()
        self.streams = Streams(self.hub, pace)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "lifespan":
            await self.streams(scope, receive, send)
            return
        while (event := await receive())["type"] != "lifespan.shutdown":
            if event["type"] == "lifespan.startup":
                await self.hub.start()
                await send({"type": "lifespan.startup.complete"})
        await self.hub.stop()
        await send({"type": "lifespan.shutdown.complete"})


@contextmanager
def serving(pace: Pace = QUICK) -> Iterator[tuple[App, int]]:
    """The application and its port."""
    app = App(pace)
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        config = uvicorn.Config(app, lifespan="on", log_level="error", timeout_graceful_shutdown=2)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        until(lambda: server.started and app.hub.cursor > 0)
        try:
            yield app, listening.getsockname()[1]
        finally:
            app.hub.close()
            server.should_exit = True
            thread.join(10)
            _let_go_of_the_unread()


def _let_go_of_the_unread() -> None:
    """A client that never reads leaves its transport behind when the loop ends: not a fault of the test after it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


def until(holds: Any, seconds: float = 10) -> None:
    """Wait until it holds."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it never came to pass"
        time.sleep(0.02)


class Screen:
    """A page that follows topics: what it has heard, and where it would go on."""

    def __init__(self, port: int, session: str, topics: str, **headers: str) -> None:
        self.port = port
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        cookie = {"Cookie": f"sessionid={session}"} if session else {}
        self.connection.request("GET", f"/live/?topics={topics}", headers={**cookie, **headers})
        self.answer = self.connection.getresponse()
        self.place = ""

    @property
    def status(self) -> int:
        return self.answer.status

    def next(self) -> tuple[str, str]:
        """The next thing said: its name and data; ("end", "") when the stream is over."""
        said: dict[str, str] = {}
        while line := self.answer.readline().decode():
            if line == "\n" and "event" in said:
                self.place = said["id"]
                return said["event"], said["data"]
            name, _, value = line.rstrip("\n").partition(": ")
            said[name] = value
        return "end", ""

    def until(self, event: str) -> str:
        """What was said with the next event of this name."""
        while (said := self.next())[0] != event:
            assert said[0] != "end", f"the stream ended before '{event}'"
        return said[1]

    def close(self) -> None:
        self.answer.close()
        self.connection.close()


def status(port: int, session: str, topics: str, **headers: str) -> int:
    """How a request for a stream is answered."""
    screen = Screen(port, session, topics, **headers)
    screen.close()
    return screen.status
