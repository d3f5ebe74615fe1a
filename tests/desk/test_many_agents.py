"""Twenty agents on one queue, in several processes, while customers go on writing: nothing is answered by two."""

import json
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from tests.desk.agents_process import CUSTOMERS
from tests.pace import slowness
from tests.running import RunningServer

AGENTS, PROCESSES = 20, 2
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def record(tmp_path: Path) -> Iterator[RunningServer]:
    made = RunningServer(tmp_path / "record")
    yield made
    made.remove_database()


def at_work(record: RunningServer, *words: object) -> "subprocess.Popen[str]":
    environment = {
        **record.environment,
        "DJANGO_SETTINGS_MODULE": "rapport.config.settings",
        "PYTHONPATH": str(ROOT),
    }
    script = Path(__file__).with_name("agents_process.py")
    command = [sys.executable, str(script), *map(str, words)]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)


@pytest.mark.timeout(600)
def test_twenty_agents_answer_nothing_twice(record: RunningServer) -> None:
    laying = at_work(record, "lay", AGENTS)
    laying.communicate(timeout=120 * slowness())
    assert laying.returncode == 0
    each = AGENTS // PROCESSES
    customers = at_work(record, "write")
    agents = [at_work(record, "work", number * each, each) for number in range(PROCESSES)]
    told = [json.loads(one.communicate(timeout=200 * slowness())[0]) for one in agents]
    customers.communicate(timeout=200 * slowness())

    assert [one.returncode for one in (*agents, customers)] == [0] * (PROCESSES + 1)
    answered = [one for each_told in told for one in each_told["answered"]]
    words = record.rows(
        "SELECT service_filing.case_id, channels_message.id, channels_message.direction FROM service_filing"
        " JOIN channels_message ON channels_message.id = service_filing.message_id"
        " ORDER BY service_filing.case_id, channels_message.id"
    )
    assert sorted(number for _, number, direction in words if direction == "out") == sorted(answered)
    twice = [
        (case, later)
        for (case, _, first), (same, later, second) in pairwise(words)
        if case == same and first == second == "out"
    ]
    assert twice == [], "two answers with no word of the customer between them"
    waiting = "SELECT COUNT(*) FROM service_case WHERE waiting_since IS NOT NULL"
    assert record.rows(waiting) == [(0,)], "everybody was answered"
    assert len(answered) >= CUSTOMERS
    refused = {name for each_told in told for name in each_told["refused"]}
    assert refused <= {"ClaimedBySomebodyElse", "SomethingNewWasSaid"}
    dispatches = record.rows("SELECT COUNT(*), COUNT(DISTINCT message_id) FROM channels_dispatch")
    assert dispatches == [(len(answered), len(answered))]
