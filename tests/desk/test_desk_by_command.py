"""`rapport desk` on a real installation: what waits, what was said, an answer."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.desk.test_many_agents import at_work
from tests.running import RunningServer


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[RunningServer]:
    made = RunningServer(tmp_path / "desk")
    laying = at_work(made, "lay", 1)
    laying.communicate(timeout=120)
    yield made
    made.remove_database()


def test_cases_are_listed_shown_and_answered(installation: RunningServer) -> None:
    first = installation.command("desk", "list", "--limit", "5")
    rest = installation.command("desk", "list", "--after", first["after"])
    numbers = [one["case"] for one in (*first["cases"], *rest["cases"])]
    assert (len(first["cases"]), len(set(numbers)), rest["after"]) == (5, 12, "")

    number = str(numbers[0])
    shown = installation.command("desk", "show", number)
    assert [one["text"] for one in shown["messages"]] == ["Where is my parcel?"]
    answered = installation.command("desk", "reply", number, "It comes tomorrow.", "--then", "done")
    shown = installation.command("desk", "show", number)
    assert (shown["state_kind"], shown["waiting_since"]) == ("done", None)
    assert shown["messages"][-1]["message"] == answered["message"]
    assert shown["messages"][-1]["deliveries"] == [{"address": "c0@mail.example", "state": "held"}]

    command = [sys.executable, "-m", "rapport.cli.main", "desk", "reply", number, "x", "--seen", "1"]
    late = subprocess.run(command, env=installation.environment, capture_output=True, text=True, check=False)
    assert late.returncode == 1
    assert "Something was said since you looked" in late.stderr
    command = [sys.executable, "-m", "rapport.cli.main", "desk", "list", "--view", "mine"]
    wrong = subprocess.run(command, env=installation.environment, capture_output=True, text=True, check=False)
    assert (wrong.returncode, "is not a view" in wrong.stderr) == (1, True)
