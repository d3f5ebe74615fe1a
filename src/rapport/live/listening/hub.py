"""One reader for all streams of this process: it asks the database ten times a second, in a thread of its own.

Streams hold no connection. What was read lately is kept, so that a stream that was cut goes on where it ended.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

from django.db import connection

from rapport.live.events import queries, rules
from rapport.live.events.rules import Covers, Heard

logger = logging.getLogger(__name__)

POLL_SECONDS = 0.1
KEPT_NEWS = 20_000
"""News remembered for streams that come back; about 4 MB."""


class Listener:
    """One stream: what it follows, who sees through it, and what it has to pass on."""

    def __init__(self, topics: frozenset[str], covers: Covers) -> None:
        self.topics = topics
        self.covers = covers
        self.is_gone = False
        self._changed: set[str] = set()
        self._woken = asyncio.Event()

    def hear(self, told: dict[str, list[rules.News]]) -> None:
        if concerned := rules.concerning(told, self.topics, self.covers):
            self._changed |= concerned
            self._woken.set()

    def leave(self) -> None:
        """The person is gone, or the server stops."""
        self.is_gone = True
        self._woken.set()

    async def wait(self, seconds: float) -> list[str]:
        """The topics that changed, as soon as there are any; after so many seconds mostly none."""
        with suppress(TimeoutError):
            async with asyncio.timeout(max(0.0, seconds)):
                await self._woken.wait()
        self._woken.clear()
        changed, self._changed = sorted(self._changed), set()
        return changed


class Hub:
    """Reads for everybody who listens. `cursor` is where somebody begins who has seen everything up to now."""

    def __init__(self) -> None:
        self.cursor = 0
        self.is_closing = False
        self._floor = 0
        self._recent: deque[Heard] = deque()
        self._kept = 0
        self._listeners: set[Listener] = set()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="live")
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to read, at the oldest news kept."""
        self._task = asyncio.create_task(self._read_on())

    async def stop(self) -> None:
        """End every stream and the reading."""
        self.close()
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self.ask(_let_go)
        self._thread.shutdown()

    def close(self) -> None:
        """End every stream: the server stops, and waits for them."""
        self.is_closing = True
        for listener in self._listeners:
            listener.leave()

    async def ask(self, question: Callable[..., Any], *values: Any) -> Any:
        """An answer from the database, through the one connection that listening has."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, question, *values)

    def join(self, listener: Listener, after: int | None) -> bool:
        """Let somebody listen, from a cursor on; whether nothing since then is missing."""
        self._listeners.add(listener)
        if after is None or after > self.cursor:
            return True
        for heard in self._recent:
            if heard.cursor > after or (heard.cursor == after and heard.is_ahead):
                listener.hear(rules.by_topic(heard.news))
        return after >= self._floor

    def leave(self, listener: Listener) -> None:
        self._listeners.discard(listener)

    async def _read_on(self) -> None:
        reader: queries.Reader | None = None
        while not self.is_closing:
            try:
                if reader is None:
                    self._floor = await self.ask(queries.earliest)
                    reader = queries.Reader(self._floor)
                self._take(await self.ask(reader.read))
            except Exception:
                logger.exception("live updates: the database does not answer; trying again")
                await self.ask(_let_go)
            await asyncio.sleep(POLL_SECONDS)

    def _take(self, heard: Heard) -> None:
        self.cursor = heard.cursor
        if not heard.news:
            return
        self._recent.append(heard)
        self._kept += len(heard.news)
        while self._kept > KEPT_NEWS and len(self._recent) > 1:
            oldest = self._recent.popleft()
            self._floor = oldest.cursor
            self._kept -= len(oldest.news)
        told = rules.by_topic(heard.news)
        for listener in self._listeners:
            listener.hear(told)


def _let_go() -> None:
    """Close the connection of the thread that runs this."""
    connection.close()


hub = Hub()
"""That of this process; pages ask it for the cursor they were made at."""
