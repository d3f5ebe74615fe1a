"""A large file is taken in by a machine that has little memory."""

import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.jobs.test_killed_worker import MAPPING
from tests.running import RunningServer

MEGABYTES = 512
pytestmark = pytest.mark.skipif(not shutil.which("prlimit"), reason="prlimit (util-linux) is not here")


def _take_in(tmp_path: Path, lines: int) -> float:
    """Import so many lines with no more than 512 MB of data; the most memory that was used, in MB."""
    record = RunningServer(tmp_path / "record")
    file, mapping = tmp_path / "visits.csv", tmp_path / "visits.toml"
    mapping.write_text(MAPPING)
    with file.open("w") as out:
        out.write("n,who,at\n")
        out.writelines(f"{n},person-{n % 5_000},2026-01-{n % 28 + 1:02}\n" for n in range(lines))
    words = ["import", str(file), "--mapping", str(mapping), "--json"]
    process = subprocess.Popen(
        ["prlimit", f"--data={MEGABYTES << 20}", sys.executable, "-m", "rapport.cli.main", *words],
        env=record.environment,
        stdout=subprocess.DEVNULL,
    )
    most = 0.0
    while process.poll() is None:
        most = max(most, _most_resident(process.pid))
        time.sleep(0.05)
    assert process.returncode == 0
    assert record.rows("SELECT COUNT(*) FROM interactions_interaction") == [(lines,)]
    record.remove_database()
    return most


def _most_resident(pid: int) -> float:
    """The most memory the process held so far, in MB; not what its parent held when it was begun."""
    try:
        said = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in said.splitlines() if line.startswith("VmHWM")), 0.0)


def test_a_file_is_taken_in_with_little_memory(tmp_path: Path) -> None:
    assert _take_in(tmp_path, 20_000) < MEGABYTES


@pytest.mark.soak
def test_a_million_lines_are_taken_in_with_little_memory(tmp_path: Path) -> None:
    assert _take_in(tmp_path, 1_000_000) < MEGABYTES
