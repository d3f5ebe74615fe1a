"""A network that delivers every request ten times, and keeps a ledger of what was acknowledged."""

import gzip
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx

TIMES = 10
_HOP_BY_HOP = {"connection", "content-length", "transfer-encoding", "date", "keep-alive"}


class Network(ThreadingHTTPServer):
    """Stands between a client and the server; `acknowledged` holds the ids of messages answered with 200."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, upstream: str) -> None:
        super().__init__(("127.0.0.1", 0), _Repeat)
        self.upstream = upstream
        self.acknowledged: set[str] = set()
        self.first_acknowledged = threading.Event()
        self.address = f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is part of life."""


class _Repeat(BaseHTTPRequestHandler):
    server: Network
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        headers = {name: value for name, value in self.headers.items() if name.lower() not in _HOP_BY_HOP}
        answer = None
        for _ in range(TIMES):
            try:
                answer = httpx.request(
                    self.command, self.server.upstream + self.path, content=body, headers=headers, timeout=20
                )
            except httpx.TransportError:
                self.close_connection = True
                return
            if answer.status_code == 200 and body:
                self.server.acknowledged.update(_ids(body))
                self.server.first_acknowledged.set()
        assert answer is not None
        self.send_response(answer.status_code)
        for name, value in answer.headers.items():
            if name.lower() not in _HOP_BY_HOP:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.content)))
        self.end_headers()
        self.wfile.write(answer.content)

    do_OPTIONS = do_GET = do_POST  # noqa: N815 - as the base class names them

    def log_message(self, *_: Any) -> None:
        """Say nothing: the ledger is the record."""


def _ids(body: bytes) -> Iterator[str]:
    if body[:2] == b"\x1f\x8b":
        body = gzip.decompress(body)
    if not body:
        return
    told = json.loads(body)
    for item in told.get("batch", [told]):
        if id_ := item.get("messageId") or item.get("uuid"):
            yield id_


@contextmanager
def network(upstream: str) -> Iterator[Network]:
    """The network while the block runs."""
    between = Network(upstream)
    thread = threading.Thread(target=between.serve_forever, daemon=True)
    thread.start()
    try:
        yield between
    finally:
        between.shutdown()
        between.server_close()
        thread.join()
