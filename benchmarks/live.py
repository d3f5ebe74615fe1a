"""What a thousand open pages cost while nothing happens, and while something does.

`python -m benchmarks.live [--streams N] [--seconds N]`: starts the server on a new data folder (or on a new PostgreSQL
database beside the one that RAPPORT_DATABASE_URL names), opens the streams, and looks at the server from outside:
memory, processor, files, connections to the database. Then tells one event a second and measures how late it is heard.
"""

import argparse
import asyncio
import os
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.report import Row, machine, markdown

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

STREAMS, SECONDS = 1_000, 40
PEOPLE = 100
_MEGABYTE = 2**20


def main() -> None:
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--streams", type=int, default=STREAMS)
    given.add_argument("--seconds", type=int, default=SECONDS)
    options = given.parse_args()
    print(machine())
    print(markdown("Live updates", measure(options.streams, options.seconds)))


def measure(streams: int = STREAMS, seconds: int = SECONDS) -> list[Row]:
    """Memory, processor, files and connections with so many streams open; how late an event is heard."""
    from running import RunningServer

    with tempfile.TemporaryDirectory() as folder:
        server = RunningServer(Path(folder))
        os.environ["RAPPORT_MOST_CONNECTIONS"] = "0"
        try:
            server.start()
            return asyncio.run(_watched(server, _sessions(server), streams, seconds))
        finally:
            server.stop()
            server.remove_database()


def _sessions(server: object) -> list[str]:
    """Keys of sessions of a hundred people, made in the server's own database."""
    import subprocess

    made = subprocess.run(
        [sys.executable, "-c", _SIGN_IN, str(PEOPLE)],
        env={**server.environment, "DJANGO_SETTINGS_MODULE": "rapport.config.settings"},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return made.stdout.split()


_SIGN_IN = """
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


async def _watched(server: object, sessions: list[str], streams: int, seconds: int) -> list[Row]:
    before = _used(server)
    heard: list[float] = []
    opened = [
        await _open(server.port, _address(number), sessions[number % len(sessions)], heard)
        for number in range(streams)
    ]
    await asyncio.sleep(2)
    idle = _used(server)
    began = time.monotonic()
    await asyncio.sleep(seconds / 2)
    after = _used(server)
    share = (after["cpu"] - idle["cpu"]) / (time.monotonic() - began)
    heard.clear()
    told = await asyncio.to_thread(_tell, server, int(seconds / 2))
    await asyncio.sleep(2)
    late = [moment - max(one for one in told if one <= moment) for moment in heard]
    for task in opened:
        task.cancel()
    await asyncio.gather(*opened, return_exceptions=True)
    name = f"{streams:,} idle streams"
    return [
        Row(f"{name}: memory more than without", after["memory"] - before["memory"], "MB"),
        Row(f"{name}: share of one core", share, "", aim="<= 0.3"),
        Row(f"{name}: open files more than without", after["files"] - before["files"], ""),
        Row(
            f"{name}: connections to the database",
            after["connections"],
            "",
            before["connections"],
            "without streams",
        ),
        Row("an event is heard after: median", statistics.median(late) * 1000, "ms"),
        Row("an event is heard after: p99", sorted(late)[int(len(late) * 0.99)] * 1000, "ms"),
        Row("events heard", len(heard), f"of {len(told) * streams}"),
    ]


def _address(number: int) -> str:
    """Of four hundred streams each another address of this machine: one address may hold so many only."""
    return f"127.0.0.{1 + number // 400}"


async def _open(port: int, address: str, session: str, heard: list[float]) -> "asyncio.Task[None]":
    is_open = asyncio.Event()

    async def listen() -> None:
        while True:
            reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(address, 0))
            request = (
                f"GET /live/?topics=log HTTP/1.1\r\nHost: localhost\r\nCookie: sessionid={session}\r\n\r\n"
            )
            writer.write(request.encode())
            while line := await reader.readline():
                if line.startswith(b"event: changed"):
                    heard.append(time.time())
                elif line.startswith(b"event: ready"):
                    is_open.set()
                elif line.startswith(b"HTTP/1.1") and b" 200 " not in line:
                    raise RuntimeError(line)
            writer.close()

    task = asyncio.create_task(listen())
    opening = asyncio.create_task(is_open.wait())
    await asyncio.wait({task, opening}, return_when=asyncio.FIRST_COMPLETED)
    if task.done():
        task.result()
    return task


def _tell(server: object, times: int) -> list[float]:
    told = []
    connection = server.connect()
    turn = "pg_current_xact_id()::text::bigint" if server.environment["RAPPORT_DATABASE_URL"] else "NULL"
    for _ in range(times):
        at = datetime.now(UTC)
        told.append(at.timestamp())
        connection.execute(
            "INSERT INTO live_event (topic, permission, department, at, turn) "
            f"VALUES ('log', 'interactions.view', '', '{at:%Y-%m-%d %H:%M:%S}', {turn})"
        )
        connection.commit()
        time.sleep(1)
    connection.close()
    return told


def _used(server: object) -> dict[str, float]:
    """What the server's process uses, as the kernel and the database tell."""
    process = Path(f"/proc/{server.pid}")
    fields = (process / "stat").read_text().rpartition(")")[2].split()
    ticks = os.sysconf("SC_CLK_TCK")
    files = [str(one.readlink()) for one in (process / "fd").iterdir() if one.is_symlink()]
    is_postgres = bool(server.environment["RAPPORT_DATABASE_URL"])
    connections = (
        server.rows("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")[0][0] - 1
        if is_postgres
        else len([one for one in files if one.endswith("rapport.sqlite3")])
    )
    return {
        "memory": int(fields[21]) * os.sysconf("SC_PAGE_SIZE") / _MEGABYTE,
        "cpu": (int(fields[11]) + int(fields[12])) / ticks,
        "files": len(files),
        "connections": connections,
    }


if __name__ == "__main__":
    main()
