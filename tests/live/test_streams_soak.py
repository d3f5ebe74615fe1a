"""F14, the long form: hundreds of clients stopped in mid-stream, and a real server that outlives them."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.live.streaming import until
from tests.running import RunningServer

pytestmark = pytest.mark.soak
CLIENTS, PEOPLE = 500, 50
HALF_OPEN_SECONDS = 120

SIGN_IN = """
import sys, django
django.setup()
from datetime import UTC, datetime
from django.test import Client
from rapport.staff.people import commands
from rapport.staff.roles.rules import Operator
for number in range(int(sys.argv[1])):
    new = commands.NewStaffMember(email=f"{number}@example.org", password=None, role="agent")
    member = commands.create(new, by=Operator(), at=datetime.now(UTC))
    client = Client()
    client.force_login(member, "allauth.account.auth_backends.AuthenticationBackend")
    print(client.cookies["sessionid"].value)
"""
LISTEN = """
import socket, sys, time
port, sessions = int(sys.argv[1]), sys.argv[3:]
held = []
for number in range(int(sys.argv[2])):
    one = socket.create_connection(("127.0.0.1", port))
    cookie = f"Cookie: sessionid={sessions[number % len(sessions)]}"
    one.sendall(f"GET /live/?topics=log HTTP/1.1\\r\\nHost: localhost\\r\\n{cookie}\\r\\n\\r\\n".encode())
    assert b" 200 " in one.recv(100)
    held.append(one)
print("open", flush=True)
time.sleep(600)
"""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    running = RunningServer(tmp_path / "served")
    yield running.start()
    running.stop()
    running.remove_database()


def files(server: RunningServer) -> int:
    return len(list(Path(f"/proc/{server.pid}/fd").iterdir()))


def connections(server: RunningServer) -> int:
    if not server.environment["RAPPORT_DATABASE_URL"].startswith("postgres"):
        found = (os.readlink(one) for one in Path(f"/proc/{server.pid}/fd").iterdir() if one.is_symlink())  # noqa: PTH115
        return sum(one.endswith("rapport.sqlite3") for one in found)
    busy = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    return int(server.rows(busy)[0][0])


def test_hundreds_of_stopped_clients_hold_nothing_for_long(server: RunningServer) -> None:
    made = subprocess.run(
        [sys.executable, "-c", SIGN_IN, str(PEOPLE)],
        env=server.environment | {"DJANGO_SETTINGS_MODULE": "rapport.config.settings"},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    files_before, connections_before = files(server), connections(server)
    arguments = [sys.executable, "-c", LISTEN, str(server.port), str(CLIENTS), *made.stdout.split()]
    clients = subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True)
    try:
        assert clients.stdout is not None
        assert clients.stdout.readline() == "open\n"
        assert files(server) >= files_before + CLIENTS
        assert connections(server) <= connections_before + 1, "streams hold no connection to the database"
        os.kill(clients.pid, signal.SIGSTOP)
        began = time.monotonic()

        until(lambda: files(server) <= files_before + 5, HALF_OPEN_SECONDS)

        assert time.monotonic() - began < HALF_OPEN_SECONDS
        assert connections(server) <= connections_before + 1
    finally:
        os.kill(clients.pid, signal.SIGCONT)
        clients.kill()
        clients.wait()
        clients.stdout.close()
