"""A shop that sends without pause while something is done to the server, and notes what it was promised."""

import contextlib
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
from tests.faults.checking import Ledger
from tests.running import RunningServer, Shop


class Sending(threading.Thread):
    """Sends batches of 20 until told to stop; what is answered with success stands in the ledger."""

    def __init__(self, shop: Shop, ledger: Ledger, *, letters: int = 200) -> None:
        """`letters`: how long each event is, about."""
        super().__init__(daemon=True)
        self._shop, self._ledger, self._letters = shop, ledger, letters
        self._stopping = threading.Event()
        self.refused: list[httpx.Response] = []

    def run(self) -> None:
        while not self._stopping.is_set():
            self.once()

    def once(self) -> httpx.Response | None:
        ids = self._ledger.sent(str(uuid.uuid4()) for _ in range(20))
        items = [tracked(one, letters=self._letters) for one in ids]
        with contextlib.suppress(httpx.TransportError):
            answer = self._shop.batch(*items)
            if answer.status_code == 200:
                self._ledger.acknowledged(ids)
            else:
                self.refused.append(answer)
            return answer
        return None

    def stop(self) -> None:
        self._stopping.set()
        if self.is_alive():
            self.join(60)
        self._shop.client.close()


def tracked(message_id: str, *, letters: int = 200) -> dict[str, Any]:
    return {
        "type": "track",
        "event": "Order Completed",
        "messageId": message_id,
        "userId": f"ann-{message_id[:2]}",
        "properties": {"order_id": message_id, "revenue": 12.5, "currency": "EUR", "note": "x" * letters},
    }


@contextlib.contextmanager
def serving(home: Path, *, worker: bool = False) -> Iterator[RunningServer]:
    server = RunningServer(home, worker=worker).start()
    try:
        yield server
    finally:
        with contextlib.suppress(ProcessLookupError):
            server.stop()
        server.remove_database()


def shop_at(server: RunningServer, key: str = "") -> Shop:
    """A shop with a key of its own, or with one that is there: making one takes a process."""
    return Shop(server, key or server.key(), "web shop")
