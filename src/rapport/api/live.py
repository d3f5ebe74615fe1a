"""Live updates as server-sent events: which of the things on a screen changed. Never what they changed to.

A stream ends by itself after about a minute and is taken up where it ended, so one whose far end is gone holds
nothing for long. Who it is for, and what they may see, is asked anew with every heartbeat.
"""

import asyncio
import random
from collections import Counter
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from importlib import import_module
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest
from django.http.request import validate_host

from rapport.api import wire
from rapport.api.problems import Detail, Problem
from rapport.api.wire import Receive, Scope, Send
from rapport.kernel.refusals import Refusal
from rapport.live.events import rules
from rapport.live.listening.hub import Hub, Listener
from rapport.staff.organisation import queries as organisation
from rapport.staff.roles.queries import reach
from rapport.staff.roles.rules import Reach

if TYPE_CHECKING:
    from rapport.staff.people.models import StaffMember

PATH = "/live"
MOST_PER_PERSON, MOST_PER_ADDRESS, MOST = 12, 500, 5_000
LONGEST_STREAM = 32 * 1024
"""Bytes after which a stream ends and is taken up anew: little enough to lie in the kernel if nobody reads them."""
_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-accel-buffering", b"no"),
    (b"connection", b"close"),
]


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds between heartbeats, that a stream lives at least and at most, and that a write may wait."""

    heartbeat: float = 15
    shortest: float = 60
    longest: float = 90
    patience: float = 10


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody signed in, and what they may see at this moment."""

    id: int
    reach: Reach


class Streams:
    """Serves the streams of this process."""

    def __init__(self, hub: Hub, pace: Pace | None = None) -> None:
        self._hub = hub
        self._pace = pace or Pace()
        self._open: Counter[str] = Counter()

    def serves(self, path: str) -> bool:
        """Whether this path is served here and not by Django."""
        return path.rstrip("/") == PATH

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request: with a stream, or with why there is none."""
        try:
            topics, after = _asked(scope)
            session = _session_key(scope)
            person = _known(await self._hub.ask(_person, session))
            places = (f"person {person.id}", f"address {(scope.get('client') or ('',))[0]}", "all")
            self._check_room(places)
        except Problem as problem:
            await wire.refuse(send, problem)
            return
        self._open.update(places)
        listener = Listener(topics, person.reach.covers)
        watch = asyncio.create_task(_watch(listener, receive))
        try:
            await _Stream(self._hub, self._pace, listener, send).run(session, after)
        except TimeoutError:
            return
        finally:
            watch.cancel()
            self._hub.leave(listener)
            self._open.subtract(places)
            self._open += Counter()

    def _check_room(self, places: tuple[str, ...]) -> None:
        for place, most in zip(places, (MOST_PER_PERSON, MOST_PER_ADDRESS, MOST), strict=True):
            if self._open[place] >= most:
                detail = Detail("streams", str(self._open[place]), f"at most {most}")
                raise Problem(429, "too_many_streams", "Close some pages.", retry_after=30, details=(detail,))


class _Stream:
    """One stream while it lives."""

    def __init__(self, hub: Hub, pace: Pace, listener: Listener, send: Send) -> None:
        self._hub, self._pace, self._listener, self._send = hub, pace, listener, send
        self._sent = 0
        self._at = 0

    async def run(self, session: str, after: int | None) -> None:
        now = asyncio.get_running_loop().time
        ends_at = now() + random.uniform(self._pace.shortest, self._pace.longest)  # noqa: S311 - spreads the load
        self._at = self._hub.cursor if after is None else after
        is_whole = self._hub.join(self._listener, after)
        await self._put({"type": "http.response.start", "status": 200, "headers": _HEADERS})
        pause = random.randint(1000, 4000)  # noqa: S311 - so that not all come back at once
        await self._say("ready" if is_whole else "behind", "1", first=f"retry: {pause}\n")
        beats_at = now() + self._pace.heartbeat
        while not self._listener.is_gone and now() < ends_at and self._sent < LONGEST_STREAM:
            changed = await self._listener.wait(min(beats_at, ends_at) - now())
            self._at = self._hub.cursor
            if changed:
                await self._say("changed", ",".join(changed))
            if now() >= beats_at:
                if not await self._may_go_on(session):
                    break
                await self._say("beat", "1")
                beats_at = now() + self._pace.heartbeat
        await self._put({"type": "http.response.body", "body": b"", "more_body": False})

    async def _may_go_on(self, session: str) -> bool:
        person = await self._hub.ask(_person, session)
        if person is not None:
            self._listener.covers = person.reach.covers
        return person is not None

    async def _say(self, event: str, data: str, *, first: str = "") -> None:
        """Say it with the place up to which all has been said: what is heard meanwhile comes after it."""
        said = f"{first}id: {self._at}\nevent: {event}\ndata: {data}\n\n".encode()
        self._sent += len(said)
        await self._put({"type": "http.response.body", "body": said, "more_body": True})

    async def _put(self, message: dict[str, object]) -> None:
        async with asyncio.timeout(self._pace.patience):
            await self._send(message)


async def _watch(listener: Listener, receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    listener.leave()


def _asked(scope: Scope) -> tuple[frozenset[str], int | None]:
    if scope["method"] != "GET":
        raise Problem(405, "wrong_method", f"{scope['method']} is not served here.")
    headers = dict(scope["headers"])
    _check_origin(headers)
    given = parse_qs(scope.get("query_string", b"").decode("latin-1")[:4000], max_num_fields=20)
    place = headers.get(b"last-event-id", b"").decode("latin-1") or given.get("after", [""])[-1]
    try:
        topics = rules.topics(given.get("topics", [""])[-1])
    except Refusal as refusal:
        raise Problem(422, "bad_topics", refusal.message) from refusal
    is_place = place.isascii() and place.isdigit() and len(place) <= 18
    return topics, int(place) if is_place and int(place) else None


def _check_origin(headers: dict[bytes, bytes]) -> None:
    """A page of another site may neither open a stream with the person's cookie nor read one."""
    host = headers.get(b"host", b"").decode("latin-1")
    origin = headers.get(b"origin", b"").decode("latin-1")
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
    is_own = validate_host(name.lower(), settings.ALLOWED_HOSTS)
    is_own &= not origin or urlsplit(origin).netloc.lower() == host.lower()
    if not is_own or headers.get(b"sec-fetch-site", b"same-origin") != b"same-origin":
        raise Problem(403, "foreign_origin", "Only our own pages may follow what changes.")


def _known(person: Person | None) -> Person:
    """Not 401, upon which a browser would ask for a password of its own."""
    if person is None:
        raise Problem(403, "signed_out", "Sign in to follow what changes.")
    return person


def _session_key(scope: Scope) -> str:
    cookies: SimpleCookie = SimpleCookie()
    try:
        cookies.load(dict(scope["headers"]).get(b"cookie", b"").decode("latin-1"))
    except CookieError:
        return ""
    found = cookies.get(settings.SESSION_COOKIE_NAME)
    return found.value if found else ""


def _person(session_key: str) -> Person | None:
    """Who is signed in with this session now, and what they may see; runs in the thread of the hub."""
    if not session_key:
        return None
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    member = get_user(request)
    if not member.is_authenticated or _lacks_second_step(member):
        return None
    return Person(member.pk, reach(member))


def _lacks_second_step(member: "StaffMember") -> bool:
    """Whether the organisation asks a second step of their role and they have none: then no page opens either."""
    house = organisation.current()
    return house is not None and member.role in house.second_step_roles and not is_mfa_enabled(member)
