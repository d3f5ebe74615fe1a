"""F05: when the disk is full, senders are told to come again, no promise is broken, and all goes on by itself."""

import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.conftest import uses_postgres
from tests.faults.checking import Ledger, check
from tests.operations.at_work import Sending, serving, shop_at
from tests.running import RunningServer

pytestmark = [
    pytest.mark.skipif(uses_postgres(), reason="PostgreSQL writes its own files, by its own rules"),
    pytest.mark.skipif(sys.platform != "linux", reason="limits of another process are set on Linux only"),
]


@contextmanager
def no_room(server: RunningServer, *, more: int) -> Iterator[None]:
    """No file of the server may grow beyond the largest it has now, but for `more` bytes."""
    largest = max(path.stat().st_size for path in server.home.rglob("*") if path.is_file())
    soft, hard = resource.prlimit(server.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (largest + more, hard))
    try:
        yield
    finally:
        resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (soft, hard))


def fill(sending: Sending, *, until_refused: bool, seconds: float = 30) -> None:
    """Send until the first refusal, or until the first success."""
    ends_at = time.monotonic() + seconds
    while time.monotonic() < ends_at:
        answer = sending.once()
        if answer is not None and (answer.status_code != 200) == until_refused:
            return
    raise AssertionError("the server answered the same all the time")


def run_out_of_room(home: Path, *, times: int, more: int) -> None:
    ledger = Ledger()
    with serving(home) as server:
        sending = Sending(shop_at(server), ledger, letters=max(200, min(20_000, more // 3_000)))
        for _ in range(3):
            sending.once()
        for _ in range(times):
            before = len(sending.refused)
            with no_room(server, more=more):
                fill(sending, until_refused=True, seconds=30 + more / 500_000)
                for _ in range(3):
                    sending.once()
            fill(sending, until_refused=False)
            for _ in range(3):
                sending.once()
            for refusal in sending.refused[before:]:
                assert refusal.status_code in {503, 507}
                assert refusal.headers["content-type"] == "application/problem+json"
                assert int(refusal.headers["retry-after"]) > 0
        sending.stop()
        assert len(ledger.promised) > 60 * times
        server.command("jobs", "run")
        check(server, ledger)


def test_a_full_disk_refuses_in_time_loses_nothing_and_recovers_by_itself(tmp_path: Path) -> None:
    run_out_of_room(tmp_path / "served", times=2, more=200_000)


@pytest.mark.soak
def test_a_disk_that_is_full_again_and_again_loses_nothing(tmp_path: Path) -> None:
    for more in (0, 10_000, 1_000_000, 70_000_000):
        run_out_of_room(tmp_path / str(more), times=8, more=more)
