"""A busy chat: how long a message takes from one screen to the other.

`python -m benchmarks.chat [--visitors N] [--agents N] [--rate N] [--seconds N]`: starts the server on a new data folder
(or on a new PostgreSQL database beside the one that RAPPORT_DATABASE_URL names). Each visitor holds a stream and has
said a first word; each agent holds a stream of live updates over ten conversations. Then half of the messages come
from visitors (until an agent's screen, which fetches the conversation when it hears of it, has the words) and half
from agents (until the visitor's stream has them).
"""

import argparse
import asyncio
import json
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable
from pathlib import Path
from typing import Any

from benchmarks.live import _SIGN_IN, _used
from benchmarks.report import Row, machine, markdown

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

VISITORS, AGENTS, RATE, SECONDS = 500, 50, 50, 30
ORIGIN = "https://shop.example.org"


def main() -> None:
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--visitors", type=int, default=VISITORS)
    given.add_argument("--agents", type=int, default=AGENTS)
    given.add_argument("--rate", type=int, default=RATE)
    given.add_argument("--seconds", type=int, default=SECONDS)
    options = given.parse_args()
    print(machine())
    rows = measure(options.visitors, options.agents, options.rate, options.seconds)
    print(markdown("Chat", rows))


def measure(
    visitors: int = VISITORS, agents: int = AGENTS, rate: int = RATE, seconds: int = SECONDS
) -> list[Row]:
    """From screen to screen, both ways; what the server uses while nothing is said, and while it is."""
    from running import RunningServer

    with tempfile.TemporaryDirectory() as folder:
        server = RunningServer(Path(folder))
        os.environ["RAPPORT_MOST_CONNECTIONS"] = "0"
        try:
            server.start()
            key = server.command("channels", "add", "chat", "--name", "Shop chat", "--origin", ORIGIN)[
                "token"
            ]
            sessions = _run(server, _SIGN_IN, str(agents)).split()
            return asyncio.run(Town(server, key, sessions).lived_in(visitors, rate, seconds))
        finally:
            server.stop()
            server.remove_database()


def _run(server: Any, program: str, *words: str) -> str:
    import subprocess

    done = subprocess.run(
        [sys.executable, "-c", program, *words],
        env={**server.environment, "DJANGO_SETTINGS_MODULE": "rapport.config.settings"},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return done.stdout


_DESK = """
import sys, json, time, django
django.setup()
from datetime import UTC, datetime, timedelta
from rapport.service.desk import commands as desk
from rapport.service.desk.rules.acts import Reply
from rapport.staff.people import queries as people
members = {}
print(json.dumps({"ready": True}), flush=True)
for line in sys.stdin:
    told = json.loads(line)
    by = members.get(told["by"]) or members.setdefault(told["by"], people.by_email(told["by"]))
    began = time.time()
    try:
        reply = Reply(text=told["text"], seen=2**40, hold=timedelta(0))
        desk.reply(told["case"], reply, by=by, at=datetime.now(UTC))
    except Exception as error:
        print(json.dumps({"text": told["text"], "error": repr(error)}), flush=True)
    else:
        print(json.dumps({"text": told["text"], "seconds": time.time() - began}), flush=True)
"""
"""Agents who send, in a process of its own as on a second server: by the command that their page calls."""


class Town:
    """Everybody who talks, and when each word was said and seen."""

    def __init__(self, server: Any, key: str, sessions: list[str]) -> None:
        self.server, self.key, self.sessions = server, key, sessions
        self.said_at: dict[str, float] = {}
        self.seen_at: dict[str, float] = {}
        self.posted: list[float] = []
        self.tokens: list[str] = []
        self.refused: list[str] = []
        self.again = self.fetched = 0

    async def lived_in(self, visitors: int, rate: int, seconds: int) -> list[Row]:
        before = _used(self.server)
        self.tokens = [(await self._ask("/visits", "", {}))["visitor"] for _ in range(visitors)]
        streams = [asyncio.create_task(self._follow(token)) for token in self.tokens]
        for number in range(visitors):
            await self._say(number, f"first word {number}")
        cases = self._cases()
        watching = [asyncio.create_task(self._watch(number, cases)) for number in range(len(self.sessions))]
        await asyncio.sleep(5)
        idle = _used(self.server)
        await asyncio.sleep(10)
        rest = _used(self.server)
        self.fetched = 0
        self.said_at.clear()
        self.seen_at.clear()
        self.posted.clear()
        took = await self._talk(cases, rate, seconds)
        busy = _used(self.server)
        await asyncio.sleep(3)
        for task in (*streams, *watching):
            task.cancel()
        await asyncio.gather(*streams, *watching, return_exceptions=True)
        share = (rest["cpu"] - idle["cpu"]) / 10
        return [
            *self._rows("visitor to agent", "v"),
            *self._rows("agent to visitor", "a"),
            Row("a visitor's word is kept: p99", _p99(self.posted), "ms"),
            Row("messages said, and seen on the other side", len(self.seen_at), f"of {len(self.said_at)}"),
            Row("words sent again after the database was busy", self.again, ""),
            Row("conversations fetched by agents' screens for a word", self.fetched / len(self.said_at), ""),
            Row("messages a second", len(self.said_at) / took, ""),
            Row("share of one core while nothing is said", share, ""),
            Row("share of one core while they talk", (busy["cpu"] - rest["cpu"]) / took, ""),
            Row(
                "processor of the server for a word",
                (busy["cpu"] - rest["cpu"]) / len(self.said_at) * 1000,
                "ms",
            ),
            Row("memory more than without visitors", rest["memory"] - before["memory"], "MB"),
            Row(
                "connections to the database",
                rest["connections"],
                "",
                before["connections"],
                "without visitors",
            ),
        ]

    def _rows(self, name: str, mark: str) -> list[Row]:
        late = [
            (self.seen_at[text] - at) * 1000
            for text, at in self.said_at.items()
            if text.startswith(mark) and text in self.seen_at
        ]
        return [
            Row(f"{name}: median", statistics.median(late), "ms"),
            Row(f"{name}: p99", sorted(late)[int(len(late) * 0.99)], "ms", aim="< 300"),
        ]

    async def _talk(self, cases: list[tuple[int, int]], rate: int, seconds: int) -> float:
        desk = await asyncio.create_subprocess_exec(
            sys.executable, "-c", _DESK, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
            env={**self.server.environment, "DJANGO_SETTINGS_MODULE": "rapport.config.settings"},
        )  # fmt: skip
        assert desk.stdout is not None
        await desk.stdout.readline()
        reading = asyncio.create_task(self._hear_desk(desk))
        began = time.time()
        tasks: list[Awaitable[Any]] = []
        random.seed(7)
        for number in range(rate * seconds):
            await asyncio.sleep(max(0.0, began + number / rate - time.time()))
            who = random.randrange(len(self.tokens))
            if number % 2:
                tasks.append(asyncio.create_task(self._say(who, f"v-{number}-")))
            else:
                self._answer(desk, cases[who][0], who, f"a-{number}-")
        took = time.time() - began
        await asyncio.gather(*tasks)
        assert desk.stdin is not None
        desk.stdin.close()
        await desk.wait()
        await reading
        return took

    def _answer(self, desk: Any, case_id: int, who: int, text: str) -> None:
        by = f"{who % len(self.sessions)}@example.org"
        self.said_at[text] = time.time()
        desk.stdin.write((json.dumps({"case": case_id, "by": by, "text": text}) + "\n").encode())

    async def _hear_desk(self, desk: Any) -> None:
        while line := await desk.stdout.readline():
            told = json.loads(line)
            if "error" in told:
                self.refused.append(told["error"])
                self.said_at.pop(told["text"], None)

    def _cases(self) -> list[tuple[int, int]]:
        """Case and thread of each visitor, in their order."""
        return [
            (int(case), int(thread))
            for case, thread in self.server.rows(
                "SELECT c.id, c.thread_id FROM service_case c JOIN channels_thread t ON t.id = c.thread_id "
                "JOIN channels_visitor v ON v.identifier_id = t.identifier_id ORDER BY v.id"
            )
        ]

    async def _say(self, number: int, text: str) -> None:
        began = self.said_at[text] = time.time()
        body = {"id": f"bench-{text.replace(' ', '-')}".ljust(8, "-"), "text": text}
        await self._ask("/messages", self.tokens[number], body)
        self.posted.append((time.time() - began) * 1000)

    async def _ask(self, path: str, token: str, body: Any) -> Any:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.server.port)
        content = json.dumps(body).encode()
        writer.write(
            f"POST /chat/{self.key}{path} HTTP/1.1\r\nHost: localhost\r\nOrigin: {ORIGIN}\r\n"
            f"Authorization: Bearer {token}\r\nContent-Length: {len(content)}\r\nConnection: close\r\n\r\n".encode()
            + content
        )
        answer = await reader.read()
        writer.close()
        head, _, told = answer.partition(b"\r\n\r\n")
        if b" 503 " in head.split(b"\r\n")[0]:
            self.again += 1
            await asyncio.sleep(1)
            return await self._ask(path, token, body)
        assert b" 200 " in head.split(b"\r\n")[0], answer
        return json.loads(told)

    async def _follow(self, token: str) -> None:
        """A visitor's stream, taken up again whenever it ends."""
        place = "0"
        while True:
            path = f"/chat/{self.key}/stream?after={place}"
            head = f"Origin: {ORIGIN}\r\nAuthorization: Bearer {token}\r\n"
            async for line in self._lines(path, head):
                if line.startswith(b"id: "):
                    place = line[4:].decode().strip()
                elif line.startswith(b'data: {"messages"'):
                    for one in json.loads(line[6:])["messages"]:
                        if not one.get("own"):
                            self.seen_at.setdefault(one["text"], time.time())

    async def _watch(self, number: int, cases: list[tuple[int, int]]) -> None:
        """An agent's screens: told which conversation changed, they fetch it."""
        own = {f"thread:{thread}": case for place, (case, thread) in enumerate(cases)
               if place % len(self.sessions) == number}  # fmt: skip
        cookie = f"Cookie: sessionid={self.sessions[number]}\r\n"
        topics, place = ",".join(list(own)[:20]), ""
        while True:
            async for line in self._lines(f"/live/?topics={topics}&after={place}", cookie):
                if line.startswith(b"id: "):
                    place = line[4:].decode().strip()
                elif line.startswith(b"data: thread:"):
                    changed = line[6:].decode().strip().split(",")
                    await asyncio.gather(*(self._fetch(own[one], cookie) for one in changed))

    async def _fetch(self, case_id: int, cookie: str) -> None:
        self.fetched += 1
        shown = b"".join([line async for line in self._lines(f"/desk/cases/{case_id}/said/", cookie)])
        now = time.time()
        for text in list(self.said_at):
            if text.startswith("v-") and text not in self.seen_at and text.encode() in shown:
                self.seen_at[text] = now

    async def _lines(self, path: str, more: str) -> Any:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.server.port, limit=2**20)
        try:
            writer.write(
                f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{more}Connection: close\r\n\r\n".encode()
            )
            first = await reader.readline()
            if b" 200 " not in first:
                raise RuntimeError(f"{path}: {first.decode()}")
            while line := await reader.readline():
                yield line
        finally:
            writer.close()


def _p99(values: list[float]) -> float:
    return sorted(values)[int(len(values) * 0.99)]


if __name__ == "__main__":
    main()
