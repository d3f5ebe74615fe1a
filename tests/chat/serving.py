"""The chat served over real sockets by a server in a thread of this process, and a shop's page on another origin."""

import http.client
import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn

from rapport.api.chat import Chat
from rapport.api.gate import Gate
from rapport.api.live import Pace
from rapport.live.listening.hub import Hub

QUICK = Pace(heartbeat=0.4, shortest=20.0, longest=30.0, patience=2.0)


class Site:
    """The chat alone, with the hub that feeds it, behind the gate that every answer passes."""

    def __init__(self, pace: Pace) -> None:
        self.hub = Hub()
        self.chat = Chat(self.hub, pace)
        self._served = Gate(self.chat)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "lifespan":
            await self._served(scope, receive, send)
            return
        while (event := await receive())["type"] != "lifespan.shutdown":
            if event["type"] == "lifespan.startup":
                await self.hub.start()
                await send({"type": "lifespan.startup.complete"})
        await self.hub.stop()
        self.chat.stop()
        await send({"type": "lifespan.shutdown.complete"})


@contextmanager
def served(app: Any, *, closing: Any = lambda: None) -> Iterator[int]:
    """The port on which an application listens, for as long as the block lasts."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        config = uvicorn.Config(app, lifespan="on", log_level="error", timeout_graceful_shutdown=2)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        until(lambda: server.started)
        try:
            yield listening.getsockname()[1]
        finally:
            closing()
            server.should_exit = True
            thread.join(10)


@contextmanager
def chatting(pace: Pace = QUICK) -> Iterator[int]:
    """The port of the chat."""
    site = Site(pace)

    def close() -> None:
        site.hub.close()
        while _streams:
            _streams.pop().close()

    with served(site, closing=close) as port:
        until(lambda: site.hub.cursor > 0)
        yield port


def until(holds: Any, seconds: float = 10) -> None:
    """Wait until it holds."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it never came to pass"
        time.sleep(0.02)


@dataclass
class Answer:
    """What came back: its status, headers in lower case, and the body as it is."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def told(self) -> Any:
        return json.loads(self.body)


@dataclass
class Browser:
    """A visitor's browser as the widget uses it, on a page of the given origin."""

    port: int
    key: str
    origin: str
    token: str = ""
    identity: str = ""
    heard: list[tuple[str, Any]] = field(default_factory=list)

    def ask(self, method: str, path: str = "", body: Any = None, **headers: str) -> Answer:
        """One request; `body` is sent as JSON unless it is bytes."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        content = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        connection.request(method, f"/chat/{self.key}{path}", content, self._headers() | headers)
        answer = connection.getresponse()
        found = Answer(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
        connection.close()
        return found

    def _headers(self) -> dict[str, str]:
        told = {"Origin": self.origin} if self.origin else {}
        if self.token:
            told["Authorization"] = f"Bearer {self.token}"
        if self.identity:
            told["X-Rapport-Identity"] = self.identity
        return told

    def begin(self) -> "Browser":
        answer = self.ask("POST", "/visits", {"language": "en"})
        assert answer.status == 200, answer.body
        self.token = answer.told["visitor"]
        return self

    def say(self, text: str, name: str = "", **more: Any) -> Answer:
        """Say something; the name is made of the text where none is told."""
        fallback = "w-" + "".join(one for one in text if one.isalnum())[:40].ljust(8, "0")
        return self.ask("POST", "/messages", {"id": name or fallback, "text": text, **more})

    def texts(self) -> list[str]:
        """All that may be read here, the oldest first."""
        answer = self.ask("GET", "/messages")
        assert answer.status == 200, answer.body
        return [one["text"] for one in answer.told["messages"]]

    def stream(self, after: int = 0) -> "Stream":
        return Stream(self, after)


_streams: list["Stream"] = []


class Stream:
    """An open stream of a visitor, read event by event."""

    def __init__(self, browser: Browser, after: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", browser.port, timeout=10)
        path = f"/chat/{browser.key}/stream?after={after}"
        self.connection.request("GET", path, headers=browser._headers())
        self.answer = self.connection.getresponse()
        self.place = after
        _streams.append(self)

    @property
    def status(self) -> int:
        return self.answer.status

    def next(self) -> tuple[str, Any]:
        """The next thing told: its name and what it says; ("end", None) when the stream is over."""
        fields: dict[str, str] = {}
        while line := self.answer.readline().decode():
            if line == "\n" and "event" in fields:
                self.place = int(fields["id"])
                return fields["event"], json.loads(fields["data"])
            name, _, value = line.rstrip("\n").partition(": ")
            fields[name] = value
        return "end", None

    def until(self, event: str) -> Any:
        """What was told with the next event of this name."""
        while (told := self.next())[0] != event:
            assert told[0] != "end", f"the stream ended before '{event}'"
        return told[1]

    def close(self) -> None:
        self.answer.close()
        self.connection.close()
