"""F17: `rapport backup` under load, `rapport restore` on an empty host, and the ledger of what was promised."""

import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import uses_postgres
from tests.faults.checking import Ledger, check
from tests.operations.at_work import Sending, serving, shop_at
from tests.running import RunningServer

sqlite_only = pytest.mark.skipif(uses_postgres(), reason="handles SQLite's own files")


def rapport(*words: str, home: Path, database: str = "") -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "RAPPORT_HOME": str(home), "RAPPORT_DATABASE_URL": database}
    command = [sys.executable, "-m", "rapport.cli.main", *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def told(*words: str, home: Path, database: str = "") -> dict[str, Any]:
    done = rapport(*words, "--json", home=home, database=database)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


@contextmanager
def restored(archive: Path, home: Path) -> Iterator[RunningServer]:
    """The record on a new host, ready to be asked."""
    server = RunningServer(home, from_nothing=True)
    told("restore", str(archive), home=home, database=server.environment["RAPPORT_DATABASE_URL"])
    try:
        yield server
    finally:
        server.remove_database()


def test_a_backup_under_load_restores_to_every_promise_made_before_it(tmp_path: Path) -> None:
    """On both databases. What was promised after the backup may be missing; nothing may be there in part."""
    ledger = Ledger()
    with serving(tmp_path / "served") as server:
        key = server.key()
        sending = [Sending(shop_at(server, key), ledger) for _ in range(2)]
        for one in sending:
            one.start()
        time.sleep(1)
        promised_before = set(ledger.promised)
        server.command("backup", str(tmp_path / "busy.tar"))
        for one in sending:
            one.stop()
        assert len(ledger.promised) > len(promised_before) > 0
        verified = server.command("restore", str(tmp_path / "busy.tar"), "--verify")

    assert {one["name"]: one["state"] for one in verified["checked"]} == dict.fromkeys(
        ["integrity", "references", "counts", "audit", "files", "secrets"], "good"
    )
    with restored(tmp_path / "busy.tar", tmp_path / "new") as server:
        check(server, Ledger(tried=ledger.tried, promised=promised_before, batches=ledger.batches))


@sqlite_only
def test_verify_finds_a_record_that_can_be_read_and_is_not_sound(tmp_path: Path) -> None:
    home = tmp_path / "old"
    told("init", home=home)
    with closing(sqlite3.connect(home / "rapport.sqlite3")) as connection, connection:
        connection.execute(
            "INSERT INTO interactions_daycount (day, kind, channel, touchpoint_id, interactions, forgotten) "
            "VALUES ('2026-01-01', 'purchase', 'web', 0, 7, 0)"
        )
    told("backup", str(tmp_path / "one.tar"), home=home)

    refused = rapport("restore", str(tmp_path / "one.tar"), "--verify", home=home)

    assert refused.returncode == 1
    assert "differ from a recount" in refused.stderr


@sqlite_only
def test_a_backup_of_an_earlier_release_moves_forward(tmp_path: Path) -> None:
    home = tmp_path / "old"
    told("init", home=home)
    back = [sys.executable, "-m", "django", "migrate", "jobs", "0002"]
    environment = {
        **os.environ,
        "RAPPORT_HOME": str(home),
        "DJANGO_SETTINGS_MODULE": "rapport.config.settings",
    }
    subprocess.run(back, env=environment, check=True, capture_output=True)
    told("backup", str(tmp_path / "one.tar"), home=home)

    told("restore", str(tmp_path / "one.tar"), home=tmp_path / "new")

    seen = json.loads(rapport("doctor", "--json", home=tmp_path / "new").stdout)
    assert {one["name"]: one["state"] for one in seen["findings"]}["tables"] == "good"
