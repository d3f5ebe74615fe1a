import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.running import RunningServer

HERE = Path(__file__).resolve().parent


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A server of this folder's own: its tests kill it and start it again."""
    running = RunningServer(tmp_path_factory.mktemp("served")).start()
    yield running
    running.stop()
    running.remove_database()


@pytest.fixture(scope="session")
def key(served: RunningServer) -> str:
    return served.key(name="web shop")


@pytest.fixture(scope="session")
def packages() -> Path:
    """The JavaScript clients, installed as their lock file says."""
    if shutil.which("npm") is None:
        pytest.skip("node and npm are not installed: the JavaScript clients are not tried")
    installed = HERE / "node_modules"
    if not (installed / ".package-lock.json").exists():
        done = subprocess.run(
            ["npm", "ci", "--prefix", str(HERE), "--no-audit", "--no-fund", "--ignore-scripts"],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            pytest.skip(f"npm ci failed, the JavaScript clients are not tried: {done.stderr[-300:]}")
    return installed
