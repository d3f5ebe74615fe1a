"""F24: the archive and the way back, on a small database of our own: nothing is overwritten, nothing half restored."""

import os
import sqlite3
import subprocess
import sys
import tarfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from rapport.kernel import home as homes
from rapport.wiring.backup import archive, databases, restoring, taking
from rapport.wiring.backup.taking import Installation

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
CONTENT = b"Ann,ann@example.org\n" * 1000


def installation(home: Path) -> Installation:
    return Installation(home, databases.Sqlite({"NAME": str(home / "rapport.sqlite3")}))


def take(home: Path, to: Path) -> archive.Manifest:
    return taking.take(installation(home), to, clock=lambda: NOON, told=lambda _: None)


def restore(file: Path, home: Path, *, replace: bool = False) -> archive.Manifest:
    return restoring.restore(
        file, installation(home), replace=replace, clock=lambda: NOON, told=lambda _: None
    )


def people(home: Path) -> list[str]:
    with closing(sqlite3.connect(home / "rapport.sqlite3")) as connection:
        return [row[0] for row in connection.execute("SELECT name FROM people ORDER BY name")]


def begin(home: Path, *names: str) -> Path:
    """A data folder with a database, an upload and keys."""
    (home / "uploads" / "token").mkdir(parents=True)
    (home / "uploads" / "token" / "content").write_bytes(CONTENT)
    (home / "secret_key").write_text(f"key of {home.name}")
    (home / "keyring").write_text(f"ring of {home.name}\n")
    with closing(sqlite3.connect(home / "rapport.sqlite3")) as connection, connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE people (name TEXT)")
        connection.executemany("INSERT INTO people VALUES (?)", [(name,) for name in names])
    return home


@pytest.fixture
def old(tmp_path: Path) -> Path:
    return begin(tmp_path / "old", "Ann", "Bob")


@pytest.fixture
def taken(old: Path, tmp_path: Path) -> Path:
    take(old, tmp_path / "one.tar")
    return tmp_path / "one.tar"


def names_in(file: Path) -> list[str]:
    with tarfile.open(file) as tar:
        return tar.getnames()


def test_a_backup_holds_files_and_keys_and_is_for_its_owner_alone(taken: Path, tmp_path: Path) -> None:
    assert taken.stat().st_mode & 0o077 == 0
    assert sorted(names_in(taken)[:-1]) == [
        "database.sqlite3",
        "home/keyring",
        "home/secret_key",
        "home/uploads/token/content",
    ]
    assert names_in(taken)[-1] == archive.MANIFEST

    restore(taken, tmp_path / "new")

    restored = tmp_path / "new" / "uploads" / "token" / "content"
    assert restored.read_bytes() == CONTENT
    assert restored.stat().st_mode & 0o077 == 0
    assert (tmp_path / "new" / "secret_key").read_text() == "key of old"
    assert people(tmp_path / "new") == ["Ann", "Bob"]


def test_what_can_be_made_anew_is_left_out(old: Path, tmp_path: Path) -> None:
    for name in (
        "lake/part.parquet",
        "backups/rapport-1.tar",
        "replaced-1/secret_key",
        "files/ab/.token.new",
    ):
        (old / name).parent.mkdir(parents=True, exist_ok=True)
        (old / name).write_bytes(b"x")

    take(old, tmp_path / "one.tar")

    assert not [
        name for name in names_in(tmp_path / "one.tar") if name.endswith(("parquet", ".new", "1.tar"))
    ]
    assert "home/replaced-1/secret_key" not in names_in(tmp_path / "one.tar")


def test_a_backup_does_not_overwrite_another(old: Path, taken: Path) -> None:
    with pytest.raises(taking.BackupExists):
        take(old, taken)


def test_a_restore_overwrites_nothing_unless_told_and_then_sets_it_aside(taken: Path, tmp_path: Path) -> None:
    other = begin(tmp_path / "other", "Eve")
    (other / "lake").mkdir()

    with pytest.raises(restoring.WouldOverwrite, match="--replace"):
        restore(taken, other)
    assert people(other) == ["Eve"]

    restore(taken, other, replace=True)

    assert people(other) == ["Ann", "Bob"]
    (aside,) = other.glob("replaced-*")
    assert people(aside) == ["Eve"]
    assert (aside / "secret_key").read_text() == "key of other"
    assert not (other / "lake").exists()


def test_a_restore_is_refused_while_somebody_works_with_the_database(taken: Path, tmp_path: Path) -> None:
    other = begin(tmp_path / "other", "Eve")

    with closing(sqlite3.connect(other / "rapport.sqlite3")) as server:
        server.execute("SELECT * FROM people").fetchall()
        with pytest.raises(databases.InUse, match="is in use"):
            restore(taken, other, replace=True)

    assert people(other) == ["Eve"]


def test_keys_and_erasures_since_the_backup_outlive_the_restore(old: Path, tmp_path: Path) -> None:
    (old / "erasures.jsonl").write_text("first\n")
    take(old, tmp_path / "one.tar")
    (old / "erasures.jsonl").write_text("first\nsecond\n")
    (old / "keyring").write_text("newer key\nring of old\n")

    restore(tmp_path / "one.tar", old, replace=True)

    assert (old / "erasures.jsonl").read_text() == "first\nsecond\n"
    assert (old / "keyring").read_text() == "newer key\nring of old\n"
    assert (old / "keyring").stat().st_mode & 0o077 == 0


def test_a_copy_is_of_one_moment_while_others_write(old: Path, tmp_path: Path) -> None:
    writer = subprocess.Popen([sys.executable, "-c", _WRITER, str(old / "rapport.sqlite3")])
    try:
        for number in range(5):
            take(old, tmp_path / f"{number}.tar")
            restore(tmp_path / f"{number}.tar", tmp_path / f"new{number}")
            with closing(sqlite3.connect(tmp_path / f"new{number}" / "rapport.sqlite3")) as found:
                counted, pairs = found.execute(
                    "SELECT count(*), count(DISTINCT name) FROM people WHERE name LIKE 'pair%'"
                ).fetchone()
                assert counted == 2 * pairs
                assert found.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert counted > 0
    finally:
        writer.kill()
        writer.wait()


_WRITER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], timeout=20)
number = 0
while True:
    number += 1
    with connection:
        connection.execute("INSERT INTO people VALUES (?)", (f"pair {number}",))
        connection.execute("INSERT INTO people VALUES (?)", (f"pair {number}",))
"""


def test_nothing_starts_in_a_half_restored_folder_and_the_restore_can_be_repeated(
    taken: Path, tmp_path: Path
) -> None:
    other = begin(tmp_path / "other", "Eve")
    for point in ("restore.after_setting_aside", "restore.before_database"):
        _killed_at(point, f"t.restore(t.Path({str(taken)!r}), t.Path({str(other)!r}), replace=True)")
        with pytest.raises(homes.HalfRestored, match="broken off"):
            homes.prepare_home(other)
        for aside in other.glob("replaced-*"):
            aside.rename(tmp_path / f"{point} {aside.name}")

    restore(taken, other, replace=True)

    homes.prepare_home(other)
    assert people(other) == ["Ann", "Bob"]


def test_a_kill_before_the_end_leaves_no_archive(old: Path, tmp_path: Path) -> None:
    _killed_at("backup.before_rename", f"t.take(t.Path({str(old)!r}), t.Path({str(tmp_path / 'one.tar')!r}))")

    assert not (tmp_path / "one.tar").exists()


def _killed_at(point: str, act: str) -> None:
    assert _run(act, {"RAPPORT_CRASH_AT": point}) == -9


def _run(act: str, environment: dict[str, str]) -> int:
    module = Path(__file__)
    code = f"import sys; sys.path.insert(0, {str(module.parent)!r}); import {module.stem} as t\n{act}"
    return subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, **environment}, check=False
    ).returncode


@pytest.mark.parametrize("harm", ["cut in half", "cut at the end", "one byte changed", "no archive", "empty"])
def test_a_damaged_archive_is_refused_in_a_sentence_and_restores_nothing(
    taken: Path, tmp_path: Path, harm: str
) -> None:
    whole = taken.read_bytes()
    middle = whole.index(b"Ann,ann@example.org")
    taken.write_bytes(
        {
            "cut in half": whole[: len(whole) // 2],
            "cut at the end": whole[: whole.rindex(archive.MANIFEST.encode())],
            "one byte changed": whole[:middle] + b"B" + whole[middle + 1 :],
            "no archive": b"PK\x03\x04" + os.urandom(5000),
            "empty": b"",
        }[harm]
    )
    other = begin(tmp_path / "other", "Eve")

    with pytest.raises(archive.ArchiveDamaged, match="Nothing was restored"):
        restore(taken, other, replace=True)

    assert people(other) == ["Eve"]
    homes.prepare_home(other)


@pytest.mark.parametrize("name", ["../outside", "/tmp/outside", "home/../../outside", "home/link"])
def test_an_archive_cannot_write_outside_the_data_folder(tmp_path: Path, name: str) -> None:
    with tarfile.open(tmp_path / "evil.tar", "w") as tar:
        entry = tarfile.TarInfo(name)
        if name.endswith("link"):
            entry.type, entry.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(entry)

    with pytest.raises(archive.ArchiveDamaged, match="no file of ours"):
        restore(tmp_path / "evil.tar", tmp_path / "inner" / "new")

    assert not list(tmp_path.rglob("outside"))


def test_a_backup_of_a_later_release_is_refused(taken: Path, tmp_path: Path) -> None:
    taken.write_bytes(taken.read_bytes().replace(b'"format": 1', b'"format": 9'))

    with pytest.raises(archive.ArchiveTooNew, match="newer than this one"):
        restore(taken, tmp_path / "new")


def test_a_backup_of_another_kind_of_database_is_refused(old: Path, tmp_path: Path) -> None:
    class Elsewhere(databases.Sqlite):
        kind = "postgresql"

    of = Installation(old, Elsewhere({"NAME": str(old / "rapport.sqlite3")}))
    taking.take(of, tmp_path / "one.tar", clock=lambda: NOON, told=lambda _: None)

    with pytest.raises(restoring.OtherDatabase, match="is of postgresql"):
        restore(tmp_path / "one.tar", tmp_path / "new")


def test_a_disk_that_fills_on_the_way_is_said_and_leaves_nothing_behind(old: Path, tmp_path: Path) -> None:
    (old / "uploads" / "large").write_bytes(os.urandom(300_000))
    for limit in (5_000, 100_000, 400_000):
        code = f"""
import resource
resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, resource.RLIM_INFINITY))
try:
    t.take(t.Path({str(old)!r}), t.Path({str(tmp_path / "out" / "one.tar")!r}))
except t.taking.NoRoom as refusal:
    raise SystemExit(7)
"""
        assert _run(code, {}) == (7 if limit < 300_000 else 0)
        if limit < 300_000:
            assert list((tmp_path / "out").iterdir()) == []
