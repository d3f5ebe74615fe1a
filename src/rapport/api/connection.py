"""One connection of the server: who says nothing, too much, or opens too many is let go (attack D03)."""

import asyncio
import os
from collections import Counter
from ipaddress import ip_address
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEADER_SECONDS: Final = 15.0
"""Within this time a request's headers must be whole, from the first byte of the connection or of the request."""
LARGEST_HEADERS: Final = 64 * 1024
_MOST_AT_ONCE: Final = 256


class Doors:
    """How many connections each address holds. This machine and the operator's proxies speak for many: uncounted."""

    def __init__(self, most: int, uncounted: frozenset[str] = frozenset()) -> None:
        self._most, self._uncounted = most, uncounted
        self._held: Counter[str] = Counter()

    def enter(self, address: str) -> bool:
        """Whether one more is let in."""
        if not self._is_counted(address):
            return True
        if self._held[address] >= self._most:
            return False
        self._held[address] += 1
        return True

    def leave(self, address: str) -> None:
        if self._held[address] > 1:
            self._held[address] -= 1
        else:
            del self._held[address]

    def _is_counted(self, address: str) -> bool:
        return self._most > 0 and bool(address) and address not in self._uncounted and not _is_here(address)


def doors() -> Doors:
    """Counted as the operator says: RAPPORT_MOST_CONNECTIONS for each address, RAPPORT_PROXIES not counted."""
    most = int(os.environ.get("RAPPORT_MOST_CONNECTIONS", "") or _MOST_AT_ONCE)
    proxies = os.environ.get("RAPPORT_PROXIES", "").split(",")
    return Doors(most, frozenset(proxy.strip() for proxy in proxies if proxy.strip()))


def _is_here(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return True


_doors = doors()


class Connection(HttpToolsProtocol):
    """uvicorn's own, with a time limit and a size limit for headers and a count for each address."""

    _waiting: asyncio.TimerHandle | None = None
    _header_bytes = 0
    _address = ""

    def connection_made(self, transport: Any) -> None:
        """A client came."""
        super().connection_made(transport)
        address = self.client[0] if self.client else ""
        if not _doors.enter(address):
            transport.abort()
            return
        self._address = address
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """A client is gone."""
        self._wait_no_more()
        if self._address:
            _doors.leave(self._address)
            self._address = ""
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Bytes came; of headers not more than a few."""
        super().data_received(data)
        if self._waiting is not None:
            self._header_bytes += len(data)
            if self._header_bytes > LARGEST_HEADERS:
                self._let_go()

    def on_message_begin(self) -> None:
        """A request begins, perhaps a further one on the same connection."""
        super().on_message_begin()
        if self._waiting is None:
            self._wait()

    def on_headers_complete(self) -> None:
        """The headers are whole."""
        self._wait_no_more()
        super().on_headers_complete()

    def _wait(self) -> None:
        self._header_bytes = 0
        self._waiting = self.loop.call_later(HEADER_SECONDS, self._let_go)

    def _wait_no_more(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _let_go(self) -> None:
        self._wait_no_more()
        if self.transport is not None and not self.transport.is_closing():
            self.transport.abort()
