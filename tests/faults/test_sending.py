"""Whatever dies when: each message leaves once, but for the counted cases in which nobody can know (F02, F03, R5)."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.channels.sinks import Sink
from tests.faults.checking import check
from tests.running import RunningServer

_LEASE_SECONDS = 3.0
_IN_HAND = 30
"""What one of these carriers carries at most at one moment."""
POINTS = {
    "outbound.before_claim": 1,
    "outbound.after_claim": 1,
    "outbound.before_connect": 1,
    "outbound.after_rcpt": 1,
    "outbound.after_data": 2,
    "outbound.after_reply": 2,
    "outbound.after_settle": 1,
}
"""Where a carrier is killed, and how many mails the server may have of one answer then."""


class PostOffice:
    """A record of its own, with carriers that are started and killed on it."""

    def __init__(self, folder: Path) -> None:
        self.record = RunningServer(folder / "record")
        self.carriers: list[subprocess.Popen[bytes]] = []
        self.lease_seconds = _LEASE_SECONDS

    def rows(self, statement: str) -> list[tuple[object, ...]]:
        return self.record.rows(statement)

    def _begin(self, *words: str, crash_at: str = "") -> "subprocess.Popen[bytes]":
        environment = {
            **self.record.environment,
            "DJANGO_SETTINGS_MODULE": "rapport.config.settings",
            "RAPPORT_CRASH_AT": crash_at,
        }
        command = [sys.executable, "-m", "tests.faults.carrier_process", *words]
        return subprocess.Popen(command, env=environment)

    def put(self, sink: Sink, count: int, purpose: str = "service") -> None:
        assert self._begin("put", str(sink.port), str(count), purpose).wait(120) == 0

    def carrier(self, crash_at: str = "") -> "subprocess.Popen[bytes]":
        started = self._begin(str(self.lease_seconds), crash_at=crash_at)
        self.carriers.append(started)
        return started

    def states(self) -> Counter[str]:
        found = self.rows("SELECT state, COUNT(*) FROM channels_dispatch GROUP BY state")
        return Counter({str(state): int(str(count)) for state, count in found})

    def until_done(self, sink: Sink, *, kill_each: int = 0, keep: int = 1, seconds: float = 200) -> int:
        """Until nothing is open any more, with so many carriers at work; how many of them were killed.

        One of them is killed each time the server took so many mails more.
        """
        killed, luck, next_kill = 0, random.Random(7), kill_each or sys.maxsize
        deadline = time.monotonic() + seconds
        while any(self.states()[one] for one in ("held", "queued", "sending")):
            assert time.monotonic() < deadline, self.states()
            at_work = [one for one in self.carriers if one.poll() is None]
            for _ in range(keep - len(at_work)):
                self.carrier()
            if len(sink.taken) >= next_kill and at_work:
                luck.choice(at_work).kill()
                killed += 1
                next_kill = len(sink.taken) + kill_each
            time.sleep(0.05)
        return killed

    def end(self) -> None:
        for one in self.carriers:
            if one.poll() is None:
                os.kill(one.pid, signal.SIGCONT)
                one.kill()
            one.wait()
        self.carriers.clear()
        self.lease_seconds = _LEASE_SECONDS
        connection = self.record.connect()
        connection.execute("DELETE FROM channels_dispatch")
        connection.commit()
        connection.close()


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostOffice]:
    """One record for all of these tests: to set one up takes longer than what is tried on it."""
    opened = PostOffice(tmp_path_factory.mktemp("post"))
    yield opened
    opened.record.remove_database()


@pytest.fixture
def office(opened: PostOffice) -> Iterator[PostOffice]:
    yield opened
    opened.end()


@pytest.mark.parametrize(("point", "most"), POINTS.items())
def test_a_carrier_killed_anywhere_loses_no_answer_and_doubles_none_unnoticed(
    office: PostOffice, point: str, most: int
) -> None:
    with Sink() as sink:
        office.put(sink, 1)
        assert office.carrier(crash_at=point).wait(60) == -9
        office.until_done(sink)
        names = {one.mail["Message-ID"] for one in sink.taken}
        unknowns = office.rows("SELECT unknowns FROM channels_dispatch")[0][0]

    assert office.states() == {"sent": 1}
    assert 1 <= len(sink.taken) <= most
    assert len(names) == 1
    assert len(sink.taken) == 1 or unknowns == 1, "what may be there twice is counted"
    check(office, no_rows=["SELECT * FROM channels_dispatch WHERE state = 'sending'"])


def test_two_carriers_killed_again_and_again_send_everything_to_everybody(office: PostOffice) -> None:
    count = 150
    with Sink() as sink:
        sink.script.on_mail = _slowly
        office.put(sink, count)
        killed = office.until_done(sink, kill_each=40, keep=2)
        counted = Counter(sink.addresses)
        names: dict[str, set[str]] = {}
        for one in sink.taken:
            names.setdefault(one.recipients[0], set()).add(one.mail["Message-ID"])
        rows = office.rows("SELECT address, state, unknowns FROM channels_dispatch")
        doubted = {str(address) for address, _state, unknowns in rows if unknowns}

    assert killed
    assert len(counted) == count, "nobody was left out"
    assert {len(one) for one in names.values()} == {1}, "every copy bears the same name"
    assert {address for address, times in counted.items() if times > 1} <= doubted
    assert counted.total() - count <= killed * _IN_HAND
    assert {state for _address, state, _unknowns in rows} == {"sent"}


def test_what_nobody_waits_for_never_goes_twice(office: PostOffice) -> None:
    count = 80
    with Sink() as sink:
        sink.script.on_mail = _slowly
        office.put(sink, count, "surveys")
        office.until_done(sink, kill_each=20, keep=2)
        counted = Counter(sink.addresses)

    assert max(counted.values()) == 1
    states = office.states()
    assert states["sent"] + states["unknown"] == count
    missing = count - len(counted)
    assert missing <= states["unknown"], "whoever got nothing is listed as unknown"


def test_two_carriers_at_once_send_each_answer_once(office: PostOffice) -> None:
    count = 200
    office.lease_seconds = 60
    with Sink() as sink:
        office.put(sink, count)
        office.until_done(sink, keep=2)
        counted = Counter(sink.addresses)
    assert len(counted) == count
    assert max(counted.values()) == 1


def test_a_carrier_that_slept_past_its_lease_is_not_believed(office: PostOffice) -> None:
    with Sink() as sink:
        sink.script.greeting_seconds = 1.0
        office.put(sink, 1)
        asleep = office.carrier()
        _until(lambda: office.states()["sending"] == 1)
        os.kill(asleep.pid, signal.SIGSTOP)
        time.sleep(_LEASE_SECONDS)
        awake = office.carrier()
        _until(lambda: office.states()["sent"] == 1)
        os.kill(asleep.pid, signal.SIGCONT)
        time.sleep(1.5)
        awake.terminate()
        (row,) = office.rows("SELECT state, unknowns, fence FROM channels_dispatch")

    assert row[:2] == ("sent", 1)
    assert row[2] == 2


def _slowly(_address: str) -> None:
    time.sleep(0.02)


def _until(is_so: object, *, seconds: float = 30) -> None:
    assert callable(is_so)
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.02)
