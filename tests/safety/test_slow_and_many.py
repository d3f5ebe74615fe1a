"""Who sends too slowly, too much or opens too many connections is let go; everybody else is served (attack D03)."""

import asyncio
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.running import RunningServer, Shop, in_own_loop

from rapport.api import connection, gate
from rapport.api.connection import Doors
from rapport.api.gate import Gate


async def reads_all(_scope: Any, receive: Any, send: Any) -> None:
    """An application that reads its body and says how it went."""
    while True:
        event = await receive()
        if event["type"] == "http.disconnect":
            return
        if not event.get("more_body"):
            break
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"whole"})


def asked(chunks: list[tuple[float, bytes]]) -> tuple[int, dict[bytes, bytes]]:
    """Status and headers of the answer to a body of which each chunk comes after a pause."""
    said: list[dict[str, Any]] = []
    coming = iter(chunks)

    async def receive() -> dict[str, Any]:
        pause, chunk = next(coming)
        await asyncio.sleep(pause)
        return {"type": "http.request", "body": chunk, "more_body": chunk != b""}

    async def send(event: Any) -> None:
        said.append(event)

    in_own_loop(lambda: Gate(reads_all)({"type": "http"}, receive, send))
    return said[0]["status"], dict(said[0]["headers"])


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "SILENCE_SECONDS", 0.2)
    monkeypatch.setattr(gate, "BODY_SECONDS", 0.5)
    monkeypatch.setattr(gate, "SLOWEST_BYTES_A_SECOND", 1000)


@pytest.mark.usefixtures("impatient")
def test_a_body_that_pauses_too_long_is_answered_408() -> None:
    status, headers = asked([(0, b"x"), (5, b"y"), (0, b"")])

    assert status == 408
    assert headers[b"connection"] == b"close"


@pytest.mark.usefixtures("impatient")
def test_a_body_that_comes_drop_by_drop_is_answered_408() -> None:
    assert asked([(0.1, b"x")] * 20 + [(0, b"")])[0] == 408


@pytest.mark.usefixtures("impatient")
def test_a_large_body_may_take_longer() -> None:
    assert asked([(0.1, b"x" * 1000)] * 8 + [(0, b"")])[0] == 200


def test_what_an_application_forgets_the_gate_adds() -> None:
    assert asked([(0, b"")])[1] == gate.GUARD


def test_an_address_holds_no_more_connections_than_it_may() -> None:
    doors = Doors(2, frozenset({"10.0.0.1"}))

    assert [doors.enter("93.184.215.14") for _ in range(3)] == [True, True, False]
    assert doors.enter("93.184.215.15")
    assert all(doors.enter("10.0.0.1") for _ in range(5)), "the operator's proxy speaks for many"
    assert all(doors.enter("127.0.0.1") for _ in range(5)), "so does a proxy on this machine"
    doors.leave("93.184.215.14")
    assert doors.enter("93.184.215.14")


@pytest.fixture
def lines() -> Iterator[list[socket.socket]]:
    opened: list[socket.socket] = []
    yield opened
    for line in opened:
        line.close()


def open_line(server: RunningServer, lines: list[socket.socket]) -> socket.socket:
    lines.append(socket.create_connection(("127.0.0.1", server.port), 60))
    return lines[-1]


def sent_until_cut(line: socket.socket) -> int:
    """How many bytes of headers were taken before the connection was cut."""
    for number in range(2_000):
        try:
            line.sendall(b"X-%d: %b\r\n" % (number, b"x" * 1000))
        except OSError:
            return number * 1000
        time.sleep(0.001)
    return 2_000_000


def is_cut(line: socket.socket) -> bool:
    try:
        return line.recv(100) == b""
    except ConnectionResetError:
        return True


def test_a_flood_of_headers_is_cut_and_others_are_served(
    server: RunningServer, lines: list[socket.socket]
) -> None:
    line = open_line(server, lines)
    line.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n")
    assert sent_until_cut(line) < 2_000_000
    assert httpx.get(f"{server.address}/livez").status_code == 200


def test_two_hundred_silent_connections_leave_room_for_everybody(
    server: RunningServer, lines: list[socket.socket]
) -> None:
    for number in range(200):
        line = open_line(server, lines)
        if number % 2:
            line.sendall(b"POST /v1/batch HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{")
    began = time.monotonic()

    assert httpx.get(f"{server.address}/readyz").status_code == 200
    assert time.monotonic() - began < 10


def test_a_key_that_sends_too_much_is_asked_to_wait_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAPPORT_MESSAGE_RATE", "1")
    server = RunningServer(tmp_path / "small").start()
    shop, till = (Shop(server, server.key(name=name), name) for name in ("web shop", "till"))
    batch = [
        {"type": "track", "event": "Clicked", "userId": "amina", "messageId": f"m{n}"} for n in range(50)
    ]

    said = [shop.batch(*batch), shop.batch(*batch), till.batch(*batch)]

    assert [answer.status_code for answer in said] == [200, 429, 200]
    assert 30 <= int(said[1].headers["Retry-After"]) <= 40
    for sender in (shop, till):
        sender.client.close()
    server.stop()
    server.remove_database()


@pytest.mark.soak
def test_who_never_finishes_is_let_go(server: RunningServer, lines: list[socket.socket]) -> None:
    silent, half = open_line(server, lines), open_line(server, lines)
    half.sendall(b"GET / HTTP/1.1\r\nX-Half: ")
    slow = open_line(server, lines)
    slow.sendall(b"POST /v1/batch HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{")

    for line in (silent, half):
        line.settimeout(connection.HEADER_SECONDS + 10)
        assert is_cut(line)
    slow.settimeout(gate.SILENCE_SECONDS + 10)
    assert slow.recv(1000).startswith(b"HTTP/1.1 408")
