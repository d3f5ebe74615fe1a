"""Mail that arrives while everything dies: what was received is never lost and never there twice (F10)."""

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
RECEIVING = [
    "inbound.before_envelope_commit",
    "inbound.after_envelope",
    "files.before_rename",
    "files.after_rename",
]
WALKING = [
    "inbound.before_put",
    "threads.before_log",
    "inbound.before_walk_commit",
    "arrivals.before_filing",
    "arrivals.before_commit",
]
MAILS = {"uid:0", "uid:1", "uid:2"}


def act_in(home: Path, act: str, crash_at: str = "") -> int:
    """Do one act in a process of its own; its exit code."""
    environment = {
        **os.environ,
        "RAPPORT_HOME": str(home),
        "RAPPORT_DATABASE_URL": "",
        "RAPPORT_CRASH_AT": crash_at,
        "DJANGO_SETTINGS_MODULE": "rapport.config.settings",
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, "-m", "tests.faults.arriving_process", act]
    done = subprocess.run(command, env=environment, check=False, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode in {0, -9}, done.stderr
    return done.returncode


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a mailbox, made once."""
    home = tmp_path_factory.mktemp("begun")
    assert act_in(home, "begin") == 0
    return home


@pytest.fixture(scope="module")
def received(tmp_path_factory: pytest.TempPathFactory, begun: Path) -> Path:
    """A data folder in which three mails wait to be walked, made once."""
    home = tmp_path_factory.mktemp("received")
    shutil.copytree(begun, home, dirs_exist_ok=True)
    assert act_in(home, "receive") == 0
    return home


@pytest.fixture
def home(own_home: Path, begun: Path) -> Path:
    shutil.copytree(begun, own_home, dirs_exist_ok=True)
    return own_home


def asked(home: Path, statement: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(home / "rapport.sqlite3")) as record:
        return record.execute(statement).fetchall()


def check_whole(home: Path) -> None:
    """Every mail is one envelope in its place, one message, one row of the log, filed under one case."""
    envelopes = asked(home, "SELECT external_id, state FROM channels_envelope ORDER BY external_id")
    assert envelopes == [(one, "placed") for one in sorted(MAILS)]
    assert asked(home, "SELECT count(*), count(DISTINCT log_id) FROM channels_message") == [(3, 3)]
    logged = "SELECT count(*) FROM interactions_interaction WHERE kind = 'message'"
    assert asked(home, logged) == [(3,)]
    assert asked(home, "SELECT count(*), count(DISTINCT case_id) FROM service_filing") == [(3, 1)]


@pytest.mark.parametrize("point", RECEIVING)
def test_a_kill_while_receiving_loses_nothing_that_was_promised(home: Path, point: str) -> None:
    assert act_in(home, "receive", point) == -9
    promised = set((home / "promised").read_text().split()) if (home / "promised").exists() else set()
    kept = {one for (one,) in asked(home, "SELECT external_id FROM channels_envelope")}
    assert promised <= kept

    assert act_in(home, "receive") == 0
    assert act_in(home, "walk") == 0

    check_whole(home)


@pytest.mark.parametrize("point", WALKING)
def test_a_kill_on_the_way_leaves_an_envelope_that_is_walked_again(
    own_home: Path, received: Path, point: str
) -> None:
    home = shutil.copytree(received, own_home, dirs_exist_ok=True)
    assert act_in(home, "walk", point) == -9
    assert asked(home, "SELECT count(*) FROM channels_message") == [(0,)]

    assert act_in(home, "walk") == 0

    check_whole(home)
