"""A receiver on loopback, as somebody else's program would be: it verifies, counts, and answers as it is told."""

import threading
import time
from collections import Counter
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from standardwebhooks import Webhook

Reply = Callable[[int], tuple[int, str]]


class Receiver:
    """`reply` says, by the number of the request, which status and body it answers; `hangs` answers never."""

    def __init__(self, reply: Reply = lambda _n: (200, "thank you"), *, hangs: bool = False) -> None:
        self.reply, self.hangs = reply, hangs
        self.bodies: list[bytes] = []
        self.headers: list[dict[str, str]] = []
        self.moments: list[float] = []
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._ended = threading.Event()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/hook"

    @property
    def counts(self) -> Counter[str]:
        """How often each webhook-id came."""
        with self._lock:
            return Counter(headers["webhook-id"] for headers in self.headers)

    def verified(self, secret: str, number: int = -1) -> Any:
        """What came, verified by the library that receivers use."""
        return Webhook(secret).verify(self.bodies[number], self.headers[number])

    def wait(self, count: int, seconds: float = 30) -> None:
        deadline = time.monotonic() + seconds
        while len(self.bodies) < count:
            assert time.monotonic() < deadline, f"{len(self.bodies)} of {count} came"
            time.sleep(0.02)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                with receiver._lock:
                    number = len(receiver.bodies)
                    receiver.bodies.append(body)
                    receiver.headers.append({name.lower(): value for name, value in self.headers.items()})
                    receiver.moments.append(time.monotonic())
                if receiver.hangs:
                    receiver._ended.wait(60)
                    return
                status, said = receiver.reply(number)
                self.send_response(status)
                self.send_header("Content-Length", str(len(said)))
                self.end_headers()
                self.wfile.write(said.encode())

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        return Handler
