"""A lake writer that dies at any point leaves the old lake or the new one; a damaged file is found and named."""

import os
import random
import signal
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path

import pytest
from tests import made_up
from tests.running import RunningServer

from rapport.analytics.engines import manifest
from rapport.interactions.lake import commands
from rapport.interactions.lake.queries import state

POINTS = ("lake.before_write", "lake.mid_write", "lake.before_manifest", "lake.after_manifest")
MAPPING = """
title = "A shop"
source = "shop"
time_zone = "UTC"

[customer]
identifiers = [{ kind = "user_id", column = "customer" }]

[[interactions]]
name = "order"
key = ["order"]
kind = "purchase"
when = "at"
subject = "Order"
amount = { multiply = ["price"], currency = "GBP" }
"""


class Record:
    """A record of its own, with a lake that commands in processes of their own write."""

    def __init__(self, place: Path) -> None:
        (place / "served").mkdir()
        self.server = RunningServer(place / "served")
        self.lake = place / "served" / "lake"
        self._mapping = place / "shop.toml"
        self._mapping.write_text(MAPPING)
        self._place = place

    def sell(self, first: int, count: int) -> None:
        """Take in orders, spread over a year."""
        lines = [
            f"{n},2025-{n % 12 + 1:02}-{n % 28 + 1:02} 10:00:00,person-{n % 97},{n % 50}.25"
            for n in range(first, first + count)
        ]
        file = self._place / f"orders-{first}.csv"
        file.write_text("order,at,customer,price\n" + "\n".join(lines) + "\n")
        self.server.command("import", str(file), "--mapping", str(self._mapping))

    def begin_refresh(self, **more: str) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", "rapport.cli.main", "lake", "refresh", "--json"]
        environment = {**self.server.environment, **more}
        return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)

    def hash(self) -> str:
        return state.fingerprint(self.lake)["interactions"]


@pytest.fixture
def record(tmp_path: Path) -> Record:
    return Record(tmp_path)


@pytest.mark.timeout(120)
def test_a_writer_killed_at_any_named_point_leaves_the_old_lake_or_the_new(record: Record) -> None:
    record.sell(0, 500)
    record.server.command("lake", "refresh")
    old = record.hash()
    record.sell(500, 500)
    seen = []
    for point in POINTS:
        assert record.begin_refresh(RAPPORT_CRASH_AT=point).wait(60) == -signal.SIGKILL, point
        seen.append(record.hash())

    done = record.server.command("lake", "refresh")

    assert seen[:3] == [old, old, old]
    assert seen[3] == record.hash() != old
    assert (done["added"], done["rows"]["interactions"]) == (0, 1000)
    listed = manifest.load(record.lake).paths
    assert {str(path.relative_to(record.lake)) for path in record.lake.rglob("*.parquet")} == listed
    record.server.command("lake", "rebuild")
    assert record.hash() == seen[3]


REFRESH = """
import sys
from datetime import UTC, datetime
import django
django.setup()
from rapport.interactions.lake import commands
print(commands.refresh(at=datetime.now(UTC)).added, "pandas" in sys.modules)
"""


@pytest.mark.timeout(120)
def test_a_refresh_does_not_wait_a_second_for_pandas(record: Record) -> None:
    record.sell(0, 500)
    environment = {**record.server.environment, "DJANGO_SETTINGS_MODULE": "rapport.config.settings"}

    said = subprocess.check_output([sys.executable, "-c", REFRESH], env=environment, text=True)

    assert said.split()[-2:] == ["500", "False"]


@pytest.mark.soak
@pytest.mark.timeout(900)
def test_a_writer_killed_at_any_moment_leaves_a_whole_lake(record: Record) -> None:
    luck, first = random.Random(4), 0
    for _ in range(40):
        record.sell(first, 20_000)
        first += 20_000
        before = record.hash() if (record.lake / manifest.NAME).exists() else ""
        process = record.begin_refresh()
        time.sleep(1.0 + luck.random() * 1.5)
        if process.poll() is None:
            os.kill(process.pid, signal.SIGKILL)
        process.wait(60)
        if (record.lake / manifest.NAME).exists():
            assert record.hash()
        if before:
            assert manifest.load(record.lake).datasets["interactions"].rows >= first - 20_000 * 40
    record.server.command("lake", "refresh")
    followed = record.hash()
    assert manifest.load(record.lake).datasets["interactions"].rows == first
    record.server.command("lake", "rebuild")
    assert record.hash() == followed


@pytest.fixture
def small_lake(db: None, noon: datetime) -> Path:  # noqa: ARG001 - for its effect
    made_up.amina(noon)
    commands.refresh(at=noon)
    return state.folder()


def _some_file(lake: Path) -> Path:
    return lake / manifest.load(lake).datasets["interactions"].files[0].path


def test_a_file_cut_short_is_found_and_named(small_lake: Path) -> None:
    file = _some_file(small_lake)
    file.write_bytes(file.read_bytes()[:-100])

    with pytest.raises(manifest.LakeDamaged, match=r"has \d+ bytes, not \d+.*rapport lake rebuild"):
        manifest.prove(small_lake, manifest.load(small_lake))


def test_a_file_in_which_one_bit_turned_is_found(small_lake: Path) -> None:
    file = _some_file(small_lake)
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)

    with pytest.raises(manifest.LakeDamaged, match="was changed since it was written"):
        manifest.prove(small_lake, manifest.load(small_lake))


def test_a_missing_file_is_found_and_a_rebuild_mends_it(small_lake: Path, noon: datetime) -> None:
    before = state.fingerprint(small_lake)
    _some_file(small_lake).unlink()
    with pytest.raises(manifest.LakeDamaged, match="is missing"):
        state.fingerprint(small_lake)

    commands.rebuild(at=noon)

    assert state.fingerprint(small_lake) == before


def test_a_torn_list_of_files_is_found_and_a_rebuild_mends_it(small_lake: Path, noon: datetime) -> None:
    before = state.fingerprint(small_lake)
    listed = small_lake / manifest.NAME
    listed.write_bytes(listed.read_bytes()[:50])
    with pytest.raises(manifest.LakeDamaged, match="cannot be read"):
        manifest.load(small_lake)

    commands.rebuild(at=noon)

    assert state.fingerprint(small_lake) == before


def test_two_writers_at_once_are_one_too_many(small_lake: Path, noon: datetime) -> None:
    from rapport.interactions.lake.commands import storing
    from rapport.interactions.lake.rules import LakeBusy

    with storing.alone(small_lake), pytest.raises(LakeBusy, match="another process"):
        commands.refresh(at=noon)
