"""Chromium on a made-up company: one server for all tests, one sign-in per role."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from tests.browser import looking, people
from tests.chat.rooms import ben, desk, mailbox, room, seen_by_threads  # noqa: F401 - fixtures of the chat
from tests.running import RunningServer

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test here drives Chromium."""
    for item in items:
        if HERE in Path(item.path).parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """The made-up company, small, with one member of staff per role (tests/browser/people.py)."""
    running = RunningServer(tmp_path_factory.mktemp("company"), worker=True)
    running.command("demo", "--customers", "150", "--years", "1", "--no-serve")
    subprocess.run([sys.executable, "-m", "tests.browser.people"], env=_environment(running), check=True)
    yield running.start()
    running.stop()
    running.remove_database()


def _environment(running: RunningServer) -> dict[str, str]:
    return running.environment | {"DJANGO_SETTINGS_MODULE": "rapport.config.settings"}


@pytest.fixture(scope="session")
def signed_in(server: RunningServer, chromium: Browser) -> Callable[[str], Any]:
    """The cookies of a role, after signing in once as a person would."""
    kept: dict[str, Any] = {}

    def state(role: str) -> Any:
        if role not in kept:
            context = chromium.new_context(base_url=server.address)
            page = context.new_page()
            page.goto("/account/login/")
            page.get_by_label("Your mail address").fill(people.PEOPLE[role][0])
            page.get_by_label("Password").fill(people.PASSWORD)
            page.get_by_role("button", name="Sign in").click()
            page.wait_for_url("**/")
            kept[role] = context.storage_state()
            context.close()
        return kept[role]

    return state


@pytest.fixture
def visit(
    server: RunningServer, chromium: Browser, signed_in: Callable[[str], Any]
) -> Iterator[looking.Visit]:
    """Open an address: `visit("/customers/", role="agent", size="phone", look="dark")`. Role "" is a stranger.

    After the test no page may have complained: no broken script, no missing file, nothing blocked by its policy.
    """
    opened: list[looking.Complaints] = []

    def go(path: str, *, role: str = "admin", size: str = "wide", look: str = "light") -> Page:
        context = chromium.new_context(
            base_url=server.address,
            viewport=looking.SIZES[size],
            color_scheme=look,
            storage_state=signed_in(role) if role else None,
            reduced_motion="reduce",
        )
        page = context.new_page()
        opened.append(looking.Complaints(page))
        page.goto(path)
        return page

    yield go
    found = [line for heard in opened for line in (*heard.found, *looking.blocked(heard.page))]
    for heard in opened:
        heard.page.context.close()
    assert found == []
