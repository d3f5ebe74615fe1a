"""Files are kept whole or not at all, under names that harm nobody, for those who may fetch them, until their end."""

import os
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapport.files.store import commands, queries
from rapport.files.store.rules import LONGEST_NAME_BYTES, Asker, Label, Limits, safe_name
from rapport.kernel.refusals import NotFound

ANN = Asker("staff:1")
BEN = Asker("staff:2")
LEAD = Asker("staff:3", frozenset({"customers.export"}))

pytestmark = pytest.mark.django_db(transaction=True)


def keep(noon: datetime, **more: object) -> str:
    label = Label(**({"name": "all of it.zip", "owner": "staff:1"} | more))  # type: ignore[arg-type]
    return commands.keep([b"one ", b"two"], label, at=noon).token


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("a.svg%00.png", "a.svg.png"),
        ("a.svg\x00.png", "a.svg.png"),
        ("%252e%252e%252fsecret", "secret"),
        (".htaccess", "htaccess"),
        ("\u200b.htaccess\u200b", "htaccess"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("report.pdf. . .", "report.pdf"),
        ("con", "_con"),
        ("CON .txt", "_CON .txt"),
        ("aux.csv", "_aux.csv"),
        ("\uff0e\uff0e\uff0fetc\uff0fpasswd", "passwd"),
        ("", "file"),
        ("...", "file"),
        ("\u202e\u200b", "file"),
        ("<script>.html", "_script_.html"),
        ("Größe 3.csv", "Größe 3.csv"),
    ],
)
def test_a_name_is_made_plain_before_it_is_judged(given: str, kept: str) -> None:
    assert safe_name(given) == kept


def test_a_very_long_name_keeps_its_ending() -> None:
    name = safe_name("ü" * 300 + ".csv")

    assert name.endswith("ü.csv")
    assert len(name.encode()) <= LONGEST_NAME_BYTES


@given(st.text(max_size=400))
def test_no_name_leaves_its_folder_or_hides_a_letter(given: str) -> None:
    name = safe_name(given)

    assert 0 < len(name.encode()) <= LONGEST_NAME_BYTES + 1
    assert not {"/", "\\", "\x00", "\n", ":"} & set(name)
    assert not name.startswith(".")
    assert name == name.strip()
    assert safe_name(name) == name


def test_a_file_lies_under_a_random_name_and_comes_back_as_it_was(noon: datetime) -> None:
    token = keep(noon)
    found = queries.find(token, ANN, at=noon)

    assert b"".join(queries.content(found)) == b"one two"
    assert found.bytes == 7
    names = [path.name for path in queries.folder().rglob("*") if path.is_file()]
    assert names == [token]


def test_a_file_is_fetched_by_its_owner_and_by_who_holds_its_permission(noon: datetime) -> None:
    own, shared = keep(noon), keep(noon, permission="customers.export")

    for token, asker in ((own, BEN), (own, LEAD), (shared, BEN)):
        with pytest.raises(NotFound):
            queries.find(token, asker, at=noon)
    assert queries.find(shared, LEAD, at=noon).token == shared


def test_a_file_is_gone_for_everybody_once_its_end_has_come(noon: datetime) -> None:
    token = keep(noon, expires_at=noon + timedelta(days=7))

    assert queries.find(token, ANN, at=noon + timedelta(days=6))
    with pytest.raises(NotFound):
        queries.find(token, ANN, at=noon + timedelta(days=7))
    assert commands.sweep(at=noon + timedelta(days=7)) == 1
    assert not queries.path_of(token).exists()


@pytest.mark.parametrize("damage", ["cut", "changed", "missing"])
def test_a_damaged_file_is_never_handed_out(noon: datetime, damage: str) -> None:
    stored = queries.find(keep(noon), ANN, at=noon)
    path = queries.path_of(stored.token)
    if damage == "missing":
        path.unlink()
    else:
        path.write_bytes(b"one" if damage == "cut" else b"one Two")

    with pytest.raises(queries.FileDamaged, match=r"all of it\.zip"):
        queries.content(stored)


def test_an_owner_keeps_no_more_than_the_quota(noon: datetime) -> None:
    limits = Limits(quota=10, free=0)
    commands.keep([b"123456"], Label("a", "staff:1"), at=noon, limits=limits)

    with pytest.raises(commands.QuotaFull):
        commands.keep([b"12345"], Label("b", "staff:1"), at=noon, limits=limits)
    assert commands.keep([b"12345"], Label("b", "staff:2"), at=noon, limits=limits).bytes == 5
    assert len([path for path in queries.folder().rglob("*") if path.is_file()]) == 2


def test_a_full_disk_is_said_in_plain_words_and_leaves_nothing_behind(noon: datetime) -> None:
    with pytest.raises(commands.DiskNearlyFull, match="left"):
        commands.keep([b"1"], Label("a", "staff:1"), at=noon, limits=Limits(free=1 << 62))
    assert not [path for path in queries.folder().rglob("*") if path.is_file()]


def test_a_file_that_grows_too_large_leaves_nothing_behind(noon: datetime) -> None:
    with pytest.raises(commands.FileTooLarge):
        commands.keep([b"1"] * 9, Label("a", "staff:1"), at=noon, limits=Limits(largest=8, free=0))
    assert not [path for path in queries.folder().rglob("*") if path.is_file()]


def test_a_token_from_outside_leads_nowhere_else() -> None:
    for token in ("../../secret_key", "..", "a/b", "", "ünïcode"):
        with pytest.raises(NotFound):
            queries.path_of(token)


@pytest.mark.parametrize("point", ["files.before_rename", "files.after_rename"])
def test_a_kill_leaves_no_row_and_what_lies_about_is_swept(
    own_home: Path, noon: datetime, point: str
) -> None:
    script = (
        "import django; django.setup()\n"
        "from datetime import UTC, datetime\n"
        "from rapport.files.store import commands\nfrom rapport.files.store.rules import Label\n"
        "from django.core.management import call_command\ncall_command('migrate', verbosity=0)\n"
        "commands.keep([b'half'], Label('a', 'staff:1'), at=datetime(2026, 3, 2, tzinfo=UTC))\n"
    )
    environment = {
        **os.environ,
        "RAPPORT_HOME": str(own_home),
        "RAPPORT_DATABASE_URL": "",
        "RAPPORT_CRASH_AT": point,
        "DJANGO_SETTINGS_MODULE": "rapport.config.settings",
    }

    done = subprocess.run([sys.executable, "-c", script], env=environment, check=False)

    assert done.returncode == -9
    left = [path for path in queries.folder().rglob("*") if path.is_file()]
    assert len(left) == 1
    old = (noon - timedelta(days=1)).timestamp()
    os.utime(left[0], (old, old))
    assert commands.sweep(at=noon) == 1
    assert not left[0].exists()
