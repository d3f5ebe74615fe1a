"""Real client libraries, as published, send to a running server: every event is in the log exactly once."""

import subprocess
import sys
import threading
import uuid
from collections import Counter
from pathlib import Path

import pytest
from tests.clients.repeating import network
from tests.running import RunningServer

pytestmark = pytest.mark.clients

SENDERS = Path(__file__).resolve().parent / "senders"
EVENTS = 250
CLIENTS = {
    "segment-analytics-python": ["send_segment.py"],
    "rudder-sdk-python": ["send_rudder.py"],
    "posthog-python": ["send_posthog.py", "v0"],
    "posthog-python, newer protocol": ["send_posthog.py", "v1"],
    "@segment/analytics-node": ["send_node.mjs"],
}


@pytest.fixture(params=CLIENTS)
def client(request: pytest.FixtureRequest) -> list[str]:
    """The command that sends with this client, and what it needs behind address, key, run and events."""
    script, *more = CLIENTS[request.param]
    if script.endswith(".mjs"):
        request.getfixturevalue("packages")
    return ["node" if script.endswith(".mjs") else sys.executable, str(SENDERS / script), *more]


@pytest.fixture
def run() -> str:
    return f"run-{uuid.uuid4().hex[:8]}"


def send(client: list[str], address: str, key: str, run: str) -> subprocess.CompletedProcess[str]:
    program, script, *more = client
    command = [program, script, address, key, run, str(EVENTS), *more]
    return subprocess.run(command, capture_output=True, text=True, timeout=150, check=False)


def check_once(served: RunningServer, run: str) -> None:
    """Each event of the run is one row; its customer has account and mail, its organisation a name."""
    rows = served.rows(
        "SELECT subject, kind FROM interactions_interaction WHERE subject LIKE ?", [f"{run} %"]
    )
    assert Counter(subject for subject, _ in rows) == Counter(
        [*(f"{run} {number}" for number in range(EVENTS)), f"{run} page", f"{run} screen"]
    )
    known = served.rows(
        "SELECT DISTINCT b.kind, b.value FROM customers_identifier a "
        "JOIN customers_identifier b ON b.customer_id = a.customer_id WHERE a.value = ?",
        [f"{run}-ann"],
    )
    assert {("user_id", f"{run}-ann"), ("email", f"{run}@example.org")} <= set(known)
    organisations = served.rows("SELECT kind FROM customers_identifier WHERE value = ?", [f"{run}-acme"])
    assert organisations == [("organisation_id",)]


def test_every_event_is_stored_once(served: RunningServer, key: str, client: list[str], run: str) -> None:
    done = send(client, served.address, key, run)

    assert done.returncode == 0, done.stderr
    check_once(served, run)


def test_every_event_is_stored_once_when_repeated_and_the_server_is_killed(
    served: RunningServer, key: str, client: list[str], run: str
) -> None:
    """Each request is delivered ten times; in the middle of one the server is killed, and comes back."""
    with network(served.address) as between:

        def kill_in_mid_batch() -> None:
            between.first_acknowledged.wait(30)
            served.kill()
            served.start()

        killer = threading.Thread(target=kill_in_mid_batch)
        killer.start()
        done = send(client, between.address, key, run)
        killer.join()

    assert done.returncode == 0, done.stderr
    check_once(served, run)
    assert len(between.acknowledged) >= EVENTS
    stored = Counter(row[0] for row in served.rows("SELECT message_id FROM interactions_interaction"))
    assert {stored[id_] for id_ in between.acknowledged} == {1}
