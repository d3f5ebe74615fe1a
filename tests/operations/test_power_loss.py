"""F18: whatever moment the power goes, the database opens sound, with every interaction that was acknowledged."""

import random
import shutil
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest
from tests.conftest import uses_postgres
from tests.faults.checking import Ledger
from tests.operations.at_work import Sending, serving, shop_at

pytestmark = pytest.mark.skipif(uses_postgres(), reason="copies SQLite's own files")


def lose_power(home: Path, into: Path, *, times: int, chance: random.Random) -> None:
    """Copy the files as they lie while a shop sends; each copy is a machine that lost its power then.

    The write-ahead log is copied before the file: what a checkpoint moves between the two is in both, as after a
    power cut in its middle. Its end is cut off at random too, for the last pages may not have reached the disk;
    what was acknowledged had (`synchronous=FULL`), so nothing is cut that was there at the last acknowledgement.
    """
    ledger = Ledger()
    with serving(home) as server:
        sending = Sending(shop_at(server), ledger)
        sending.start()
        for number in range(times):
            time.sleep(chance.uniform(0.05, 0.4))
            _one_loss(home, into / str(number), ledger, chance)
            shutil.rmtree(into / str(number))
        sending.stop()
    assert len(ledger.promised) > 20


def _one_loss(home: Path, place: Path, ledger: Ledger, chance: random.Random) -> None:
    place.mkdir(parents=True)
    promised = set(ledger.promised)
    wal = home / "rapport.sqlite3-wal"
    safe = wal.stat().st_size
    time.sleep(chance.uniform(0, 0.02))
    shutil.copyfile(wal, place / wal.name)
    shutil.copyfile(home / "rapport.sqlite3", place / "rapport.sqlite3")
    copied = (place / wal.name).stat().st_size
    with (place / wal.name).open("r+b") as file:
        file.truncate(chance.randint(min(safe, copied), copied))
    with closing(sqlite3.connect(place / "rapport.sqlite3")) as opened:
        assert opened.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert opened.execute("PRAGMA foreign_key_check").fetchall() == []
        stored = {row[0] for row in opened.execute("SELECT message_id FROM interactions_interaction")}
    assert promised <= stored
    halves = [batch for batch in list(ledger.batches) if 0 < len(stored & set(batch)) < len(batch)]
    assert halves == []


def test_after_a_power_cut_every_acknowledged_interaction_is_there(tmp_path: Path) -> None:
    lose_power(tmp_path / "served", tmp_path / "lost", times=8, chance=random.Random(18))


@pytest.mark.soak
def test_after_many_power_cuts_every_acknowledged_interaction_is_there(tmp_path: Path) -> None:
    lose_power(tmp_path / "served", tmp_path / "lost", times=150, chance=random.Random(81))
