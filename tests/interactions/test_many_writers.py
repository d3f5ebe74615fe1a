"""Several processes write at once: nothing twice, nothing lost, everybody joined as if one had written alone."""

import subprocess
import sys
from pathlib import Path

import pytest
from tests.interactions.writer_process import PEOPLE
from tests.running import RunningServer

WRITERS = 4


@pytest.fixture
def record(tmp_path: Path) -> RunningServer:
    made = RunningServer(tmp_path / "record")
    yield made
    made.remove_database()


def test_four_writers_leave_what_one_would_have_left(record: RunningServer) -> None:
    script = Path(__file__).with_name("writer_process.py")
    started = [
        subprocess.Popen(
            [sys.executable, str(script), str(seed)],
            env={**record.environment, "DJANGO_SETTINGS_MODULE": "rapport.config.settings"},
            stdout=subprocess.PIPE,
            text=True,
        )
        for seed in range(WRITERS)
    ]
    acknowledged = {line for writer in started for line in writer.communicate(timeout=120)[0].split()}
    assert [writer.returncode for writer in started] == [0] * WRITERS

    stored = [row[0] for row in record.rows("SELECT message_id FROM interactions_interaction")]
    assert len(stored) == len(set(stored))
    assert set(stored) == acknowledged

    counted = record.command("log", "count")
    assert counted == {"interactions": len(stored), "customers": PEOPLE}
    owners = record.rows(
        "SELECT kind, customer_id FROM customers_identifier WHERE kind IN ('user_id', 'email')"
    )
    assert len({owner for _, owner in owners}) == PEOPLE
    assert len(owners) == 2 * PEOPLE
