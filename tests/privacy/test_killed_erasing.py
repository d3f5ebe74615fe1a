"""An erasure that is killed anywhere leaves all of somebody or nothing, and ends well when it is tried again."""

import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BEFORE = [
    "erase.half_of_the_log",
    "erase.after_imports",
    "erase.after_log",
    "erase.after_consents",
    "erase.after_audit",
    "erase.after_directory",
    "erase.before_commit",
]
Run = Callable[..., int]


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
    command = [sys.executable, "-m", "tests.privacy.erase_process", act]
    done = subprocess.run(command, env=environment, check=False, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode in {0, -9}, done.stderr
    return done.returncode


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder in which Amina and Ben live, made once."""
    home = tmp_path_factory.mktemp("begun")
    assert act_in(home, "begin") == 0
    return home


@pytest.fixture
def run(own_home: Path, begun: Path) -> Run:
    """Runs one act in a copy of that folder; its exit code."""
    shutil.copytree(begun, own_home, dirs_exist_ok=True)

    def one(act: str, *, crash_at: str = "") -> int:
        return act_in(own_home, act, crash_at)

    return one


def counts(home: Path) -> dict[str, int]:
    """How many rows each table holds of people."""
    tables = ("interactions_interaction", "customers_identifier", "customers_consentrecord", "customers_link")
    with closing(sqlite3.connect(home / "rapport.sqlite3")) as record:
        return {name: record.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in tables}


def stored(home: Path) -> bytes:
    """Every byte under the data folder."""
    return b"".join(path.read_bytes() for path in sorted(home.rglob("*")) if path.is_file())


@pytest.mark.parametrize("point", BEFORE[-1:])
def test_a_kill_before_the_commit_leaves_everything_as_it_was(own_home: Path, run: Run, point: str) -> None:
    before = counts(own_home)

    assert run("erase", crash_at=point) == -9
    assert counts(own_home) == before
    assert run("erase") == 0

    assert counts(own_home) == {name: count // 2 for name, count in before.items()}


@pytest.mark.soak
@pytest.mark.parametrize("point", BEFORE)
def test_a_kill_at_any_point_leaves_everything_as_it_was(own_home: Path, run: Run, point: str) -> None:
    test_a_kill_before_the_commit_leaves_everything_as_it_was(own_home, run, point)


def test_a_kill_after_the_commit_is_finished_by_the_worker(own_home: Path, run: Run) -> None:
    assert run("erase", crash_at="erase.after_commit") == -9
    assert not (own_home / "erasures.jsonl").exists()

    assert run("work") == 0

    assert len((own_home / "erasures.jsonl").read_text().splitlines()) == 1


def test_a_kill_while_two_are_joined_leaves_two_or_one(own_home: Path, run: Run) -> None:
    before = counts(own_home)

    assert run("join", crash_at="link.half") == -9
    assert counts(own_home) == before
    assert run("join") == 0
    assert counts(own_home)["customers_link"] == before["customers_link"] + 1


def test_no_byte_of_somebody_erased_is_left_in_the_data_folder(own_home: Path, run: Run) -> None:
    assert b"amina-canary-words" in stored(own_home)

    assert run("erase") == 0
    assert run("scrub") == 0

    left = stored(own_home).lower()
    assert b"amina" not in left
    assert b"ben-canary-words" in left


def begin_tables(home: Path) -> subprocess.Popen[bytes]:
    """`rapport init` in a process of its own."""
    environment = {**os.environ, "RAPPORT_HOME": str(home), "RAPPORT_DATABASE_URL": ""}
    command = [sys.executable, "-m", "rapport.cli.main", "init"]
    return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)


def migrations_in(home: Path) -> int:
    """How many migrations the record says were done; 0 before there is any."""
    path = home / "rapport.sqlite3"
    if not path.exists():
        return 0
    with closing(sqlite3.connect(path)) as record, suppress(sqlite3.OperationalError):
        return int(record.execute("SELECT count(*) FROM django_migrations").fetchone()[0])
    return 0


@pytest.mark.parametrize("done_before", [3, pytest.param(20, marks=pytest.mark.soak)])
def test_a_kill_during_migration_leaves_whole_migrations_and_the_next_start_goes_on(
    tmp_path: Path, done_before: int
) -> None:
    home = tmp_path / "killed"
    killed = begin_tables(home)
    while migrations_in(home) < done_before and killed.poll() is None:
        time.sleep(0.005)
    killed.kill()
    killed.wait()
    before = migrations_in(home)

    assert begin_tables(home).wait() == 0

    with closing(sqlite3.connect(home / "rapport.sqlite3")) as record:
        assert record.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert record.execute("SELECT count(*) FROM interactions_tombstone").fetchone() == (0,)
    assert migrations_in(home) > before >= done_before
