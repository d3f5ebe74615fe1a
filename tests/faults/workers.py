"""Workers that tests start, kill, pause and stop, on a record of their own."""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tests.pace import slowness
from tests.running import RunningServer

_SCRIPT = Path(__file__).with_name("worker_process.py")
_NOW = "2026-01-01 00:00:00+00:00"


class Works:
    """A queue, the workers on it, and what they did."""

    def __init__(self, folder: Path, *, lease_seconds: float = 1.0) -> None:
        self.record = RunningServer(folder / "record")
        self._lease = lease_seconds
        self.workers: list[subprocess.Popen[bytes]] = []
        self.change("CREATE TABLE effect (what varchar(40))")

    def rows(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        return self.record.rows(statement, values)

    def change(self, statement: str, rows: Sequence[Sequence[Any]] = ((),)) -> None:
        connection = self.record.connect()
        is_postgres = type(connection).__module__.startswith("psycopg")
        cursor = connection.cursor()
        cursor.executemany(statement.replace("?", "%s") if is_postgres else statement, rows)
        connection.commit()
        connection.close()

    def put(self, task: str, arguments: Sequence[dict[str, Any]]) -> None:
        """Jobs that are due since long."""
        self.put_each([(task, one) for one in arguments])

    def put_each(self, jobs: Sequence[tuple[str, dict[str, Any]]]) -> None:
        self.change(
            "INSERT INTO jobs_job (task, arguments, key, enqueued_at, due_at, attempts, fence, worker, failure) "
            "VALUES (?, ?, '', ?, ?, 0, 0, '', '')",
            [(task, json.dumps(one), _NOW, _NOW) for task, one in jobs],
        )

    def start(self, **environment: str) -> subprocess.Popen[bytes]:
        """One more worker."""
        worker = subprocess.Popen(
            [sys.executable, str(_SCRIPT), str(self._lease)],
            env={
                **self.record.environment,
                "DJANGO_SETTINGS_MODULE": "rapport.config.settings",
                **environment,
            },
            stderr=subprocess.DEVNULL,
        )
        self.workers.append(worker)
        return worker

    def until(self, is_done: Callable[[], bool], *, seconds: float = 90, keep: int = 0, **more: str) -> None:
        """Wait, for longer on a slow machine; workers that ended are replaced, so that `keep` run."""
        deadline = time.monotonic() + seconds * slowness()
        while not is_done():
            assert time.monotonic() < deadline, self.rows(
                "SELECT task, attempts, failure FROM jobs_job WHERE finished_at IS NULL AND parked_at IS NULL"
            )[:5]
            running = [worker for worker in self.workers if worker.poll() is None]
            for _ in range(keep - len(running)):
                self.start(**more)
            time.sleep(0.05)

    def left(self) -> int:
        return int(
            self.rows("SELECT COUNT(*) FROM jobs_job WHERE finished_at IS NULL AND parked_at IS NULL")[0][0]
        )

    def hurry(self) -> None:
        """As if the pauses of failed jobs were over: no test waits for them."""
        self.change(f"UPDATE jobs_job SET due_at = '{_NOW}' WHERE finished_at IS NULL AND parked_at IS NULL")

    def effects(self) -> Counter[str]:
        """How often each effect happened."""
        return Counter(row[0] for row in self.rows("SELECT what FROM effect"))

    def end(self) -> None:
        for worker in self.workers:
            if worker.poll() is None:
                os.kill(worker.pid, signal.SIGCONT)
                worker.kill()
            worker.wait()
        self.record.remove_database()
