"""Mixed load with kills at random, then steady load: nothing is lost, and nothing grows."""

import os
import random
import signal
import statistics
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from tests.faults.checking import Ledger, check
from tests.running import RunningServer

MINUTES = float(os.environ.get("RAPPORT_SOAK_MINUTES", "3"))
BATCHES_A_SECOND = 20.0
SENDERS = 4
MEGABYTE = 1 << 20


@dataclass(frozen=True)
class Sample:
    """What the server holds at a moment: memory and write-ahead log in MB, open files, rows not followed yet."""

    memory: float
    files: int
    log: float
    lag: int


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    made = RunningServer(tmp_path / "served", worker=True).start()
    yield made
    made.stop()
    made.remove_database()


def test_some_seconds_of_load_and_kills(server: RunningServer) -> None:
    _soak(server, 12.0)


@pytest.mark.soak
@pytest.mark.timeout(int(MINUTES * 60 + 600))
def test_minutes_of_load_and_kills(server: RunningServer) -> None:
    _soak(server, MINUTES * 60)


def _soak(server: RunningServer, seconds: float) -> None:
    load = Load(server)
    load.begin()
    _kill_at_random(server, seconds * 0.5)
    time.sleep(3)
    samples = _samples(server, seconds * 0.5)
    load.end()
    _until_followed(server)

    quarter = max(1, len(samples) // 4)
    first, last = samples[:quarter], samples[-quarter:]
    assert _median(last, "memory") < _median(first, "memory") * 1.2 + 30
    assert _median(last, "files") <= _median(first, "files") + 20
    assert _median(last, "log") < 200
    assert _median(last, "lag") < 20 * BATCHES_A_SECOND * Load.SIZE
    assert len(load.ledger.promised) > seconds
    assert load.strange == set()
    check(server, load.ledger)


class Load:
    """Senders at a steady rate, each batch sent until it is acknowledged; a reader of pages beside them."""

    SIZE = 5

    def __init__(self, server: RunningServer) -> None:
        self.ledger, self.strange = Ledger(), set[int]()
        self._address, self._key = server.address, server.key()
        self._is_over = threading.Event()
        self._threads = [threading.Thread(target=self._send, args=(n,)) for n in range(SENDERS)]
        self._threads.append(threading.Thread(target=self._read))

    def begin(self) -> None:
        for thread in self._threads:
            thread.start()

    def end(self) -> None:
        self._is_over.set()
        for thread in self._threads:
            thread.join()

    def _send(self, number: int) -> None:
        count = 0
        with httpx.Client(base_url=self._address, timeout=20) as client:
            while not self._is_over.wait(SENDERS / BATCHES_A_SECOND):
                count += 1
                ids = self.ledger.sent(f"{number}-{count}-{place}" for place in range(self.SIZE))
                body = {"writeKey": self._key, "batch": [_event(one) for one in ids]}
                if self._insist(client, body):
                    self.ledger.acknowledged(ids)

    def _insist(self, client: httpx.Client, body: dict[str, object]) -> bool:
        while (status := self._try(lambda: client.post("/v1/batch", json=body))) != 200:
            self._judge(status)
            if self._is_over.wait(0.2):
                return False
        return True

    def _read(self) -> None:
        with httpx.Client(base_url=self._address, timeout=20, follow_redirects=True) as client:
            while not self._is_over.wait(0.3):
                self._judge(self._try(lambda: client.get("/")))

    def _try(self, ask: object) -> int:
        try:
            return int(ask().status_code)  # type: ignore[operator]
        except httpx.TransportError:
            return 0

    def _judge(self, status: int) -> None:
        if status not in {0, 200, 429, 503}:
            self.strange.add(status)


def _event(message_id: str) -> dict[str, str]:
    return {
        "type": "track",
        "event": "Seen",
        "userId": f"user-{hash(message_id) % 500}",
        "messageId": message_id,
    }


def _kill_at_random(server: RunningServer, seconds: float) -> None:
    luck, until = random.Random(5), time.monotonic() + seconds
    while time.monotonic() < until:
        time.sleep(min(luck.uniform(2, 8), max(0.0, until - time.monotonic())))
        if luck.random() < 0.6:
            for child in _children(server.pid):
                os.kill(child, signal.SIGKILL)
        else:
            server.kill()
            server.start()


def _samples(server: RunningServer, seconds: float) -> list[Sample]:
    found, until = [], time.monotonic() + seconds
    while time.monotonic() < until:
        found.append(_sample(server))
        time.sleep(max(0.5, seconds / 200))
    return found


def _sample(server: RunningServer) -> Sample:
    place = Path(f"/proc/{server.pid}")
    pages = int((place / "statm").read_text().split()[1])
    wal = server.home / "rapport.sqlite3-wal"
    return Sample(
        pages * os.sysconf("SC_PAGE_SIZE") / MEGABYTE,
        len(list((place / "fd").iterdir())),
        wal.stat().st_size / MEGABYTE if wal.exists() else 0.0,
        _lag(server),
    )


def _lag(server: RunningServer) -> int:
    statement = (
        "SELECT COALESCE(MAX(id), 0) - COALESCE((SELECT position FROM interactions_logcursor "
        "WHERE reader = 'activity'), 0) FROM interactions_interaction"
    )
    return int(server.rows(statement)[0][0])


def _until_followed(server: RunningServer) -> None:
    deadline = time.monotonic() + 60
    while _lag(server):
        assert time.monotonic() < deadline, "followers are still behind"
        time.sleep(0.3)


def _median(samples: list[Sample], what: str) -> float:
    return statistics.median(getattr(sample, what) for sample in samples)


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
