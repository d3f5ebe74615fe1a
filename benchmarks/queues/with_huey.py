import sys
import time
from pathlib import Path

from huey import SqliteHuey

from benchmarks import queues

huey = SqliteHuey(filename=str(Path(sys.argv[1]) / "huey.sqlite3"), fsync=True, results=False)


@huey.task(retries=3)
def empty() -> None:
    pass


@huey.task(retries=3)
def slow(folder: str) -> None:
    queues.leave_a_trace(folder)


def put(count: int) -> None:
    for _ in range(count):
        empty()


def drain(_count: int) -> None:
    consumer = huey.create_consumer(workers=1, periodic=False, initial_delay=0.001, max_delay=0.01)
    consumer.start()
    while huey.pending_count():
        time.sleep(0.005)
    consumer.stop(graceful=True)


def work(_count: int) -> None:
    huey.create_consumer(workers=1, periodic=False).run()


queues.run(
    {
        "prepare": lambda _: None,
        "put": put,
        "drain": drain,
        "put-slow": lambda _: slow(sys.argv[1]),
        "work": work,
    }
)
