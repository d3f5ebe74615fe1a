"""The browser bundle of Segment, as published, in Chromium on a page of another origin."""

import threading
import uuid
from collections import Counter
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from tests.clients.repeating import network
from tests.running import RunningServer

pytestmark = [pytest.mark.clients, pytest.mark.browser]

SENDERS = Path(__file__).resolve().parent / "senders"
EVENTS = 30


class _Shop(SimpleHTTPRequestHandler):
    """The web site of a shop: its page, its script, and the bundle as npm installed it."""

    def __init__(self, *args: Any, packages: Path, **more: Any) -> None:
        self._bundle = packages / "@segment/analytics-next/dist/umd"
        super().__init__(*args, **more)

    def translate_path(self, path: str) -> str:
        name = path.partition("?")[0]
        if name.startswith("/umd/"):
            return str(self._bundle / name.removeprefix("/umd/"))
        return str(SENDERS / {"/": "page.html", "/send.js": "send_browser.js"}.get(name, "none"))

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def page(packages: Path, chromium: Browser) -> Iterator[Page]:
    """The page of a shop, open in Chromium."""
    site = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Shop, packages=packages))
    serving = threading.Thread(target=site.serve_forever, daemon=True)
    serving.start()
    opened = chromium.new_page()
    opened.goto(f"http://127.0.0.1:{site.server_address[1]}/")
    yield opened
    opened.close()
    site.shutdown()
    site.server_close()
    serving.join()


def all_stored(served: RunningServer, page: Page, run: str) -> None:
    """Wait until the page has sent all; then each event is one row."""
    expected = Counter([*(f"{run} {number}" for number in range(EVENTS)), f"{run} page", f"{run} screen"])
    for _ in range(120):
        rows = served.rows("SELECT subject FROM interactions_interaction WHERE subject LIKE ?", [f"{run} %"])
        if len(rows) >= expected.total():
            break
        page.wait_for_timeout(500)
    assert Counter(row[0] for row in rows) == expected
    known = served.rows(
        "SELECT DISTINCT b.kind FROM customers_identifier a "
        "JOIN customers_identifier b ON b.customer_id = a.customer_id WHERE a.value = ?",
        [f"{run}-ann"],
    )
    assert {("user_id",), ("email",), ("anonymous_id",)} <= set(known)


def send(page: Page, address: str, key: str, run: str, strategy: str) -> None:
    told = {"address": address, "key": key, "run": run, "events": EVENTS, "strategy": strategy}
    page.evaluate("told => window.send(told)", told)


@pytest.mark.parametrize("strategy", ["standard", "batching"])
def test_every_event_of_a_page_is_stored_once(
    served: RunningServer, key: str, page: Page, strategy: str
) -> None:
    run = f"page-{uuid.uuid4().hex[:8]}"

    send(page, served.address, key, run, strategy)

    all_stored(served, page, run)


def test_every_event_of_a_page_is_stored_once_when_repeated_and_the_server_is_killed(
    served: RunningServer, key: str, page: Page
) -> None:
    run = f"page-{uuid.uuid4().hex[:8]}"
    with network(served.address) as between:

        def kill_in_mid_batch() -> None:
            between.first_acknowledged.wait(30)
            served.kill()
            served.start()

        killer = threading.Thread(target=kill_in_mid_batch)
        killer.start()
        send(page, between.address, key, run, "standard")
        killer.join()
        all_stored(served, page, run)

    stored = Counter(row[0] for row in served.rows("SELECT message_id FROM interactions_interaction"))
    assert {stored[id_] for id_ in between.acknowledged} == {1}
