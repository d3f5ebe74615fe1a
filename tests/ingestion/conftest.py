import base64
import gzip
import json
import uuid
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from running import RunningServer


class Shop:
    """A sender with a write key of its own, and what the log holds of what it sent."""

    def __init__(self, server: RunningServer, key: str, source: str) -> None:
        self.server = server
        self.key = key
        self.source = source
        self.client = httpx.Client(base_url=server.address, timeout=60)

    @property
    def basic(self) -> dict[str, str]:
        return {"Authorization": "Basic " + base64.b64encode(f"{self.key}:".encode()).decode()}

    def post(self, path: str, body: Any, **headers: str) -> httpx.Response:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.post(path, content=content, headers={**self.basic, **named})

    def batch(self, *items: dict[str, Any], **more: Any) -> httpx.Response:
        return self.post("/v1/batch", {"batch": list(items), **more})

    def stored(self, message_id: str) -> dict[str, Any]:
        """The one row of the log with this message id."""
        columns = (
            "kind, channel, direction, subject, amount_minor, currency, properties, warning, occurred_at, "
            "received_at, sent_at, identifier_id"
        )
        rows = self.server.rows(
            f"SELECT {columns} FROM interactions_interaction i JOIN interactions_source s ON s.id = i.source_id "
            "WHERE s.name = ? AND i.message_id = ?",
            [self.source, message_id],
        )
        assert len(rows) == 1, f"{len(rows)} rows for {message_id}"
        found = dict(zip(columns.split(", "), rows[0], strict=True))
        if isinstance(found["properties"], str):
            found["properties"] = json.loads(found["properties"])
        return found

    def count(self, message_id: str) -> int:
        return len(
            self.server.rows("SELECT 1 FROM interactions_interaction WHERE message_id = ?", [message_id])
        )

    def identifiers(self, message_id: str) -> set[tuple[str, str]]:
        """Every identifier of the customer with whom this happened."""
        return set(
            self.server.rows(
                "SELECT b.kind, b.value FROM interactions_interaction i "
                "JOIN customers_identifier a ON a.id = i.identifier_id "
                "JOIN customers_identifier b ON b.customer_id = a.customer_id WHERE i.message_id = ?",
                [message_id],
            )
        )


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    running = RunningServer(tmp_path_factory.mktemp("served")).start()
    yield running
    running.stop()
    running.remove_database()


@pytest.fixture(scope="session")
def shop(server: RunningServer) -> Iterator[Shop]:
    sender = Shop(server, server.key(name="web shop"), "web shop")
    yield sender
    sender.client.close()


@pytest.fixture(scope="session")
def partner(server: RunningServer) -> Iterator[Shop]:
    """A sender with an API key."""
    sender = Shop(server, server.key("api", "partner"), "partner")
    yield sender
    sender.client.close()


@pytest.fixture
def new_id() -> str:
    return uuid.uuid4().hex


def zipped(body: Any) -> bytes:
    return gzip.compress(json.dumps(body).encode())
