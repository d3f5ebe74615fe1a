"""The queues that are compared, one module each: `python -m benchmarks.queues.NAME FOLDER ACT [N]`.

Acts: `put N` (N empty jobs, one commit each), `drain N` (a worker does them; prints seconds), `put-slow`
(one job that takes two seconds and then leaves a file `done`), `work` (a worker until it is killed).
All on SQLite with synchronous=FULL, one worker.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path

SLOW_SECONDS = 2.0


def leave_a_trace(folder: str) -> None:
    """What the slow job does: long enough to be killed in the middle."""
    (Path(folder) / "begun").touch()
    time.sleep(SLOW_SECONDS)
    (Path(folder) / "done").touch()


def run(acts: dict[str, Callable[[int], None]]) -> None:
    """Do the act that the command line names, and print how many seconds it took."""
    count = int(sys.argv[3]) if len(sys.argv) > 3 else 0
    begun = time.perf_counter()
    acts[sys.argv[2]](count)
    print(time.perf_counter() - begun)
