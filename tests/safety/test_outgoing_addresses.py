"""Nobody makes this server talk to its own network (attack A30): not by an address, a name, or a redirect."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import cycle
from pathlib import Path

import pytest

from rapport.kernel import outgoing
from rapport.kernel.addresses import AllowList, TargetNotAllowed, is_public, taken_apart
from rapport.kernel.outgoing import Limits, Unreachable

CORPUS = Path(__file__).parents[1] / "corpus"
REFUSED = [line for line in (CORPUS / "addresses_refused.txt").read_text().splitlines() if line[:1] != "#"]
PUBLIC = "93.184.215.14"
SHORT = Limits(connect_seconds=1, total_seconds=1)


class Receiver(BaseHTTPRequestHandler):
    """Answers as its path says, and keeps who asked for what."""

    seen: list[tuple[str, str]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        self.seen.append((self.headers["Host"], body))
        kind, _slash, rest = self.path[1:].partition("/")
        getattr(self, f"answer_{kind}")(rest)

    def answer_ok(self, _rest: str) -> None:
        self._say(200, b"thank you")

    def answer_to(self, place: str) -> None:
        self.send_response(307)
        self.send_header("Location", place)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def answer_round(self, _rest: str) -> None:
        self.answer_to("/round/")

    def answer_large(self, _rest: str) -> None:
        self._say(200, b"x" * 3_000_000)

    def answer_slowly(self, _rest: str) -> None:
        self.send_response(200)
        self.flush_headers()
        for _ in range(100):
            self.wfile.write(b"X-Drop: 1\r\n")
            self.wfile.flush()
            time.sleep(0.1)

    def _say(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def handle(self) -> None:
        try:
            super().handle()
        except ConnectionError:
            return


@pytest.fixture
def receiver() -> Iterator[int]:
    Receiver.seen = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def allow(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    return lambda written: monkeypatch.setenv("RAPPORT_OUTGOING_ALLOW", written)


@pytest.mark.parametrize("address", REFUSED)
def test_an_address_of_our_own_network_is_refused_before_anything_leaves(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "create_connection", lambda *_: pytest.fail("a connection was opened"))

    with pytest.raises(TargetNotAllowed):
        outgoing.post(address, b"{}", {})
    with pytest.raises(TargetNotAllowed):
        outgoing.check(address)


@pytest.mark.parametrize(
    "number", ["127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "::ffff:10.0.0.1", "fd00::1"]
)
def test_a_name_that_leads_into_our_network_is_refused(number: str) -> None:
    for numbers in ([number], [PUBLIC, number]):
        with pytest.raises(TargetNotAllowed):
            outgoing.check("https://hooks.example.com/", resolve=lambda *_, found=numbers: found)


@pytest.mark.parametrize("address", ["https://hooks.example.com/a?b=c", f"https://{PUBLIC}:8443/"])
def test_a_public_address_is_taken(address: str) -> None:
    outgoing.check(address, resolve=lambda *_: [PUBLIC])


def test_a_name_that_answers_differently_the_second_time_gains_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answers = cycle([[PUBLIC], ["127.0.0.1"]])
    asked: list[str] = []
    connected: list[str] = []

    def resolve(host: str, _port: int) -> list[str]:
        asked.append(host)
        return next(answers)

    def connect(place: tuple[str, int], *_: object) -> socket.socket:
        connected.append(place[0])
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(Unreachable):
        outgoing.post("https://hooks.example.com/", b"{}", {}, resolve=resolve)

    assert asked == ["hooks.example.com"]
    assert connected == [PUBLIC]


@pytest.mark.parametrize(
    "place",
    ["http://127.0.0.1:9/", "http://localhost/", "https://169.254.169.254/latest/", "http://[::1]/", "file:///etc/passwd",
     "gopher://127.0.0.1/", "//10.0.0.1/", "http://2130706433/"],
)  # fmt: skip
def test_a_redirect_is_checked_as_the_first_address_was(
    receiver: int, allow: Callable[[str], None], place: str
) -> None:
    allow(f"127.0.0.1:{receiver}")

    with pytest.raises(TargetNotAllowed):
        outgoing.post(f"http://127.0.0.1:{receiver}/to/{place}", b"{}", {})


def test_a_redirect_to_where_we_may_go_is_followed_with_the_same_body(
    receiver: int, allow: Callable[[str], None]
) -> None:
    allow(f"127.0.0.1:{receiver}")

    answer = outgoing.post(f"http://127.0.0.1:{receiver}/to//ok/", b"hello", {"X-Ours": "1"})

    assert (answer.status, answer.body) == (200, b"thank you")
    assert Receiver.seen == [(f"127.0.0.1:{receiver}", "hello")] * 2


def test_redirects_end_after_three(receiver: int, allow: Callable[[str], None]) -> None:
    allow("127.0.0.1")

    with pytest.raises(Unreachable):
        outgoing.post(f"http://127.0.0.1:{receiver}/round/", b"", {})
    assert len(Receiver.seen) == 4


def test_at_most_a_mebibyte_of_an_answer_is_read(receiver: int, allow: Callable[[str], None]) -> None:
    allow("127.0.0.1")

    answer = outgoing.post(f"http://127.0.0.1:{receiver}/large/", b"", {})

    assert len(answer.body) == 1024 * 1024


def test_a_receiver_that_answers_drop_by_drop_is_left_in_time(
    receiver: int, allow: Callable[[str], None]
) -> None:
    allow("127.0.0.1")
    began = time.monotonic()

    with pytest.raises(Unreachable, match="in time"):
        outgoing.post(f"http://127.0.0.1:{receiver}/slowly/", b"", {}, limits=SHORT)
    assert time.monotonic() - began < 10


def test_a_name_that_is_looked_up_for_ever_is_left_in_time() -> None:
    began = time.monotonic()

    with pytest.raises(Unreachable, match="in time"):
        outgoing.post(
            "https://hooks.example.com/", b"", {}, limits=SHORT, resolve=lambda *_: time.sleep(30) or []
        )
    assert time.monotonic() - began < 10


def test_a_proxy_of_the_environment_is_not_used(
    receiver: int, allow: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    allow("127.0.0.1")
    for name in ("http_proxy", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")

    assert outgoing.post(f"http://127.0.0.1:{receiver}/ok/", b"", {}).status == 200


def test_the_operators_list_opens_exactly_what_it_names() -> None:
    listed = AllowList.read("127.0.0.1:9000, hooks.internal")

    assert taken_apart("http://127.0.0.1:9000/x", listed).port == 9000
    assert taken_apart("http://hooks.internal:5000/x", listed).host == "hooks.internal"
    for other in ("http://127.0.0.1:9001/", "http://127.0.0.1/", "http://sub.hooks.internal/"):
        with pytest.raises(TargetNotAllowed):
            taken_apart(other, listed)


@pytest.mark.parametrize("number", ["8.8.8.8", PUBLIC, "2606:4700::1111"])
def test_public_numbers_are_known_as_such(number: str) -> None:
    assert is_public(number)
