"""What every test may rely on: an own data folder, a fixed moment, the shared data where it lies beside the project."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from rapport.customers.directory.commands import register

ROOT = Path(__file__).resolve().parent.parent
CHROMIUM = os.environ.get("RAPPORT_CHROMIUM", "/usr/bin/chromium")
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")
SHARED_DATA = ROOT.parent / "shared" / "data"


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, settings: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder that is gone after the test."""
    home = tmp_path / "home"
    home.mkdir()
    settings.HOME = home
    monkeypatch.setenv("RAPPORT_HOME", str(home))
    return home


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    """No identifiers remembered from another test, whose database is gone."""
    register.forget_everything()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The one browser of this process; a second one could not be driven beside it."""
    if not Path(CHROMIUM).exists():
        pytest.skip(f"Chromium is not at {CHROMIUM}; install it, or say where it is with RAPPORT_CHROMIUM")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield browser
        browser.close()


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
