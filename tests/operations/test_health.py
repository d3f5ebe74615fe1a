"""What the doctor, readiness and metrics say, on a running server and without one."""

import json
import os
import re
import subprocess
import sys
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from django.core.management import call_command
from pytest_django import Settings
from tests.conftest import uses_postgres
from tests.operations.at_work import serving, shop_at, tracked
from typer.testing import CliRunner

from rapport.api import metrics
from rapport.cli.main import app
from rapport.jobs.duties import commands as duties
from rapport.jobs.queue import commands as jobs
from rapport.jobs.queue.models import Sign
from rapport.wiring.health import condition, disk, record
from rapport.wiring.health.findings import Finding, State

pytestmark = pytest.mark.django_db


def found(*, at: datetime) -> dict[str, Finding]:
    return {one.name: one for one in condition.findings(at=at)}


def test_a_new_installation_lacks_a_worker_and_nothing_else(own_home: Path) -> None:
    own_home.chmod(0o700)

    bad = {one.name for one in found(at=datetime.now(UTC)).values() if one.state != State.GOOD}

    assert bad == {"workers"}


def test_every_bad_finding_says_what_to_do(own_home: Path, settings: Settings, noon: datetime) -> None:
    own_home.chmod(0o755)
    settings.BASE_URL = "http://shop.example.org"
    duties.stumble("search", "ValueError", at=noon)

    bad = [one for one in found(at=noon).values() if one.state != State.GOOD]

    assert {"folder", "address", "duties", "workers"} <= {one.name for one in bad}
    assert all(one.advice for one in bad)


def test_plain_http_beyond_this_machine_is_warned_of(settings: Settings, noon: datetime) -> None:
    settings.BASE_URL, settings.ALLOWED_HOSTS = "http://shop.example.org", ["shop.example.org"]
    assert found(at=noon)["address"].state == State.WARNING

    settings.BASE_URL = "https://shop.example.org"
    assert found(at=noon)["address"].state == State.GOOD

    settings.ALLOWED_HOSTS = ["another.example.org"]
    assert found(at=noon)["address"].state == State.WRONG


def test_keys_that_others_may_read_are_found(own_home: Path, noon: datetime) -> None:
    (own_home / "secret_key").write_text("k")
    (own_home / "secret_key").chmod(0o644)
    own_home.chmod(0o755)

    assert "secret_key" in found(at=noon)["folder"].said

    own_home.chmod(0o700)
    assert found(at=noon)["folder"].state == State.GOOD


@pytest.mark.parametrize(
    ("free", "total", "state"),
    [
        (50 * 1024**3, 100 * 1024**3, State.GOOD),
        (1 * 1024**3, 100 * 1024**3, State.WARNING),
        (100 * 1024**2, 100 * 1024**3, State.WRONG),
        (3 * 1024**3, 4 * 1024**3, State.GOOD),
        (300 * 1024**2, 4 * 1024**3, State.WARNING),
    ],
)
def test_a_disk_that_fills_is_warned_of_before_it_is_full(free: int, total: int, state: State) -> None:
    room = disk.Room(free, total)

    assert (State.WRONG if room.is_late else State.WARNING if room.is_early else State.GOOD) == state


@pytest.mark.django_db(transaction=True)
def test_outstanding_changes_of_the_tables_are_found() -> None:
    call_command("migrate", "search", "zero", verbosity=0)
    try:
        assert condition.tables().state == State.WRONG
        assert "rapport init" in condition.tables().advice
    finally:
        call_command("migrate", "search", verbosity=0)


def test_a_sound_record_passes_every_check() -> None:
    checked = list(record.findings())

    assert {one.name for one in checked} == {"integrity", "references", "counts", "audit", "files", "secrets"}
    assert {one.state for one in checked} == {State.GOOD}


def test_requests_carry_an_id_and_are_counted_without_naming_anybody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One server for all that is seen from outside: starting one takes seconds."""
    monkeypatch.setenv("RAPPORT_METRICS_TOKEN", "a-token-for-metrics")
    with serving(tmp_path / "served") as server:
        _ids_are_returned_or_made(server.address)
        shop = shop_at(server)
        ids = [str(uuid.uuid4()) for _ in range(3)]
        shop.batch(*(tracked(one) for one in ids))
        shop.batch(*(tracked(one) for one in ids))
        shop.client.get("/customers/ann@example.org/")
        shop.client.close()
        _figures_are_for_the_token_alone(server.address)
        text = _figures(server.address)
        assert httpx.get(f"{server.address}/readyz").json() == {"status": "behind"}

    assert 'rapport_interactions_received_total{outcome="new"} 3.0' in text
    assert 'rapport_interactions_received_total{outcome="known"} 3.0' in text
    assert 'rapport_http_requests_total{method="POST",part="ingest",status="2xx"} 2.0' in text
    assert 'rapport_jobs{state="parked"} 0.0' in text
    assert re.search(r"rapport_database_bytes [1-9]", text)
    assert re.search(r'rapport_follower_rows_behind\{follower="activity"\} 3\.0', text)
    assert "process_resident_memory_bytes" in text
    assert not any(one in text for one in ("ann", "example.org", "web shop", *ids))


def _figures(address: str) -> str:
    bearer = {"Authorization": "Bearer a-token-for-metrics"}
    answer = httpx.get(f"{address}/metrics", headers=bearer)
    assert answer.headers["content-type"].startswith("text/plain")
    return answer.text


def _figures_are_for_the_token_alone(address: str) -> None:
    for headers in ({}, {"Authorization": "Bearer another"}, {"Authorization": "Basic x"}):
        assert httpx.get(f"{address}/metrics", headers=headers).status_code == 404


def _ids_are_returned_or_made(address: str) -> None:
    kept = httpx.get(f"{address}/livez", headers={"X-Request-ID": "from-the-proxy-1"})
    assert kept.headers["x-request-id"] == "from-the-proxy-1"
    for strange in ("short", "x" * 65, "spaces in it", "a;b\tc<script>"):
        made = httpx.get(f"{address}/livez", headers={"X-Request-ID": strange}).headers["x-request-id"]
        assert re.fullmatch("[0-9a-f]{16}", made)


def test_metrics_do_not_exist_without_a_token(settings: Settings) -> None:
    settings.METRICS_TOKEN = ""

    assert not metrics.may_read(b"Bearer ")
    assert not metrics.may_read(b"")


def test_a_job_that_waits_too_long_and_a_clock_that_ran_ahead_are_found(noon: datetime) -> None:
    jobs.enqueue("some.task", {}, at=noon)

    assert found(at=noon + timedelta(hours=1))["jobs"].state == State.WARNING
    assert found(at=noon - timedelta(hours=1))["clock"].state == State.WRONG
    assert found(at=noon)["clock"].state == State.GOOD


def test_the_doctor_ends_with_1_while_something_must_be_done_and_names_each_thing_once(
    own_home: Path, settings: Settings
) -> None:
    own_home.chmod(0o700)
    settings.SECRET_KEY = "too short"

    done = CliRunner().invoke(app, ["doctor", "--record", "--json"])

    told = json.loads(done.stdout)
    names = [one["name"] for one in told["findings"]]
    assert done.exit_code == 1
    assert not told["well"]
    assert len(names) == len(set(names))
    assert {one["name"] for one in told["findings"] if one["state"] == "wrong"} == {"start", "workers"}


def test_the_doctor_ends_with_0_when_all_is_well(own_home: Path, settings: Settings, db: None) -> None:  # noqa: ARG001
    own_home.chmod(0o700)
    settings.SECRET_KEY = "".join(chr(ord("A") + number % 50) for number in range(60))
    Sign.objects.create(worker="host-1", began_at=datetime.now(UTC), seen_at=datetime.now(UTC))

    done = CliRunner().invoke(app, ["doctor"])

    assert done.exit_code == 0, done.stdout
    assert "NOW" not in done.stdout


@pytest.mark.skipif(uses_postgres(), reason="damages SQLite's own file")
def test_a_damaged_database_is_said_with_the_way_back(tmp_path: Path) -> None:
    home = tmp_path / "damaged"
    environment = {**os.environ, "RAPPORT_HOME": str(home)}
    rapport = [sys.executable, "-m", "rapport.cli.main"]
    subprocess.run([*rapport, "init"], env=environment, check=True, capture_output=True)
    file = home / "rapport.sqlite3"
    with file.open("r+b") as opened:
        opened.seek(0)
        opened.write(b"This is no database. " * 10)

    done = subprocess.run([*rapport, "doctor"], env=environment, capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert "The database is damaged" in done.stdout
    assert "rapport restore --verify" in done.stdout
    assert "Traceback" not in done.stderr
