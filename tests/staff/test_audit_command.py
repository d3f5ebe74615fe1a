"""`rapport audit verify` on a real installation: whether the log holds, also after somebody tampered with it."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.running import RunningServer

from rapport.staff.audit.rules import FIRST


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[RunningServer]:
    server = RunningServer(tmp_path / "served")
    server.key()
    yield server
    server.remove_database()


def run(installation: RunningServer, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "rapport.cli.main", "audit", "verify", *words]
    return subprocess.run(command, env=installation.environment, capture_output=True, text=True, check=False)


def change(installation: RunningServer, statement: str) -> None:
    connection: Any = installation.connect()
    try:
        connection.execute(statement)
        connection.commit()
    finally:
        connection.close()


def test_the_log_of_an_installation_holds_guards_itself_and_shows_what_was_tampered_with(
    installation: RunningServer,
) -> None:
    verdict = installation.command("audit", "verify")
    assert verdict["holds"]
    assert verdict["guarded"]
    assert verdict["entries"] == 1
    assert run(installation, "--expect", verdict["digest"]).returncode == 0
    assert run(installation, "--expect", FIRST).returncode == 1

    for forbidden in ("DELETE FROM staff_auditentry", "UPDATE staff_auditentry SET act = 'x'"):
        with pytest.raises(Exception, match="only ever added"):
            change(installation, forbidden)

    on = " ON staff_auditentry" if "postgres" in installation.environment["RAPPORT_DATABASE_URL"] else ""
    change(installation, f"DROP TRIGGER audit_kept{on}")
    change(installation, "DELETE FROM staff_auditentry")
    broken = run(installation)
    assert broken.returncode == 1
    assert "broken at entry 1" in broken.stdout
