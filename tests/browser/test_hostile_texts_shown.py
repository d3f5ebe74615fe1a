"""Chromium walks every page on which hostile texts are shown: nothing runs, loads or asks (A20, A21)."""

import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page
from tests.browser import looking
from tests.running import RunningServer
from tests.safety import moving_in

NOTHING_IS_FETCHED = "() => !document.querySelector('.htmx-request, [hx-trigger~=load]')"
WATCH = "window.ran = 0; window.PWNED = () => { window.ran += 1; console.error('PWNED'); };"


@pytest.fixture
def laid_in(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[RunningServer, list[str]]]:
    """A server of its own, into which the corpus was laid; and where it is shown."""
    server = RunningServer(tmp_path_factory.mktemp("hostile")).start()
    environment = server.environment | {"DJANGO_SETTINGS_MODULE": "rapport.config.settings"}
    for module in ("tests.safety.moving_in", "tests.safety.laying_in"):
        command = [sys.executable, "-m", module]
        done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    yield server, done.stdout.split()
    server.stop()
    server.remove_database()


def sign_in(page: Page) -> None:
    page.goto("/account/login/")
    page.get_by_label("Your mail address").fill(moving_in.ADMIN)
    page.get_by_label("Password").fill(moving_in.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/")


@pytest.mark.timeout(900)
def test_nothing_runs_on_any_page(laid_in: tuple[RunningServer, list[str]], chromium: Browser) -> None:
    server, addresses = laid_in
    context = chromium.new_context(base_url=server.address)
    context.add_init_script(WATCH)
    page = context.new_page()
    heard = looking.Complaints(page)
    foreign: list[str] = []
    page.on("dialog", lambda dialog: (foreign.append(f"dialog {dialog.message}"), dialog.dismiss()))
    page.on(
        "request", lambda sent: foreign.append(sent.url) if not sent.url.startswith(server.address) else None
    )
    sign_in(page)
    for address in addresses:
        page.goto(address)
        page.wait_for_load_state("load")
        page.wait_for_function(NOTHING_IS_FETCHED)
        assert page.evaluate("window.ran") == 0, address
        assert looking.blocked(page) == [], address
    context.close()

    assert len(addresses) > 50
    assert [url for url in foreign if not url.startswith("data:")] == []
    assert heard.found == []
