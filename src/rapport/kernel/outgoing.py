"""Sending to an address that somebody else wrote down, so that it cannot be turned against our own network.

A name is resolved once and the connection goes to that very number, so a name that answers differently the second
time gains nothing; each redirect is checked as the first address was; proxies of the environment are not used.
"""

import http.client
import os
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from urllib.parse import urljoin

from rapport.kernel.addresses import AllowList, Target, TargetNotAllowed, is_public, taken_apart

_REDIRECTS = frozenset({301, 302, 307, 308})
"""Followed with the same body; 303 would make a question of what was to be told, so it is an answer like any other."""
_MOST_TRIED = 4
_LATE = "No answer in time."
_BROKEN = (OSError, http.client.HTTPException, ValueError)

Resolve = Callable[[str, int], list[str]]


class Unreachable(Exception):  # noqa: N818 - named for the fact
    """Nobody answered in time, or not in a way that can be read. Whether it arrived is not known."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long we wait, and how much of an answer we read."""

    connect_seconds: float = 5.0
    total_seconds: float = 15.0
    answer_bytes: int = 1024 * 1024
    redirects: int = 3


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: `body` is what was read of it, at most the limit."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def allow_list() -> AllowList:
    """What this installation's operator allows beyond the public network (RAPPORT_OUTGOING_ALLOW)."""
    return AllowList.read(os.environ.get("RAPPORT_OUTGOING_ALLOW", ""))


def resolved(host: str, port: int) -> list[str]:
    """The numbers of a name, as the system knows them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def check(url: str, *, limits: Limits = Limits(), resolve: Resolve = resolved) -> None:
    """Refuse an address to which `post` would not send."""
    allowed = allow_list()
    target = taken_apart(url, allowed)
    try:
        _numbers_of(target, allowed, limits.connect_seconds, resolve)
    except Unreachable as gone:
        raise TargetNotAllowed(str(gone), field="address", value=url[:200]) from gone


def post(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    limits: Limits = Limits(),
    resolve: Resolve = resolved,
) -> Answer:
    """Send a body; TargetNotAllowed before anything leaves, Unreachable where no answer came."""
    deadline = time.monotonic() + limits.total_seconds
    allowed = allow_list()
    for _hop in range(limits.redirects + 1):
        target = taken_apart(url, allowed)
        numbers = _numbers_of(target, allowed, min(limits.connect_seconds, _left(deadline)), resolve)
        with_headers = {"Host": target.authority, "Connection": "close", **headers}
        answer = _exchange(_Line(target, numbers, limits, deadline), body, with_headers)
        place = answer.headers.get("location", "")
        if answer.status not in _REDIRECTS or not place:
            return answer
        url = urljoin(url, place)
    raise Unreachable("It sends us from one address to the next.")


def _numbers_of(target: Target, allowed: AllowList, seconds: float, resolve: Resolve) -> list[str]:
    """The numbers to connect to; refused when any of them is not public."""
    numbers = _in_time(lambda: resolve(target.host, target.port), seconds)
    if not numbers:
        raise Unreachable("No server goes by this name.")
    if not allowed.covers(target.host, target.port) and not all(map(is_public, numbers)):
        raise TargetNotAllowed(
            "This address leads into a private network.", field="address", value=target.authority
        )
    return numbers[:_MOST_TRIED]


def _in_time(question: Callable[[], list[str]], seconds: float) -> list[str]:
    """The system's resolver knows no time limit, so it is asked in a thread that we stop waiting for."""
    found: SimpleQueue[list[str]] = SimpleQueue()

    def ask() -> None:
        try:
            found.put(question())
        except (OSError, UnicodeError):
            found.put([])

    threading.Thread(target=ask, daemon=True, name="resolve").start()
    try:
        return found.get(timeout=max(seconds, 0.01))
    except Empty:
        raise Unreachable("Its name could not be looked up in time.") from None


def _exchange(line: "_Line", body: bytes, headers: Mapping[str, str]) -> Answer:
    try:
        with line as connection:
            connection.request("POST", line.target.path, body, dict(headers))
            with connection.getresponse() as response:
                said = {name.lower(): value for name, value in response.getheaders()}
                answer = Answer(response.status, said, response.read(line.limits.answer_bytes))
    except _BROKEN as error:
        raise Unreachable(_LATE if line.is_cut else _in_words(error)) from error
    if line.is_cut:
        raise Unreachable(_LATE)
    return answer


class _Line:
    """A connection to one of some numbers that is cut when the time is over, whatever the other side does."""

    def __init__(self, target: Target, numbers: list[str], limits: Limits, deadline: float) -> None:
        self.target, self.limits, self.deadline = target, limits, deadline
        self.is_cut = False
        self._numbers = numbers

    def __enter__(self) -> http.client.HTTPConnection:
        plain = self._connected()
        self._handle = plain.dup()
        self._cut = threading.Timer(_left(self.deadline), self._end)
        self._cut.daemon = True
        self._cut.start()
        try:
            self._connection = self._over(plain)
        except BaseException:
            plain.close()
            self._done()
            raise
        return self._connection

    def __exit__(self, *_: object) -> None:
        self._connection.close()
        self._done()

    def _connected(self) -> socket.socket:
        failure: OSError = ConnectionRefusedError()
        for number in self._numbers:
            seconds = min(self.limits.connect_seconds, _left(self.deadline))
            try:
                return socket.create_connection((number, self.target.port), seconds)
            except OSError as error:
                failure = error
        raise failure

    def _over(self, line: socket.socket) -> http.client.HTTPConnection:
        line.settimeout(_left(self.deadline))
        if self.target.scheme == "https":
            line = _trusting().wrap_socket(line, server_hostname=self.target.host)
        connection = http.client.HTTPConnection(self.target.host, self.target.port)
        connection.sock = line
        return connection

    def _end(self) -> None:
        self.is_cut = True
        with suppress(OSError):
            self._handle.shutdown(socket.SHUT_RDWR)

    def _done(self) -> None:
        self._cut.cancel()
        self._handle.close()


def _trusting() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _left(deadline: float) -> float:
    return max(deadline - time.monotonic(), 0.01)


def _in_words(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return "Its certificate is not valid."
    if isinstance(error, ssl.SSLError):
        return "It does not speak TLS as we do."
    if isinstance(error, ConnectionRefusedError):
        return "Nobody listens there."
    if isinstance(error, TimeoutError):
        return _LATE
    return "The connection broke before an answer came."
