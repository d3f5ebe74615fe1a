"""`rapport worker` on a real import, killed in the middle and stopped politely."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.running import lay_tables

SQLITE_ONLY = pytest.mark.skipif(
    bool(os.environ.get("RAPPORT_DATABASE_URL")), reason="uses a SQLite file of its own"
)
LINES = 12_000
MAPPING = """
title = "t"
source = "till"
[customer]
identifiers = [{ kind = "user_id", column = "who" }]
[[interactions]]
name = "line"
key = ["n"]
kind = "visit"
when = "at"
"""
BEGIN = """
import django, sys
django.setup()
from datetime import UTC, datetime
from rapport.interactions.ingestion import commands
from rapport.staff.roles.rules import Operator
by, at = Operator(), datetime.now(UTC)
upload = commands.keep_upload([open(sys.argv[1], "rb").read()], name="visits.csv", by=by, at=at)
commands.begin_from_upload(upload.token, mapping_name="till", text=open(sys.argv[2]).read(), by=by, at=at)
"""


class Place:
    """A data folder with an import that waits for a worker."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "home"
        self.environment = {
            **os.environ,
            "RAPPORT_HOME": str(self.home),
            "DJANGO_SETTINGS_MODULE": "rapport.config.settings",
        }
        file, mapping = folder / "visits.csv", folder / "m.toml"
        rows = (f"{n},person-{n % 500},2026-01-{n % 28 + 1:02}\n" for n in range(LINES))
        file.write_text("n,who,at\n" + "".join(rows))
        mapping.write_text(MAPPING)
        lay_tables(self.home)
        self.run("-c", BEGIN, str(file), str(mapping))

    def run(self, *words: str) -> None:
        subprocess.run([sys.executable, *words], env=self.environment, check=True, capture_output=True)

    def worker(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "rapport.cli.main", "worker"]
        return subprocess.Popen(command, env=self.environment, stderr=subprocess.DEVNULL)

    def one(self, statement: str) -> int:
        db = sqlite3.connect(self.home / "rapport.sqlite3", timeout=20)
        try:
            return int(db.execute(statement).fetchone()[0] or 0)
        finally:
            db.close()

    def expire_lease(self) -> None:
        """As if the time of a lease had passed: no test waits half a minute for it."""
        db = sqlite3.connect(self.home / "rapport.sqlite3", timeout=20)
        with db:
            db.execute("UPDATE jobs_job SET leased_until = '2020-01-01 00:00:00'")
        db.close()

    def until(self, statement: str, count: int) -> None:
        deadline = time.monotonic() + 90
        while time.monotonic() < deadline:
            if self.one(statement) >= count:
                return
            time.sleep(0.03)
        raise AssertionError(f"{statement} did not reach {count}: {self.one(statement)}")


TAKEN_IN = "SELECT count(*) FROM interactions_interaction"
FINISHED = "SELECT count(*) FROM jobs_job WHERE task = 'interactions.import' AND finished_at IS NOT NULL"


@SQLITE_ONLY
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM], ids=["killed", "stopped"])
def test_an_import_survives_its_worker(tmp_path: Path, how: signal.Signals) -> None:
    place = Place(tmp_path)
    for step in (1, 3):
        worker = place.worker()
        place.until(TAKEN_IN, step * 2_000)
        worker.send_signal(how)
        code = worker.wait(30)
        assert code == (-signal.SIGKILL if how is signal.SIGKILL else 0)
        assert place.one(FINISHED) == 0
        if how is signal.SIGKILL:
            place.expire_lease()
    last = place.worker()
    place.until(FINISHED, 1)
    place.until("SELECT sum(interactions) FROM customers_customer", LINES)
    last.send_signal(signal.SIGTERM)
    assert last.wait(30) == 0

    assert place.one(TAKEN_IN) == LINES
    assert place.one("SELECT interactions FROM interactions_import") == LINES
    assert place.one("SELECT already_known FROM interactions_import") == 0
    assert place.one("SELECT count(*) FROM customers_customer") == 500
