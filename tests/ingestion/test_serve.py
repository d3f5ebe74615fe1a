"""`rapport serve`: one command that sets up, serves, and does background work in a child that ends with it."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.running import RunningServer


def children_of(pid: int) -> list[int]:
    listed = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False
    )
    return [int(word) for word in listed.stdout.split()]


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2][:3]


def gone_within(seconds: float, pid: int) -> bool:
    deadline = time.monotonic() + seconds
    while is_running(pid):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="asks the Linux kernel about processes")
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_the_worker_ends_with_the_server_however_it_ends(tmp_path: Path, how: signal.Signals) -> None:
    server = RunningServer(tmp_path / "new folder", worker=True, from_nothing=True).start()
    (worker,) = children_of(server.pid)

    if how == signal.SIGKILL:
        server.kill()
    else:
        server.stop()

    assert gone_within(15, worker)
    assert (server.home / "secret_key").stat().st_mode & 0o077 == 0
    server.remove_database()


def test_the_address_is_said_once_it_answers(tmp_path: Path) -> None:
    server = RunningServer(tmp_path / "home", from_nothing=True).start()
    server.stop()

    assert server.said == f"Rapport is at {server.address}\n"
    server.remove_database()


def test_a_port_that_is_taken_is_a_failure_with_a_sentence(server: RunningServer, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "rapport.cli.main", "serve", "--no-worker", "--port", str(server.port)]
    environment = {**os.environ, "RAPPORT_HOME": str(tmp_path / "other"), "RAPPORT_DATABASE_URL": ""}

    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)

    assert done.returncode == 1
    assert "address already in use" in done.stderr
