"""Pages over ASGI: standing threads, downloads piece by piece, nothing kept from one request to the next."""

import asyncio
import threading
from collections.abc import Callable, Iterator, MutableMapping
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import translation

from rapport.config.pages import THREADS, Pages

Answer = Callable[[HttpRequest], Any]


class Served:
    """One request: what was sent, and when its client goes."""

    def __init__(self) -> None:
        self.sent: list[MutableMapping[str, Any]] = []
        self.leaves_after = 10**9
        self._is_read = False
        self._gone = asyncio.Event()

    async def receive(self) -> MutableMapping[str, Any]:
        if not self._is_read:
            self._is_read = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:
        self.sent.append(message)
        if len(self.sent) >= self.leaves_after:
            self._gone.set()
        await asyncio.sleep(0)

    @property
    def body(self) -> bytes:
        return b"".join(message.get("body", b"") for message in self.sent)


@pytest.fixture
def pages() -> Iterator[Pages]:
    made = Pages()
    yield made
    made.stop()


def serve(pages: Pages, answer: Answer, *, times: int = 1, leaves_after: int = 10**9) -> list[Served]:
    """Ask as often at once, of a site whose every page is this answer."""
    pages.get_response = answer  # type: ignore[method-assign]

    async def one() -> Served:
        served = Served()
        served.leaves_after = leaves_after
        scope = {"type": "http", "method": "GET", "path": "/", "headers": [], "query_string": b""}
        await pages(scope, served.receive, served.send)
        return served

    async def all_of_them() -> list[Served]:
        return list(await asyncio.gather(*(one() for _ in range(times))))

    return asyncio.run(all_of_them())


def test_a_page_is_answered_in_one_of_a_few_threads(pages: Pages) -> None:
    seen = set[str]()

    def answer(_request: HttpRequest) -> HttpResponse:
        seen.add(threading.current_thread().name)
        return HttpResponse(b"a page", status=201)

    served = serve(pages, answer, times=5 * THREADS)
    assert {(one.sent[0]["status"], one.body) for one in served} == {(201, b"a page")}
    assert 1 <= len(seen) <= THREADS
    assert all(name.startswith("page_") for name in seen)


def test_what_a_page_is_closed_with_happens_also_when_it_is_a_download(pages: Pages) -> None:
    closed: list[str] = []

    def answer(_request: HttpRequest) -> StreamingHttpResponse:
        response = StreamingHttpResponse(iter([b"one ", b"two"]))
        response._resource_closers.append(lambda: closed.append("closed"))
        return response

    assert serve(pages, answer)[0].body == b"one two"
    assert closed == ["closed"]


def test_a_download_is_not_gathered_and_ends_when_nobody_takes_it(pages: Pages) -> None:
    read: list[int] = []

    def pieces() -> Iterator[bytes]:
        for number in range(10_000):
            read.append(number)
            yield b"piece"

    served = serve(pages, lambda _: StreamingHttpResponse(pieces()), leaves_after=4)
    assert 3 <= len(read) < 100
    assert served[0].body.startswith(b"piecepiece")


def test_the_language_of_a_request_ends_with_it(pages: Pages) -> None:
    found: list[str] = []

    def answer(_request: HttpRequest) -> HttpResponse:
        found.append(translation.get_language())
        translation.activate("de")
        return HttpResponse()

    for _ in range(3):
        serve(pages, answer)
    assert found == ["en"] * 3
