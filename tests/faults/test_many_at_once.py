"""Several of everything at once: schedulers, writers beside an endless reader, servers restarted in turn."""

import os
import signal
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from tests.faults.checking import Ledger, check
from tests.pace import slowness
from tests.running import RunningServer, Shop

HERE = Path(__file__).parent
SQLITE_ONLY = pytest.mark.skipif(
    bool(os.environ.get("RAPPORT_DATABASE_URL")), reason="about SQLite's one writer"
)


@pytest.fixture
def record(tmp_path: Path) -> Iterator[RunningServer]:
    made = RunningServer(tmp_path / "record")
    yield made
    made.remove_database()


def processes(record: RunningServer, script: Path, *words: str, count: int) -> list[subprocess.Popen[str]]:
    environment = {**record.environment, "DJANGO_SETTINGS_MODULE": "rapport.config.settings"}
    return [
        subprocess.Popen(
            [sys.executable, str(script), *words, str(number)],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(count)
    ]


def test_three_schedulers_put_each_slot_in_once(record: RunningServer) -> None:
    begun = time.time()
    ticking = processes(record, HERE / "ticking_process.py", "3", count=3)
    taken = sum(int(one.communicate(timeout=60)[0]) for one in ticking)
    slots = int(time.time()) - int(begun) + 1
    assert 1 <= taken <= slots
    assert record.rows("SELECT COUNT(*) FROM jobs_job WHERE finished_at IS NULL") == [(1,)]


def send_for(shop: Shop, ledger: Ledger, name: str, until: float) -> list[tuple[float, int]]:
    """Send small batches until then, each until it is taken; how long each answer took, and its status."""
    answers, count = [], 0
    while time.monotonic() < until:
        count += 1
        ids = ledger.sent(f"{name}-{count}-{place}" for place in range(3))
        body = [
            {"type": "track", "event": "Seen", "userId": f"user-{one[-3:]}", "messageId": one} for one in ids
        ]
        begun = time.monotonic()
        status = shop.batch(*body).status_code
        answers.append((time.monotonic() - begun, status))
        if status == 200:
            ledger.acknowledged(ids)
    return answers


@SQLITE_ONLY
def test_eight_writers_and_an_endless_reader_cause_no_error_and_no_growth(record: RunningServer) -> None:
    server, ledger = record.start(), Ledger()
    shops = [Shop(server, server.key(name=f"shop {n}"), f"shop {n}") for n in range(5)]
    reader = server.connect()
    reader.execute("BEGIN")
    reader.execute("SELECT COUNT(*) FROM interactions_interaction").fetchone()
    others = processes(record, HERE.parent / "interactions" / "writer_process.py", count=3)
    answers: list[tuple[float, int]] = []
    until = time.monotonic() + 6

    def send(number: int) -> None:
        answers.extend(send_for(shops[number], ledger, f"w{number}", until))

    senders = [threading.Thread(target=send, args=(number,)) for number in range(len(shops))]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert [other.wait(120) for other in others] == [0] * len(others)
    for other in others:
        other.communicate()
    reader.rollback()
    reader.close()
    wal = server.home / "rapport.sqlite3-wal"
    held = wal.stat().st_size
    shops[0].batch({"type": "track", "event": "last", "userId": "u", "messageId": "last"})

    took = sorted(seconds for seconds, _ in answers)
    assert {status for _, status in answers} <= {200, 503}
    assert sum(status == 200 for _, status in answers) > 0.95 * len(answers)
    slow = took[int(len(took) * 0.99)]
    assert slow < 1.0 * slowness(), f"median {statistics.median(took):.3f}, longest {took[-1]:.3f}"
    assert wal.stat().st_size <= held + (1 << 20)
    for shop in shops:
        shop.client.close()
    server.stop()
    server.command("log", "rebuild")
    check(server, ledger)


def test_servers_restarted_in_turn_fail_nobody(record: RunningServer) -> None:
    first, second, ledger = record.start(), RunningServer(record.home), Ledger()
    second._database = first._database
    second.start()
    key, answers = first.key(), []
    is_over = threading.Event()

    def send(name: str) -> None:
        count, client = 0, httpx.Client(limits=httpx.Limits(max_keepalive_connections=0), timeout=20)
        while not is_over.wait(0.05):
            count += 1
            ids = ledger.sent([f"{name}-{count}"])
            body = {
                "writeKey": key,
                "batch": [{"type": "track", "event": "a", "userId": name, "messageId": ids[0]}],
            }
            status = _by_whoever_serves(client, [first.address, second.address], body)
            answers.append(status)
            if status == 200:
                ledger.acknowledged(ids)
        client.close()

    senders = [threading.Thread(target=send, args=(f"s{n}",)) for n in range(4)]
    for sender in senders:
        sender.start()
    for server in (first, second, first):
        time.sleep(0.7)
        assert server.stop() in {0, -signal.SIGTERM}
        server.start()
    is_over.set()
    for sender in senders:
        sender.join()
    assert set(answers) == {200}
    assert len(answers) > 50
    second.stop()
    first.stop()
    first.command("log", "rebuild")
    check(first, ledger)


def _by_whoever_serves(client: httpx.Client, addresses: list[str], body: object) -> int:
    """As a proxy before two servers: whoever does not answer is passed over."""
    for address in addresses:
        try:
            return client.post(f"{address}/v1/batch", json=body).status_code
        except httpx.TransportError:
            continue
    return 0
