"""What every test may rely on: an own data folder, a fixed moment, the shared data where it lies beside the project."""

import asyncio
import os
import sys
from collections.abc import Generator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from playwright.sync_api import Browser, sync_playwright
from pytest_django.plugin import DjangoDbBlocker
from xdist.scheduler import LoadScopeScheduling

from rapport.customers.directory.commands import register

ROOT = Path(__file__).resolve().parent.parent
CHROMIUM = os.environ.get("RAPPORT_CHROMIUM", "/usr/bin/chromium")
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")
SHARED_DATA = ROOT.parent / "shared" / "data"


_TOGETHER = ("tests/browser/", "tests/clients/", "tests/ingestion/test_promises_under_stress.py")
"""Tests that share a server, and a browser that is one for each process: one worker has all of them."""


class _Together(LoadScopeScheduling):
    """Each test goes to the worker that is free, and those that share something to the same one."""

    def _split_scope(self, nodeid: str) -> str:
        return next((begin for begin in _TOGETHER if nodeid.startswith(begin)), nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> _Together:
    return _Together(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The long forms of fault tests run under `make soak` alone; what hangs on no database runs on SQLite alone."""
    left_out = [
        item for item in items if _is_long(item) or (uses_postgres() and not _hangs_on_database(item))
    ]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        skipped = set(left_out)
        items[:] = [item for item in items if item not in skipped]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, Any, Any]:
    """For a test without the browser no loop runs, whether or not one with it came before in this process.

    From its setup to its teardown: Django has one connection to the database in a loop and another one outside.
    """
    if "chromium" in item.fixturenames:  # type: ignore[attr-defined] - there is no public way
        return (yield)
    held = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    try:
        return (yield)
    finally:
        asyncio._set_running_loop(held)


def _is_long(item: pytest.Item) -> bool:
    return bool(item.get_closest_marker("soak")) and not os.environ.get("RAPPORT_SOAK")


def _hangs_on_database(item: pytest.Item) -> bool:
    return not item.get_closest_marker("any_database") and _may_ask_database(item)


def _may_ask_database(item: pytest.Item) -> bool:
    """Whether a test says that it does, or it or a fixture of its begins processes, of which anything may be."""
    fixtures = item._fixtureinfo.name2fixturedefs  # type: ignore[attr-defined] - there is no public way
    if item.get_closest_marker("django_db") or {"db", "transactional_db"} & set(fixtures):
        return True
    begun = [one.func.__globals__ for found in fixtures.values() for one in found]
    rooms = [vars(item.module), *begun, *_rooms_of_ours(vars(item.module))]  # type: ignore[attr-defined]
    return any({"RunningServer", "subprocess"} & set(room) for room in rooms)


def _rooms_of_ours(room: dict[str, Any]) -> list[dict[str, Any]]:
    """The modules of the tests from which a module has its helpers."""
    names = {str(getattr(value, "__module__", "")) for value in room.values()}
    return [vars(sys.modules[name]) for name in names if name.startswith("tests.") and name in sys.modules]


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, settings: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder that is gone after the test."""
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    settings.HOME = home
    monkeypatch.setenv("RAPPORT_HOME", str(home))
    return home


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    """No identifiers remembered from another test, whose database is gone."""
    register.forget_everything()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None,  # noqa: ARG001 - for its effect
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """SQLite in a file, as it is used: in memory it neither waits for another writer nor lets others read on."""
    if connection.vendor == "sqlite":
        connection.settings_dict["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:  # noqa: ARG001 - for its effect
    """Tests empty the tables after them; only they may empty the audit log too. Real servers keep the guard."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        on = " ON staff_auditentry" if connection.vendor == "postgresql" else ""
        cursor.execute(f"DROP TRIGGER IF EXISTS audit_kept{on}")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The one browser of this process; a second one could not be driven beside it.

    It holds an event loop in this thread, in which Django would refuse to ask the database.
    """
    if not Path(CHROMIUM).exists():
        pytest.skip(f"Chromium is not at {CHROMIUM}; install it, or say where it is with RAPPORT_CHROMIUM")
    with sync_playwright() as playwright:
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
        loop = asyncio.get_running_loop()
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield browser
        asyncio._set_running_loop(loop)
        browser.close()
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def noon() -> datetime:
    """The moment at which tests happen."""
    return datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.fixture
def shared_data() -> Path:
    """The real data sets; a test that needs them is skipped where they are missing."""
    if not SHARED_DATA.exists():
        pytest.skip("the real data sets (../shared/data) are not beside the project")
    return SHARED_DATA


def uses_postgres() -> bool:
    return os.environ.get("RAPPORT_DATABASE_URL", "").startswith("postgres")
