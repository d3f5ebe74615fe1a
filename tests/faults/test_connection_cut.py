"""The connection to PostgreSQL is cut in a transaction or after its COMMIT: one effect, whatever was known of it."""

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from tests.faults.checking import Ledger, check
from tests.faults.proxy import Cut, FaultProxy
from tests.faults.workers import Works
from tests.running import RunningServer, Shop

pytestmark = pytest.mark.skipif(
    not os.environ.get("RAPPORT_DATABASE_URL", "").startswith("postgres"),
    reason="SQLite has no connection to cut",
)


@pytest.fixture
def proxy() -> Iterator[FaultProxy]:
    parts = urlsplit(os.environ["RAPPORT_DATABASE_URL"])
    made = FaultProxy(parts.hostname or "127.0.0.1", parts.port or 5432)
    yield made
    made.end()


@pytest.fixture
def works(tmp_path: Path) -> Iterator[Works]:
    made = Works(tmp_path)
    yield made
    made.end()


def through(proxy: FaultProxy, url: str) -> str:
    """The same database, by way of the proxy."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=f"{parts.username}@127.0.0.1:{proxy.port}"))


def every(step: int, words: bytes, *, most: int = 8) -> Cut:
    """True for each so many pieces that hold these words, so many times in all."""
    lock, met = threading.Lock(), [0]

    def cut(piece: bytes) -> bool:
        if words not in piece:
            return False
        with lock:
            met[0] += 1
            return met[0] % step == 0 and met[0] <= step * most

    return cut


def _before(words: bytes) -> Callable[[FaultProxy], None]:
    return lambda proxy: setattr(proxy, "cut_before", every(3, words))


def _after(words: bytes) -> Callable[[FaultProxy], None]:
    return lambda proxy: setattr(proxy, "cut_after", every(3, words))


CUTS = {
    "in the transaction": _before(b"interactions_interaction"),
    "before COMMIT": _before(b"COMMIT"),
    "after COMMIT": _after(b"COMMIT"),
}


@pytest.mark.parametrize("when", CUTS)
def test_what_is_sent_until_it_is_acknowledged_is_there_once(
    tmp_path: Path, proxy: FaultProxy, when: str
) -> None:
    server, ledger = RunningServer(tmp_path / "served"), Ledger()
    key, direct = server.key(), server._database
    server._database = through(proxy, direct)
    server.start()
    server._database = direct
    shop = Shop(server, key, "web shop")
    assert shop.batch({"type": "track", "event": "a", "userId": "u", "messageId": "first"}).status_code == 200
    CUTS[when](proxy)
    for number in range(20):
        sent = ledger.sent(f"{number}-{place}" for place in range(5))
        body = [
            {"type": "track", "event": "a", "userId": f"u{place}", "messageId": m}
            for place, m in enumerate(sent)
        ]
        statuses = [shop.batch(*body).status_code]
        while statuses[-1] != 200:
            assert statuses[-1] in {429, 503}
            assert len(statuses) < 10
            statuses.append(shop.batch(*body).status_code)
        ledger.acknowledged(sent)
    shop.client.close()
    assert proxy.cuts >= 5
    server.stop()
    server.command("log", "rebuild")
    check(server, ledger)
    assert len(server.rows("SELECT 1 FROM interactions_interaction")) == 101
    server.remove_database()


@pytest.mark.parametrize("when", ["before COMMIT", "after COMMIT"])
def test_jobs_whose_end_nobody_knows_have_their_effect_once(
    works: Works, proxy: FaultProxy, when: str
) -> None:
    names = [f"job {n}" for n in range(300)]
    works.put("fault.short", [{"what": name} for name in names])
    CUTS[when](proxy)
    url = through(proxy, works.record._database)
    works.until(lambda: _hurried(works) and not works.left(), keep=2, RAPPORT_DATABASE_URL=url)
    assert works.effects() == dict.fromkeys(names, 1)
    assert proxy.cuts >= 2


def _hurried(works: Works) -> bool:
    works.hurry()
    return True
