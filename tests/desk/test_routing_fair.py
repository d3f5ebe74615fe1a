"""Twenty agents and two routers at one queue: nothing is answered by two, nobody is served out of order.

Among customers whom the same agents may serve, whoever has waited longer is given to somebody first. The small form
runs with all tests; `make soak` runs the large one.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from tests.running import RunningServer

AGENTS, PROCESSES = 20, 2
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def record(tmp_path: Path) -> Iterator[RunningServer]:
    made = RunningServer(tmp_path / "record")
    yield made
    made.remove_database()


@pytest.mark.timeout(900)
def test_nobody_is_served_out_of_order(record: RunningServer) -> None:
    check_a_day(record, customers=100)


@pytest.mark.soak
@pytest.mark.timeout(1800)
def test_nobody_is_served_out_of_order_on_a_long_day(record: RunningServer) -> None:
    check_a_day(record, customers=3_000)


def check_a_day(record: RunningServer, *, customers: int) -> None:
    at_work(record, "lay", AGENTS).communicate(timeout=120)
    each = AGENTS // PROCESSES
    going = [
        at_work(record, "write", customers),
        at_work(record, "route", customers),
        *(at_work(record, "work", number * each, each, customers) for number in range(PROCESSES)),
    ]
    told = [one.communicate(timeout=1700)[0] for one in going]
    assert [one.returncode for one in going] == [0] * len(going)

    answered = [one for words in told if words for one in json.loads(words)["answered"]]
    assert len(answered) == customers, "each was answered once"
    assert twice_answered(record) == []
    order = served(record)
    assert len(order) == customers, "each was given to one"
    assert out_of_order(order) == []
    assert {french for french, *_ in order} == {0, 1}, "both sorts were served"


def at_work(record: RunningServer, *words: object) -> "subprocess.Popen[str]":
    environment = {
        **record.environment,
        "DJANGO_SETTINGS_MODULE": "rapport.config.settings",
        "PYTHONPATH": str(ROOT),
    }
    script = Path(__file__).with_name("fair_process.py")
    command = [sys.executable, str(script), *map(str, words)]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)


def twice_answered(record: RunningServer) -> list[int]:
    """Cases with two answers and no word of the customer between them."""
    words = record.rows(
        "SELECT service_filing.case_id, channels_message.direction FROM service_filing"
        " JOIN channels_message ON channels_message.id = service_filing.message_id"
        " ORDER BY service_filing.case_id, channels_message.id"
    )
    return [
        case for (case, first), (same, second) in pairwise(words) if case == same and first == second == "out"
    ]


def served(record: RunningServer) -> list[tuple[int, str, int, int]]:
    """For each case: what it needs, since when it waited, and where its arrival and its giving stand in the history.

    Who writes the history waits for each other, so its numbers are the order in which things happened.
    """
    rows = record.rows(
        "SELECT (SELECT COUNT(*) FROM service_case_needs WHERE case_id = service_handout.case_id),"
        " CAST(service_handout.waited_since AS TEXT),"
        " (SELECT MAX(id) FROM service_caseevent WHERE case_id = service_handout.case_id"
        "  AND kind IN ('opened', 'needs', 'heard')),"
        " (SELECT MIN(id) FROM service_caseevent WHERE case_id = service_handout.case_id AND kind = 'assigned')"
        " FROM service_handout"
    )
    return [(needs, since, came, given) for needs, since, came, given in rows]


def out_of_order(order: list[tuple[int, str, int, int]]) -> list[tuple[str, str]]:
    """Pairs in which somebody was given before another who needs the same, was there already and waited longer."""
    found = []
    for needs, since, came, given in order:
        for other_needs, other_since, _other_came, other_given in order:
            if needs == other_needs and since < other_since and came < other_given < given:
                found.append((since, other_since))
    return found


def test_the_checker_finds_who_was_passed_over() -> None:
    longer, later = (0, "12:00", 1, 4), (0, "12:01", 2, 3)

    assert out_of_order([longer, later]) == [("12:00", "12:01")]
    assert out_of_order([(1, *longer[1:]), later]) == [], "they need different people"
    assert out_of_order([(0, "12:00", 3, 5), (0, "12:01", 1, 2)]) == [], "they came after that was given"
