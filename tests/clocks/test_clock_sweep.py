"""What comes due is noted once: whoever looks, however many look, and wherever one of them is killed."""

import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from tests.clocks.conftest import HOUR, NewCase, begin, clock_of, story
from tests.conftest import uses_postgres
from tests.running import RunningServer

from rapport.jobs.duties import queries as duties
from rapport.live.events.models import Event
from rapport.service.clocks import commands as clocks
from rapport.service.clocks.commands import Description, Noted
from rapport.service.clocks.models import Clock, ClockEvent
from rapport.service.clocks.rules.running import Aim
from rapport.service.clocks.tasks import DUTY, watch_at_work
from rapport.staff.roles.rules import Operator

ROOT = Path(__file__).resolve().parents[2]
A_SECOND = timedelta(seconds=1)


@pytest.fixture
def hour(db: None, noon: datetime) -> Description:  # noqa: ARG001 - for its effect
    """An hour for the first answer, round the clock, with a warning a quarter before."""
    described = Description("House", {"first_answer": Aim(HOUR, HOUR / 4)})
    clocks.add_policy(described, by=Operator(), at=noon)
    return described


def events(kind: str) -> int:
    return ClockEvent.objects.filter(kind=kind).count()


@pytest.mark.usefixtures("hour")
def test_a_warning_and_a_breach_come_each_once(new_case: NewCase, noon: datetime) -> None:
    case = new_case(department="Retail")
    begin(case, noon)

    assert clocks.sweep(at=noon + 45 * 60 * A_SECOND) == 0, "the moment itself is still in time"
    for minute in range(46, 70):
        clocks.sweep(at=noon + timedelta(minutes=minute))

    clock = clock_of(case)
    assert story(clock) == ["start", "warn", "breach"]
    warned, missed = ClockEvent.objects.filter(kind__in=["warn", "breach"]).order_by("id")
    assert (warned.at, warned.used) == (noon + 45 * 60 * A_SECOND, 0.75 * HOUR)
    assert (missed.at, missed.used, missed.noted_at) == (noon + HOUR, HOUR, noon + timedelta(minutes=61))


@pytest.mark.usefixtures("hour")
def test_screens_of_the_case_are_told_with_its_department(new_case: NewCase, noon: datetime) -> None:
    case = new_case(department="Retail")
    begin(case, noon)
    Event.objects.all().delete()

    clocks.sweep(at=noon + 2 * HOUR)

    told = Event.objects.order_by("topic").values_list("topic", "permission", "department")
    assert list(told) == [(f"case:{case.pk}", "desk.view", "Retail"), ("desk", "desk.view", "Retail")]


@pytest.mark.usefixtures("hour")
def test_a_paused_clock_is_never_missed_and_a_stopped_one_neither(new_case: NewCase, noon: datetime) -> None:
    paused, stopped = new_case(), new_case()
    begin(paused, noon)
    begin(stopped, noon)
    clocks.pause([paused.pk], at=noon + HOUR / 2)
    clocks.stop([stopped.pk], at=noon + HOUR / 2)

    assert clocks.sweep(at=noon + 100 * HOUR) == 0


@pytest.mark.usefixtures("hour")
def test_an_answer_on_its_way_when_the_clock_was_missed_takes_the_breach_back(
    new_case: NewCase, noon: datetime
) -> None:
    case = new_case()
    begin(case, noon)
    clocks.sweep(at=noon + HOUR + A_SECOND)

    clocks.fulfil(
        [case.pk], at=noon + HOUR - A_SECOND, noted_at=noon + HOUR + 2 * A_SECOND, is_automatic=False
    )

    clock = clock_of(case)
    assert (clock.is_fulfilled, clock.breached_at) == (True, None)
    assert story(clock) == ["start", "breach", "spare", "fulfil"]


@pytest.mark.usefixtures("hour")
def test_who_heeds_a_breach_does_so_in_its_transaction_or_not_at_all(
    new_case: NewCase, noon: datetime
) -> None:
    case = new_case()
    begin(case, noon)
    heard: list[Noted] = []

    def stumble(noted: Sequence[Noted], _at: datetime) -> None:
        heard.extend(noted)
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        clocks.sweep(at=noon + 2 * HOUR, heed=[stumble])
    assert events("breach") == 0
    clocks.sweep(at=noon + 2 * HOUR, heed=[lambda noted, _at: heard.extend(noted)])

    assert [(one.event, one.case_id) for one in heard] == [("breach", case.pk)] * 2
    assert events("breach") == 1


def statements_of(act: Any) -> list[str]:
    with CaptureQueriesContext(connection) as asked:
        act()
    return [query["sql"] for query in asked]


@pytest.mark.usefixtures("hour")
def test_ten_thousand_clocks_are_swept_by_range_at_a_fixed_cost(new_case: NewCase, noon: datetime) -> None:
    """1,000 of them are due; a sweep asks as much as for 10 that are due among 10,000, times the batches."""
    begin(new_case(), noon)
    rows = [_running(noon + timedelta(seconds=number)) for number in range(10_000)]
    Clock.objects.bulk_create(rows, batch_size=2_000)

    few = statements_of(lambda: clocks.sweep(at=noon + HOUR + 9.5 * A_SECOND))
    assert events("breach") == 11
    many = statements_of(lambda: clocks.sweep(at=noon + HOUR + 1009.5 * A_SECOND))
    assert events("breach") == 1011
    nothing = statements_of(lambda: clocks.sweep(at=noon + HOUR + 1009.7 * A_SECOND))

    assert len(nothing) == 2, "one look at each of two indexes"
    assert len(many) <= 2 * len(few) + 20, "batches of 500"


def _running(since_at: datetime) -> Clock:
    lengths = {"target": HOUR, "warn_before": timedelta(), "used": timedelta()}
    return Clock(kind="promise", began_at=since_at, since_at=since_at, due_at=since_at + HOUR, **lengths)


@pytest.mark.usefixtures("hour")
def test_the_sweep_reads_small_indexes(noon: datetime) -> None:
    for due, index in (
        (Clock.objects.missed(noon), "clock_due_idx"),
        (Clock.objects.to_warn(noon), "clock_warn_idx"),
    ):
        with connection.cursor() as cursor, transaction.atomic():
            if connection.vendor == "postgresql":
                cursor.execute("SET LOCAL enable_seqscan = off")
            sql, params = due.order_by(index[6:-4] + "_at", "id")[:500].query.sql_with_params()
            prefix = "EXPLAIN " if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN "
            cursor.execute(prefix + sql, params)
            plan = " ".join(str(row) for row in cursor.fetchall())
        assert index in plan, plan


Run = Callable[..., subprocess.Popen[str]]


def act_in(environment: dict[str, str], act: str, crash_at: str = "") -> subprocess.Popen[str]:
    """Begin one act in a process of its own."""
    given = {
        "RAPPORT_CRASH_AT": crash_at,
        "DJANGO_SETTINGS_MODULE": "rapport.config.settings",
        "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")])),
    }
    command = [sys.executable, "-m", "tests.clocks.sweep_process", act]
    return subprocess.Popen(command, env=environment | given, cwd=ROOT, text=True, stdout=subprocess.PIPE)


@pytest.fixture
def run(own_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """Begins an act in a data folder, and database, with 1,200 clocks, one of them of a promise."""
    server = RunningServer(own_home)
    if uses_postgres():
        said(act_in(server.environment, "begin"))
    else:
        _copy_begun(tmp_path_factory.getbasetemp() / "begun", own_home)
    yield partial(act_in, server.environment)
    server.remove_database()


def _copy_begun(begun: Path, home: Path) -> None:
    """A data folder made once is copied for each test."""
    if not begun.exists():
        begun.mkdir(mode=0o700)
        said(act_in({**os.environ, "RAPPORT_HOME": str(begun), "RAPPORT_DATABASE_URL": ""}, "begin"))
    shutil.copytree(begun, home, dirs_exist_ok=True)


def said(process: subprocess.Popen[str]) -> str:
    out, _ = process.communicate(timeout=120)
    assert process.returncode == 0
    return out.strip()


def test_a_sweep_that_is_killed_before_its_commit_is_made_up_for_once(run: Run) -> None:
    killed = run("sweep", crash_at="clocks.swept")
    killed.communicate(timeout=120)

    assert killed.returncode == -9
    assert said(run("count")) == "0 breaches, 0 broken promises"
    said(run("sweep"))
    said(run("sweep"))
    assert said(run("count")) == "1200 breaches, 1 broken promises"


def test_two_who_sweep_at_once_note_each_clock_once(run: Run) -> None:
    both = [run("sweep") for _ in range(2)]
    swept = sum(int(said(one)) for one in both)

    assert swept == 1200
    assert said(run("count")) == "1200 breaches, 1 broken promises"


@pytest.mark.skipif(
    not uses_postgres(), reason="SQLite has one writer; here two transactions are open at once"
)
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("hour")
def test_a_clock_that_somebody_holds_is_left_for_the_next_look(new_case: NewCase, noon: datetime) -> None:
    held, free = new_case(), new_case()
    begin(held, noon)
    begin(free, noon)
    swept: list[int] = []

    def sweep_elsewhere() -> None:
        swept.append(clocks.sweep(at=noon + 2 * HOUR))
        connection.close()

    with transaction.atomic():
        clocks.fulfil([held.pk], at=noon + HOUR / 2, is_automatic=False)
        other = threading.Thread(target=sweep_elsewhere)
        other.start()
        other.join(20)

    assert swept == [1]
    assert clocks.sweep(at=noon + 2 * HOUR) == 0
    assert clock_of(held).breached_at is None


def test_what_comes_due_is_noted_within_a_second(run: Run) -> None:
    latest, count = said(run("watch")).split()

    assert int(count) == 200, "100 warnings, 100 breaches"
    assert float(latest) < 1.0


@pytest.mark.django_db(transaction=True)
def test_a_watch_that_fails_says_so_and_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rapport.service.clocks.tasks._PAUSE_SECONDS", 0.05)
    monkeypatch.setattr("rapport.service.clocks.tasks.LOOK_SECONDS", 0.05)
    looks: Iterator[int] = iter(range(1, 1000))
    seen: list[list[str]] = []

    def sweep(_at: datetime) -> int:
        look = next(looks)
        if look <= 2:
            raise ValueError("out of order")
        seen.append([one.duty for one in duties.troubles()])
        return 0

    with watch_at_work(sweep):
        until = time.monotonic() + 10
        while len(seen) < 2 and time.monotonic() < until:
            time.sleep(0.02)

    assert seen[0] == [DUTY]
    assert seen[1] == []
