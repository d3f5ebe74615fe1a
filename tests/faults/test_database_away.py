"""The database is out of reach for a while: the web says so at once, workers wait, afterwards all is as before."""

import os
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import httpx
import pytest
from tests.faults.checking import Ledger, check
from tests.faults.own_postgres import OwnPostgres
from tests.running import RunningServer, Shop

SHORT, LONG = 4.0, 60.0
LATEST_SECONDS = 2.0
BACK_SECONDS = 10.0
PAGE = "/first-run/"
Outage = Callable[[], AbstractContextManager[None]]


def event(number: str) -> dict[str, object]:
    return {"type": "track", "event": "Seen", "userId": f"user-{number[-1]}", "messageId": number}


@pytest.fixture
def locked_sqlite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[RunningServer, Outage]]:
    monkeypatch.setattr("tests.running._POSTGRES", "")
    monkeypatch.delenv("RAPPORT_DATABASE_URL", raising=False)
    server = RunningServer(tmp_path / "served", worker=True).start()

    @contextmanager
    def lock() -> Iterator[None]:
        other = server.connect()
        other.execute("BEGIN EXCLUSIVE")
        yield
        other.rollback()
        other.close()

    yield server, lock
    server.stop()


@pytest.fixture
def hanging_postgres(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[RunningServer, Outage]]:
    monkeypatch.setattr("tests.running._POSTGRES", "")
    postgres = OwnPostgres()
    server = RunningServer(tmp_path / "served", worker=True)
    server._database = postgres.url

    @contextmanager
    def hang() -> Iterator[None]:
        postgres.pause()
        yield
        postgres.go_on()

    try:
        yield server.start(), hang
        postgres.go_on()
        server.stop()
    finally:
        postgres.end()


def test_a_locked_sqlite_is_lived_through(locked_sqlite: tuple[RunningServer, Outage]) -> None:
    _live_through(*locked_sqlite, SHORT)


def test_a_hanging_postgres_is_lived_through(hanging_postgres: tuple[RunningServer, Outage]) -> None:
    _live_through(*hanging_postgres, SHORT)


@pytest.mark.soak
def test_a_minute_of_locked_sqlite_is_lived_through(locked_sqlite: tuple[RunningServer, Outage]) -> None:
    _live_through(*locked_sqlite, LONG)


@pytest.mark.soak
def test_a_minute_of_hanging_postgres_is_lived_through(
    hanging_postgres: tuple[RunningServer, Outage],
) -> None:
    _live_through(*hanging_postgres, LONG)


def _live_through(server: RunningServer, outage: Outage, seconds: float) -> None:
    shop, ledger = Shop(server, server.key(), "web shop"), Ledger()
    assert _send(shop, ledger, "before").status_code == 200
    threads_before = _threads(server)
    with outage():
        answers = _keep_sending(server, shop, ledger, seconds)
        threads_in_it = _threads(server)
    back = time.monotonic()
    while _send(shop, ledger, f"after-{time.monotonic()}").status_code != 200:
        assert time.monotonic() - back < BACK_SECONDS
        time.sleep(0.2)
    assert httpx.get(f"{server.address}{PAGE}").status_code == 200
    _until_caught_up(server, back)

    took, statuses = zip(*answers, strict=True)
    assert set(statuses) <= {200, 503}
    assert 503 in statuses
    assert statistics.median(took) < LATEST_SECONDS, f"longest {max(took):.2f}"
    assert max(took) < 5 * LATEST_SECONDS
    assert threads_in_it - threads_before < 60
    check(server, ledger)
    shop.client.close()


def _keep_sending(
    server: RunningServer, shop: Shop, ledger: Ledger, seconds: float
) -> list[tuple[float, int]]:
    """Ten senders, one of which reads pages; how long each answer took, and its status."""
    answers: list[tuple[float, int]] = []
    until = time.monotonic() + seconds

    def send(number: int) -> None:
        count = 0
        with httpx.Client(base_url=server.address, timeout=30) as client:
            while time.monotonic() < until:
                count += 1
                begun = time.monotonic()
                if number == 0:
                    answer = client.get(PAGE, headers={"Accept": "text/html"})
                else:
                    (one,) = ledger.sent([f"during-{number}-{count}"])
                    body = {"batch": [event(one)]}
                    answer = client.post("/v1/batch", json=body, headers=shop.basic)
                    if answer.status_code == 200:
                        ledger.acknowledged([one])
                is_told = answer.status_code != 503 or 0 < int(answer.headers.get("retry-after", 0)) <= 10
                answers.append((time.monotonic() - begun, answer.status_code if is_told else 0))
                time.sleep(0.05)

    senders = [threading.Thread(target=send, args=(number,)) for number in range(10)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    return answers


def _send(shop: Shop, ledger: Ledger, message_id: str) -> httpx.Response:
    sent = ledger.sent([message_id])
    answer = shop.batch(event(message_id))
    if answer.status_code == 200:
        ledger.acknowledged(sent)
    return answer


def _threads(server: RunningServer) -> int:
    return len(os.listdir(f"/proc/{server.pid}/task"))  # noqa: PTH208 - names are all that is wanted


def _until_caught_up(server: RunningServer, since: float) -> None:
    """Workers have found the database again: what follows the log has read it to its end."""
    statement = (
        "SELECT COALESCE(MAX(id), 0) - COALESCE((SELECT position FROM interactions_logcursor "
        "WHERE reader = 'activity'), 0) FROM interactions_interaction"
    )
    while server.rows(statement) != [(0,)]:
        assert time.monotonic() - since < BACK_SECONDS, "workers are still behind"
        time.sleep(0.2)
