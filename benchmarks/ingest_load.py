"""Closed-loop HTTP load over raw asyncio sockets: the same client for every server that is compared."""

import asyncio
import json
import time
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True)
class Load:
    """How many were answered with 200 in how long, and what went wrong."""

    requests: int
    seconds: float
    failures: int
    p50_ms: float
    p99_ms: float


def body(events: int, *, people: int, serial: int) -> bytes:
    """A batch as Segment's Python client sends it; every event with a message id of its own."""
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    prefix = uuid.uuid4().hex[:20]
    items = [
        {
            "integrations": {},
            "anonymousId": None,
            "properties": {"product_id": f"sku-{(serial * 31 + n) % 5000}", "price": 19.95, "quantity": 2},
            "timestamp": now,
            "context": {"library": {"name": "analytics-python", "version": "2.4.0"}},
            "userId": f"user-{(serial * events + n * 7919) % people}",
            "type": "track",
            "event": "Product Viewed",
            "messageId": f"{prefix}-{serial}-{n}",
        }
        for n in range(events)
    ]
    return json.dumps({"batch": items, "sentAt": now}).encode()


def requests(path: str, host: str, authorization: str, bodies: list[bytes]) -> list[bytes]:
    """Whole HTTP requests, made before the clock starts."""
    head = f"POST {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: {authorization}\r\n"
    kind = "Content-Type: application/json\r\n"
    return [f"{head}{kind}Content-Length: {len(one)}\r\n\r\n".encode() + one for one in bodies]


async def _connection(
    host: str, port: int, queue: list[bytes], seconds: list[float], failures: list[int]
) -> None:
    reader, writer = await asyncio.open_connection(host, port)
    while queue:
        request = queue.pop()
        began = time.perf_counter()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(
            int(line.split(b":")[1])
            for line in head.split(b"\r\n")
            if line.lower().startswith(b"content-length")
        )
        if length:
            await reader.readexactly(length)
        seconds.append(time.perf_counter() - began)
        if not head.startswith(b"HTTP/1.1 200"):
            failures.append(1)
    writer.close()


def drive(host: str, port: int, prepared: list[bytes], connections: int) -> Load:
    """Send every prepared request once over so many connections, each waiting for its answer."""
    seconds: list[float] = []
    failures: list[int] = []
    queue = list(prepared)

    async def all_connections() -> float:
        began = time.perf_counter()
        await asyncio.gather(*(_connection(host, port, queue, seconds, failures) for _ in range(connections)))
        return time.perf_counter() - began

    import uvloop

    total = uvloop.run(all_connections())
    seconds.sort()
    at = lambda share: round(seconds[int(share * (len(seconds) - 1))] * 1000, 2)  # noqa: E731
    return Load(len(seconds) - len(failures), total, len(failures), at(0.5), at(0.99))
