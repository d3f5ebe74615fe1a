"""A process that is killed between door and desk leaves what it began as it was; done again, it is done once."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.running import RunningServer

ROOT = Path(__file__).resolve().parents[2]
COUNTS = {
    "messages": "SELECT COUNT(*) FROM channels_message",
    "cases": "SELECT COUNT(*) FROM service_case",
    "filings": "SELECT COUNT(*) FROM service_filing",
    "dispatches": "SELECT COUNT(*) FROM channels_dispatch",
    "opened": "SELECT COUNT(*) FROM interactions_interaction WHERE kind = 'case_opened'",
}


@pytest.fixture
def record(tmp_path: Path) -> Iterator[RunningServer]:
    made = RunningServer(tmp_path / "record")
    yield made
    made.remove_database()


def do(record: RunningServer, act: str, *, crash_at: str = "") -> int:
    environment = {
        **os.environ,
        **record.environment,
        "DJANGO_SETTINGS_MODULE": "rapport.config.settings",
        "PYTHONPATH": str(ROOT),
        "RAPPORT_CRASH_AT": crash_at,
    }
    script = Path(__file__).with_name("arriving_process.py")
    return subprocess.run([sys.executable, str(script), act], env=environment, check=False).returncode


def counted(record: RunningServer) -> dict[str, int]:
    return {name: record.rows(statement)[0][0] for name, statement in COUNTS.items()}


@pytest.mark.timeout(600)
def test_a_kill_between_door_and_desk_loses_nothing_and_doubles_nothing(record: RunningServer) -> None:
    assert do(record, "receive") == 0
    nothing = dict.fromkeys(COUNTS, 0)
    for point in ("arrivals.before_filing", "arrivals.before_commit"):
        assert do(record, "arrive", crash_at=point) == -signal.SIGKILL
        assert counted(record) == nothing
    once = nothing | {"messages": 1, "cases": 1, "filings": 1, "opened": 1}
    for _ in range(2):
        assert do(record, "arrive") == 0
        assert counted(record) == once

    assert do(record, "answer", crash_at="desk.answered") == -signal.SIGKILL
    assert counted(record) == once
    assert do(record, "answer") == 0
    assert counted(record) == once | {"messages": 2, "filings": 2, "dispatches": 1}
