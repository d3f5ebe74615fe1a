"""What happens in a chat, as server-sent events to the visitor's browser: words, signs, how they wait.

A stream ends by itself after about a minute and is taken up where it ended, by the number of the last message. Who
it is for, and what they may see, is asked anew for everything that is said through it.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Final

import msgspec

from rapport.api import chat_entry as entry
from rapport.api import chat_shown
from rapport.api.chat_answers import Answers
from rapport.api.chat_entry import Asked, Inside
from rapport.api.chat_queue import Queues
from rapport.api.live import LONGEST_STREAM, MOST, MOST_PER_ADDRESS, Pace
from rapport.api.problems import Problem
from rapport.api.wire import Receive
from rapport.channels.chat import commands, queries
from rapport.channels.endpoints.rules.web import Widget
from rapport.live.listening.hub import Hub, Listener

MOST_PER_VISITOR: Final = 6
_STATE_EVERY: Final = 10.0
"""Seconds after which a place in the queue is told anew."""
_PRESENT_EVERY: Final = 20.0
"""Seconds after which it is written down who is there, for all of them at once."""
_OVERLAP: Final = 1_000
"""A message that was held back appears after later ones: so many numbers are looked through again."""
_encode = msgspec.json.Encoder().encode
Ask = Callable[..., Awaitable[Any]]
Look = Callable[[int, frozenset[int]], "_Seen"]
"""What came after a message, without those that were shown: asked in the thread of the hub."""


class Streams:
    """The streams of this process."""

    def __init__(self, hub: Hub, pace: Pace, ask: Ask) -> None:
        self._hub, self._pace, self._ask = hub, pace, ask
        self._open: Counter[str] = Counter()
        self._present: set[int] = set()
        self._queues = Queues()
        self._noted_at = 0.0

    async def __call__(
        self, widget: Widget, given: Asked, after: int, receive: Receive, answers: Answers, *, address: str
    ) -> None:
        """Serve one stream, from the message after this number on, for as long as it lives."""
        inside: Inside = await self._ask(entry.enter, widget, given, entry.now())
        places = (f"visitor {inside.visitor.pk}", f"address {address}", "all")
        self._check_room(places)
        self._open.update(places)
        listener = Listener(frozenset(), _is_theirs)
        watch = asyncio.create_task(_watch(listener, receive))
        try:
            note = partial(self._note, inside.visitor.pk)
            look = partial(_seen, widget, given, self._queues)
            await _Stream(self._hub, self._pace, listener, answers, look).run(after, note)
        except TimeoutError:
            return
        finally:
            watch.cancel()
            self._hub.leave(listener)
            self._open.subtract(places)
            self._open += Counter()

    def _check_room(self, places: tuple[str, str, str]) -> None:
        for place, most in zip(places, (MOST_PER_VISITOR, MOST_PER_ADDRESS, MOST), strict=True):
            if self._open[place] >= most:
                raise Problem(429, "too_many_streams", "The chat is open too often.", retry_after=30)

    async def _note(self, visitor_id: int) -> None:
        """Somebody is there."""
        self._present.add(visitor_id)
        now = asyncio.get_running_loop().time()
        if now - self._noted_at >= _PRESENT_EVERY:
            self._noted_at = now
            present, self._present = self._present, set()
            await self._ask(partial(commands.see_all, present, at=entry.now()))


def _is_theirs(_permission: str, _department: str) -> bool:
    """A stream follows topics that we chose for it, and news of them says only that there is something to look for."""
    return True


class _Stream:
    """One stream while it lives."""

    def __init__(self, hub: Hub, pace: Pace, listener: Listener, answers: Answers, look: Look) -> None:
        self._hub, self._pace, self._listener, self._answers = hub, pace, listener, answers
        self._see = look
        self._sent = self._at = 0
        self._shown: set[int] = set()
        self._state: dict[str, Any] = {}

    async def run(self, after: int, note: Callable[[], Awaitable[None]]) -> None:
        now = asyncio.get_running_loop().time
        ends_at = now() + random.uniform(self._pace.shortest, self._pace.longest)  # noqa: S311 - spreads the load
        self._at = after
        headers = [*self._answers.headers("text/event-stream; charset=utf-8"), *_HEADERS]
        await self._put({"type": "http.response.start", "status": 200, "headers": headers})
        await self._look(is_first=True)
        beats_at, looks_at = now(), now() + _STATE_EVERY
        while not self._listener.is_gone and now() < ends_at and self._sent < LONGEST_STREAM:
            if now() >= beats_at:
                await note()
                await self._say("beat", {})
                beats_at = now() + self._pace.heartbeat
            changed = await self._listener.wait(min(beats_at, looks_at, ends_at) - now())
            if any(topic.startswith("answering:") for topic in changed):
                await self._say("typing", {})
            if any(not topic.startswith("answering:") for topic in changed) or now() >= looks_at:
                await self._look()
                looks_at = now() + (_STATE_EVERY if self._state.get("waits") else self._pace.heartbeat)
        await self._put({"type": "http.response.body", "body": b"", "more_body": False})

    async def _look(self, *, is_first: bool = False) -> None:
        """Say what is new, to whoever this is at this moment."""
        try:
            seen = await self._hub.ask(self._see, self._at, frozenset(self._shown))
        except Problem as problem:
            self._listener.leave()
            await self._say("over", {"code": problem.code})
            return
        if self._listener.topics != seen.topics:
            self._listener.topics = seen.topics
            self._hub.join(self._listener, None)
            seen = await self._hub.ask(self._see, self._at, frozenset(self._shown))
        fresh = seen.lines
        if fresh:
            self._at = max(self._at, *(line["n"] for line in fresh))
            self._shown.update(line["n"] for line in fresh)
            await self._say("said", {"messages": fresh})
        if seen.state != self._state or is_first:
            self._state = seen.state
            await self._say("state", seen.state)

    async def _say(self, event: str, data: Any) -> None:
        said = b"id: %d\nevent: %s\ndata: %s\n\n" % (self._at, event.encode(), _encode(data))
        self._sent += len(said)
        await self._put({"type": "http.response.body", "body": said, "more_body": True})

    async def _put(self, message: dict[str, object]) -> None:
        async with asyncio.timeout(self._pace.patience):
            await self._answers.send(message)


class _Seen(msgspec.Struct, frozen=True):
    """What a visitor sees at one moment, and the topics whose news may change it."""

    lines: list[dict[str, Any]]
    state: dict[str, Any]
    topics: frozenset[str]


def _seen(widget: Widget, given: Asked, queues: Queues, after: int, shown: frozenset[int]) -> _Seen:
    """In the thread of the hub: whose token it is, what they may see of what came after, and their state."""
    at = entry.now()
    inside = entry.enter(widget, given, at)
    lines = queries.lines(inside.seeing, at=at, after=max(0, after - _OVERLAP), without=shown)
    threads = queries.threads_of(inside.seeing.identifier_ids)
    topics = {f"visitor:{inside.visitor.pk}"}
    topics |= {f"{name}:{one}" for one in threads for name in ("thread", "answering")}
    fresh = [chat_shown.message(line) for line in lines]
    return _Seen(fresh, chat_shown.state(inside, queues, at), frozenset(topics))


async def _watch(listener: Listener, receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    listener.leave()


_HEADERS = [(b"cache-control", b"no-store"), (b"x-accel-buffering", b"no"), (b"connection", b"close")]
