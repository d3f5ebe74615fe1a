"""Workers killed at any moment, paused past their lease, poisoned: no job lost, no database effect twice."""

import random
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.faults.checking import check
from tests.faults.workers import Works

from rapport.jobs.queue.rules import DIED, MOST_ATTEMPTS


@pytest.fixture
def works(tmp_path: Path) -> Iterator[Works]:
    made = Works(tmp_path)
    yield made
    made.end()


@pytest.mark.parametrize("point", ["jobs.leased", "jobs.before_commit", "jobs.after_commit"])
def test_a_worker_killed_at_any_point_leaves_every_effect_once(works: Works, point: str) -> None:
    names = [f"job {n}" for n in range(500)]
    works.put("fault.short", [{"what": name} for name in names])
    killed = works.start(RAPPORT_CRASH_AT=point)
    assert killed.wait(30) == -signal.SIGKILL
    works.until(lambda: not works.left(), keep=1)
    assert works.effects() == dict.fromkeys(names, 1)
    check(works)


def test_three_workers_killed_at_random_do_every_job_once(works: Works) -> None:
    names = [f"job {n}" for n in range(4_000)]
    works.put("fault.short", [{"what": name} for name in names])
    luck = random.Random(7)
    for _ in range(6):
        works.until(lambda: sum(worker.poll() is None for worker in works.workers) >= 3, keep=3)
        time.sleep(luck.uniform(0.4, 1.0))
        luck.choice([worker for worker in works.workers if worker.poll() is None]).kill()
    works.until(lambda: not works.left(), keep=3)
    assert works.effects() == dict.fromkeys(names, 1)
    check(works)


def test_three_workers_stop_when_asked_and_lose_nothing(works: Works) -> None:
    works.put("fault.long", [{"what": f"job {n}", "seconds": 0.4} for n in range(30)])
    works.until(lambda: bool(works.effects()) and len(works.rows("SELECT 1 FROM jobs_sign")) == 3, keep=3)
    asked = time.monotonic()
    for worker in works.workers:
        worker.send_signal(signal.SIGTERM)
    assert [worker.wait(10) for worker in works.workers] == [0, 0, 0]
    assert time.monotonic() - asked < 9
    assert works.rows(
        "SELECT COUNT(*) FROM jobs_job WHERE leased_until IS NOT NULL AND finished_at IS NULL"
    ) == [(0,)]
    assert works.rows("SELECT COUNT(*) FROM jobs_sign") == [(0,)]
    works.until(lambda: not works.left(), keep=3)
    assert works.effects() == {f"job {n}": 1 for n in range(30)}


@pytest.mark.parametrize("task", ["fault.short", "fault.long"])
def test_a_worker_paused_past_its_lease_says_nothing_that_counts(works: Works, task: str) -> None:
    more = {"seconds": 1.5} if task == "fault.long" else {}
    works.put("fault.long", [{"what": "first", "seconds": 0.6, **more}])
    late = works.start()
    works.until(lambda: bool(works.rows("SELECT 1 FROM jobs_job WHERE leased_until IS NOT NULL")))
    late.send_signal(signal.SIGSTOP)
    time.sleep(1.5)
    works.until(lambda: not works.left(), keep=2)
    assert works.effects() == {"first": 1}
    (before,) = works.rows("SELECT fence, worker, finished_at FROM jobs_job")
    late.send_signal(signal.SIGCONT)
    time.sleep(2.5)
    assert works.rows("SELECT fence, worker, finished_at FROM jobs_job") == [before]
    assert late.poll() is None, "it goes on with other work"


@pytest.mark.timeout(600)
def test_poison_among_good_jobs_is_parked_and_holds_nobody_up(works: Works) -> None:
    good = [f"good {n}" for n in range(1_000)]
    bad = [f"bad {n}" for n in range(200)]
    mixed = [("fault.short", {"what": name}) for name in good]
    mixed += [("fault.fails", {"what": name}) for name in bad]
    random.Random(3).shuffle(mixed)
    works.put_each(mixed)
    works.start()
    works.until(lambda: sum(name.startswith("good") for name in works.effects()) == 1_000, seconds=20)
    works.until(lambda: _hurried(works) and not works.left(), keep=1)
    assert works.effects() == dict.fromkeys(good, 1)
    parked = works.rows("SELECT attempts, failure FROM jobs_job WHERE parked_at IS NOT NULL")
    assert len(parked) == len(bad)
    assert all(attempts == MOST_ATTEMPTS and "ValueError: bad" in why for attempts, why in parked)
    check(works)


def test_a_job_that_kills_its_worker_is_parked_and_takes_no_other_with_it(tmp_path: Path) -> None:
    works = Works(tmp_path, lease_seconds=0.2)
    good = [f"good {n}" for n in range(50)]
    works.put("fault.short", [{"what": name} for name in good[:25]])
    works.put("fault.deadly", [{"what": "poison"}])
    works.put("fault.short", [{"what": name} for name in good[25:]])
    works.start().wait(30)
    works.change("UPDATE jobs_job SET attempts = ? WHERE task = 'fault.deadly'", [(MOST_ATTEMPTS - 2,)])
    works.until(lambda: not works.left(), keep=1)
    assert works.effects() == dict.fromkeys(good, 1)
    assert works.rows("SELECT task, attempts, failure FROM jobs_job WHERE parked_at IS NOT NULL") == [
        ("fault.deadly", MOST_ATTEMPTS, DIED)
    ]
    works.end()


def test_a_job_without_end_is_ended_with_its_worker_and_parked(tmp_path: Path) -> None:
    works = Works(tmp_path, lease_seconds=0.2)
    works.put("fault.endless", [{}])
    works.put("fault.short", [{"what": "after it"}])
    works.change("UPDATE jobs_job SET attempts = ? WHERE task = 'fault.endless'", [(MOST_ATTEMPTS - 2,)])
    works.until(lambda: not works.left(), keep=1)
    assert works.effects() == {"after it": 1}
    assert works.rows("SELECT task, failure FROM jobs_job WHERE parked_at IS NOT NULL") == [
        ("fault.endless", DIED)
    ]
    works.end()


@pytest.mark.parametrize(("task", "reason"), [("fault.greedy", "MemoryError"), ("fault.leaves", "I am off")])
def test_a_job_that_asks_too_much_fails_alone(works: Works, task: str, reason: str) -> None:
    works.put(task, [{}])
    works.put("fault.short", [{"what": "after it"}])
    worker = works.start()
    works.until(lambda: works.effects() == {"after it": 1})
    works.until(lambda: _hurried(works) and not works.left())
    assert worker.poll() is None
    ((failure,),) = works.rows("SELECT failure FROM jobs_job WHERE parked_at IS NOT NULL")
    assert reason in failure


def _hurried(works: Works) -> bool:
    works.hurry()
    return True
