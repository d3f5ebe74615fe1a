"""What the server promises when it is flooded, stopped, killed, or its database goes away."""

import asyncio
import json
import os
import threading
import time
import uuid
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from tests.faults.checking import Ledger, check
from tests.running import RunningServer, Shop, in_own_loop


def event(message_id: str) -> dict[str, Any]:
    return {"type": "track", "event": "Clicked", "userId": f"user-{message_id[-2:]}", "messageId": message_id}


@pytest.fixture(scope="module")
def own_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A server that a test may end as it likes, if it starts it again."""
    running = RunningServer(tmp_path_factory.mktemp("served")).start()
    yield running
    running.stop()
    running.remove_database()


@pytest.fixture(scope="module")
def own_shop(own_server: RunningServer) -> Iterator[Shop]:
    sender = Shop(own_server, own_server.key(), "web shop")
    yield sender
    sender.client.close()


def test_a_flood_is_stored_or_told_when_to_come_again(own_server: RunningServer, own_shop: Shop) -> None:
    """While the database is held: who waits too long is answered 503, who comes when too much waits 429.

    Which of the two comes first is a matter of the machine's pace.
    """
    own_shop.batch(event("before"))
    blocker = own_server.connect()
    blocker.execute(
        "LOCK TABLE interactions_interaction" if os.environ.get("RAPPORT_DATABASE_URL") else "BEGIN IMMEDIATE"
    )
    bodies = [
        json.dumps({"batch": [event(f"flood-{n}-{i}") for i in range(2_500)]}).encode() for n in range(24)
    ]

    async def flood() -> list[httpx.Response]:
        async with httpx.AsyncClient(timeout=60) as client:
            sending = [
                asyncio.create_task(
                    client.post(f"{own_server.address}/v1/batch", content=body, headers=own_shop.basic)
                )
                for body in bodies
            ]
            await asyncio.wait(sending, return_when=asyncio.FIRST_COMPLETED)
            blocker.rollback()
            return await asyncio.gather(*sending)

    answers = in_own_loop(flood)
    blocker.close()

    taken = [n for n, answer in enumerate(answers) if answer.status_code == 200]
    refused = [answer for answer in answers if answer.status_code != 200]
    assert refused
    assert {(answer.status_code, answer.json()["code"]) for answer in refused} <= {
        (429, "overloaded"),
        (503, "unavailable"),
    }
    assert all(1 <= int(answer.headers["retry-after"]) <= 300 for answer in refused)
    (stored,) = own_server.rows(
        "SELECT COUNT(*) FROM interactions_interaction WHERE message_id LIKE 'flood-%'"
    )
    assert stored[0] == 2_500 * len(taken)


def test_what_waits_is_written_before_the_server_stops(own_server: RunningServer, own_shop: Shop) -> None:
    answers: list[int] = []
    body = {"batch": [event(f"last-{n}") for n in range(2_000)]}
    sender = threading.Thread(target=lambda: answers.append(own_shop.post("/v1/batch", body).status_code))
    sender.start()
    time.sleep(0.05)

    own_server.stop()
    sender.join()
    own_server.start()

    (stored,) = own_server.rows(
        "SELECT COUNT(*) FROM interactions_interaction WHERE message_id LIKE 'last-%'"
    )
    assert stored[0] == (2_000 if answers == [200] else 0)


def test_a_revoked_key_is_refused_within_a_minute(server: RunningServer) -> None:
    shop = Shop(server, server.key(name="closing down"), "closing down")
    with shop.client, server.connect() as connection:
        assert shop.batch(event("a")).status_code == 200
        connection.execute("UPDATE staff_key SET revoked_at = CURRENT_TIMESTAMP WHERE name = 'closing down'")
        connection.commit()

        deadline = time.monotonic() + 60
        while shop.batch(event("b")).status_code == 200:
            assert time.monotonic() < deadline
            time.sleep(1)
    connection.close()


@pytest.mark.skipif(not os.environ.get("RAPPORT_DATABASE_URL"), reason="SQLite has no connection to lose")
def test_a_lost_connection_is_opened_anew(own_server: RunningServer, own_shop: Shop) -> None:
    assert own_shop.batch(event("a")).status_code == 200

    connection = own_server.connect()
    connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    connection.close()

    assert own_shop.batch(event("b")).status_code == 200
    assert own_shop.count("b") == 1


def test_a_killed_server_keeps_what_it_acknowledged_and_nothing_twice(own_server: RunningServer) -> None:
    """Three kills at any moment; every batch is sent ten times; the ledger of answers is held against the log."""
    key, ledger = own_server.key(name="ledger"), Ledger()
    batches = [ledger.sent(f"{uuid.uuid4()}" for _ in range(40)) for _ in range(30)]

    async def send(client: httpx.AsyncClient, ids: tuple[str, ...]) -> None:
        body = {"writeKey": key, "batch": [event(id_) for id_ in ids]}
        for _ in range(10):
            try:
                answer = await client.post(f"{own_server.address}/v1/batch", json=body)
            except httpx.TransportError:
                await asyncio.sleep(0.02)
                continue
            if answer.status_code == 200:
                ledger.acknowledged(ids)

    async def all_at_once() -> None:
        async with httpx.AsyncClient(timeout=20) as client:
            await asyncio.gather(*(send(client, ids) for ids in batches))

    for pause in (0.05, 0.15, 0.4):
        sender = threading.Thread(target=lambda: asyncio.run(all_at_once()))
        sender.start()
        time.sleep(pause)
        own_server.kill()
        sender.join()
        check(own_server, ledger)
        own_server.start()
    in_own_loop(all_at_once)

    assert ledger.promised == ledger.tried
    check(own_server, ledger)
