"""How fast jobs are put in and done, and what becomes of the one that runs when its worker is killed.

`python -m benchmarks.jobs [--jobs N]`: ours, huey (SqliteHuey, fsync on) and django-tasks-db (0.13), one after the
other, each with one worker on a SQLite file with synchronous=FULL.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.report import Row, machine, markdown

JOBS = 5_000
_PEERS = {"with_huey": "huey", "with_django_tasks_db": "django-tasks-db"}
_WAIT_SECONDS = 20.0


def measure(jobs: int = JOBS) -> list[Row]:
    """Rates of every queue, and whether a job outlives its worker."""
    ours = _Queue("ours", jobs)
    peers = {name: _Queue(module, jobs) for module, name in _PEERS.items()}
    rows = []
    for name, peer in peers.items():
        rows += [
            Row("empty jobs put in, a commit each", ours.put, "jobs/s", peer.put, name),
            Row("empty jobs done by one worker", ours.drain, "jobs/s", peer.drain, name, ">= 1,000"),
        ]
    rows += [
        Row("jobs with an effect in the database, done", *_ours_only("put-at-once", jobs), aim=">= 1,000"),
        Row("jobs that keep a lease of their own, done", *_ours_only("put-alone", jobs // 5)),
    ]
    rows += [
        Row(f"{name}: jobs done of 1 whose worker was killed", float(_outlives(module)), "jobs")
        for module, name in {"ours": "ours", **_PEERS}.items()
    ]
    return rows


class _Queue:
    """The rates of one queue."""

    def __init__(self, module: str, jobs: int) -> None:
        with tempfile.TemporaryDirectory() as folder:
            _act(module, folder, "prepare")
            self.put = jobs / _act(module, folder, "put", jobs)
            self.drain = jobs / _act(module, folder, "drain", jobs)


def _ours_only(act: str, jobs: int) -> tuple[float, str]:
    with tempfile.TemporaryDirectory() as folder:
        _act("ours", folder, "prepare")
        _act("ours", folder, act, jobs)
        return jobs / _act("ours", folder, "drain", jobs), "jobs/s"


def _outlives(module: str) -> bool:
    """Whether a job is done after `kill -9` of the worker that had begun it, once another worker runs."""
    with tempfile.TemporaryDirectory() as folder:
        _act(module, folder, "prepare")
        _act(module, folder, "put-slow")
        first = subprocess.Popen(_command(module, folder, "work"), stderr=subprocess.DEVNULL)
        _until(Path(folder) / "begun")
        first.kill()
        first.wait()
        second = subprocess.Popen(_command(module, folder, "work"), stderr=subprocess.DEVNULL)
        is_done = _until(Path(folder) / "done")
        second.kill()
        second.wait()
        return is_done


def _until(path: Path) -> bool:
    deadline = time.monotonic() + _WAIT_SECONDS
    while not path.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    return path.exists()


def _act(module: str, folder: str, act: str, jobs: int = 0) -> float:
    done = subprocess.run(
        _command(module, folder, act, str(jobs)), check=True, stdout=subprocess.PIPE, text=True
    )
    return float(done.stdout.split()[-1])


def _command(module: str, folder: str, *words: str) -> list[str]:
    return [sys.executable, "-m", f"benchmarks.queues.{module}", folder, *words]


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--jobs", type=int, default=JOBS)
    given = asked.parse_args()
    print(machine())
    print(markdown("Background work", measure(given.jobs)))


if __name__ == "__main__":
    main()
