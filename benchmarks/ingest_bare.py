"""The ceilings: an ASGI route with nothing but decoding and executemany, and an empty Django view.

Run as `python -m benchmarks.ingest_bare PORT DATABASE` (a SQLite file or a PostgreSQL URL), or with `django`
in place of the database. The table `bare` has the columns and indexes of the interaction log.
"""

import asyncio
import queue
import sqlite3
import sys
import threading
from datetime import UTC, datetime
from typing import Any

import msgspec
import uvicorn

COLUMNS = (
    "source_id, message_id, identifier_id, kind, channel, direction, subject, text, amount_minor, currency, "
    "properties, warning, occurred_at, received_at"
)
MOST_IN_A_COMMIT = 4_000


class Database:
    """A connection that inserts rows, once per message id."""

    def __init__(self, where: str) -> None:
        self.is_postgres = where.startswith("postgres")
        mark = "%s" if self.is_postgres else "?"
        marks = ", ".join([mark] * len(COLUMNS.split(", ")))
        self._insert = f"INSERT INTO bare ({COLUMNS}) VALUES ({marks}) ON CONFLICT DO NOTHING"
        if self.is_postgres:
            import psycopg

            self.connection: Any = psycopg.connect(where)
        else:
            self.connection = sqlite3.connect(where, check_same_thread=False, timeout=60)
            self.connection.executescript(
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-65536; PRAGMA temp_store=MEMORY;"
            )

    def insert(self, rows: list[tuple[Any, ...]]) -> None:
        with self.connection.cursor() if self.is_postgres else _closing(self.connection) as cursor:
            cursor.executemany(self._insert, rows)
        self.connection.commit()


class _closing:  # noqa: N801 - reads as a verb
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._cursor = connection.cursor()

    def __enter__(self) -> sqlite3.Cursor:
        return self._cursor

    def __exit__(self, *_: object) -> None:
        self._cursor.close()


class Bare:
    """The route: decode, hand to the one writing thread, answer after its commit."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: queue.SimpleQueue[tuple[list[tuple[Any, ...]], asyncio.Future[None]]] = (
            queue.SimpleQueue()
        )
        self._loop: asyncio.AbstractEventLoop | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        if self._loop is None:
            self._loop = asyncio.get_running_loop()
            threading.Thread(target=self._write, daemon=True).start()
        body, more = b"", True
        while more:
            event = await receive()
            body += event.get("body", b"")
            more = event.get("more_body", False)
        told = msgspec.json.decode(body)
        stored: asyncio.Future[None] = self._loop.create_future()
        self._waiting.put((rows_of(told.get("batch") or [told]), stored))
        await stored
        headers = [(b"content-type", b"application/json"), (b"content-length", b"16")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b'{"success":true}'})

    def _write(self) -> None:
        while True:
            group = [self._waiting.get()]
            rows = list(group[0][0])
            while len(rows) < MOST_IN_A_COMMIT:
                try:
                    more = self._waiting.get_nowait()
                except queue.Empty:
                    break
                group.append(more)
                rows += more[0]
            self._database.insert(rows)
            assert self._loop is not None
            self._loop.call_soon_threadsafe(_settle, group)


def _settle(group: list[tuple[Any, asyncio.Future[None]]]) -> None:
    for _, stored in group:
        stored.set_result(None)


def rows_of(items: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """Rows of the table, with no thought spent on them."""
    now = str(datetime.now(UTC))[:-6]
    return [
        (1, one["messageId"], int(one["userId"][5:]) + 1, "action", "web", "in", one["event"], "", None, "",
         msgspec.json.encode(one["properties"]).decode(), "", one["timestamp"], now)
        for one in items
    ]  # fmt: skip


def _empty_django() -> Any:
    from django.conf import settings
    from django.core.asgi import get_asgi_application
    from django.http import HttpRequest, HttpResponse
    from django.urls import path

    async def nothing(_request: HttpRequest) -> HttpResponse:
        return HttpResponse(b'{"success":true}', headers={"Content-Length": "16"})

    nothing.csrf_exempt = True  # type: ignore[attr-defined]
    routes = type(sys)("benchmarks_empty_routes")
    routes.urlpatterns = [path("v1/track", nothing)]  # type: ignore[attr-defined]
    settings.configure(ROOT_URLCONF=routes, MIDDLEWARE=[], ALLOWED_HOSTS=["*"], SECRET_KEY="bench")
    return get_asgi_application()


def main() -> None:
    port, where = int(sys.argv[1]), sys.argv[2]
    application = _empty_django() if where == "django" else Bare(Database(where))
    uvicorn.run(
        application,
        port=port,
        loop="uvloop",
        http="httptools",
        lifespan="off",
        access_log=False,
        log_level="warning",
    )


if __name__ == "__main__":
    main()
