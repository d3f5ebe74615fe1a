"""Who comes in to the chat: which widget, from which page, which visitor, and who the page's server says they are."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, Final

from rapport.api.problems import Problem
from rapport.api.throttling import Buckets
from rapport.api.wire import Request
from rapport.channels.chat import commands, queries
from rapport.channels.chat.queries import Seeing
from rapport.channels.chat.rules import places, signing
from rapport.channels.chat.rules.signing import NotBelieved, Signed
from rapport.channels.endpoints import queries as endpoints
from rapport.channels.endpoints.rules.web import Widget

if TYPE_CHECKING:
    from rapport.channels.chat.models import Visitor

FRESH_SECONDS: Final = 5.0
"""A change of a widget's settings is heeded after at most this time."""
_MOST_KNOWN: Final = 1_000
IDENTITY = b"x-rapport-identity"
Ask = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Inside:
    """A visitor who was let in: the widget, the row, what they may read, and the token that speaks for them."""

    widget: Widget
    visitor: "Visitor"
    seeing: Seeing
    signed: Signed | None = None

    def is_over(self, at: datetime) -> bool:
        """Whether the token that speaks for them has ended meanwhile."""
        return self.signed is not None and self.signed.ends_at + signing.LEEWAY <= at


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request shows of who sends it."""

    token: str
    identity: str = ""


class Widgets:
    """The widgets by their public names, each looked up at most once in FRESH_SECONDS."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._known: dict[str, tuple[float, Widget | None]] = {}

    async def find(self, key: str) -> Widget:
        """The widget in use; a problem 404 where there is none."""
        known = self._known.get(key)
        if known is None or known[0] <= time.monotonic():
            found: Widget | None = await self._ask(endpoints.widget, key[:64])
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            known = self._known[key] = (time.monotonic() + FRESH_SECONDS, found)
        if known[1] is None or not known[1].is_open:
            raise Problem(404, "unknown_chat", "There is no such chat.")
        return known[1]


def check_origin(widget: Widget, request: Request) -> str:
    """The page's origin, if the widget may stand there; a browser always tells it, and a page cannot forge it."""
    origin = request.headers.get(b"origin", b"").decode("latin-1")
    if not origin and request.method in {"GET", "HEAD"} and _is_own_page(request):
        host = request.headers.get(b"host", b"").decode("latin-1")
        origin = f"{request.scheme}://{host}"
    if not places.may_stand_on(origin, widget.settings.origins):
        raise Problem(403, "foreign_origin", "This chat may not be used on this page.")
    return origin


def _is_own_page(request: Request) -> bool:
    return request.headers.get(b"sec-fetch-site") == b"same-origin"


def asked(request: Request) -> Asked:
    """The visitor's token and what speaks for them; both come in headers, so that no log of addresses keeps them."""
    scheme, _, token = request.headers.get(b"authorization", b"").decode("latin-1").partition(" ")
    identity = request.headers.get(IDENTITY, b"").decode("latin-1").strip()
    return Asked(token.strip() if scheme.lower() == "bearer" else "", identity)


def enter(widget: Widget, given: Asked, at: datetime) -> Inside:
    """Let a visitor in; a problem 401 for a token that opens nothing, or that proves nothing.

    Who is not spoken for at this very request is anonymous, whoever spoke for them before.
    """
    visitor = queries.visitor(widget.place.id, given.token)
    if visitor is None:
        raise Problem(401, "unknown_visitor", "This visit is over; begin another.")
    signed = _believed(widget, given.identity, at) if given.identity else None
    if signed is not None:
        _recognise(visitor, signed, at)
    return Inside(widget, visitor, queries.seeing(visitor, is_signed=signed is not None), signed)


def _believed(widget: Widget, identity: str, at: datetime) -> Signed:
    secret = endpoints.secret(widget.place.id)
    try:
        return signing.believed(identity, secret=secret, audience=widget.token, at=at)
    except NotBelieved as refused:
        raise not_believed() from refused


def not_believed() -> Problem:
    """The same answer whatever was wrong: it teaches nobody how to do better."""
    return Problem(401, "identity_refused", "What speaks for this visitor proves nothing.")


def _recognise(visitor: "Visitor", signed: Signed, at: datetime) -> None:
    try:
        commands.recognise(visitor, signed, at=at)
    except commands.SomebodyElse as refused:
        raise Problem(409, "somebody_else", refused.message) from refused
    except commands.SignedOutSince as refused:
        raise not_believed() from refused


class Limits:
    """How often visitors may act. This machine is not counted: proxies and benchmarks speak for many."""

    def __init__(self) -> None:
        self._visits = Buckets(0.5, 60)
        self._messages = Buckets(1, 20)
        self._signs = Buckets(2, 40)
        self._files = Buckets(0.05, 20)

    def check_visit(self, address: str) -> None:
        if not _is_here(address):
            _refuse_above(self._visits.take(address).wait)

    def check_message(self, visitor_id: int) -> None:
        _refuse_above(self._messages.take(visitor_id).wait)

    def check_sign(self, visitor_id: int) -> None:
        _refuse_above(self._signs.take(visitor_id).wait)

    def check_file(self, visitor_id: int) -> None:
        _refuse_above(self._files.take(visitor_id).wait)


def _refuse_above(wait: int) -> None:
    if wait:
        raise Problem(429, "too_often", "A little slower, please.", retry_after=wait)


def _is_here(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


def now() -> datetime:
    """The moment, for whoever serves a request."""
    return datetime.now(UTC)
