"""Imports that are killed, begun twice, taken back."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from tests.imports.conftest import HEAD, NOON, ORDERS, clock, take_in
from tests.running import lay_tables

from rapport.interactions.ingestion import commands, queries
from rapport.interactions.ingestion.models import Import
from rapport.interactions.log.models import Interaction
from rapport.staff.roles.rules import Operator

Write = Callable[..., Path]
DERIVED = [
    "interactions_interaction",
    "interactions_daycount",
    "customers_identifier",
    "customers_customer",
    "customers_trait",
    "customers_link",
    "customers_activity",
    "customers_spend",
    "customers_membership",
]


IDS = {"identifier_id", "customer_id", "first_id", "second_id", "person_id", "organisation_id"}
UNLIKE = {"id", "imported_by_id", "batch", "received_at", "made_at"}


def state() -> dict[str, list[str]]:
    """Everything the record holds, identifiers by their value, so that two moments can be compared."""
    found = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, kind, value FROM customers_identifier")
        names = {one: f"{kind} {value}" for one, kind, value in cursor.fetchall()}
        for table in DERIVED:
            cursor.execute(f"SELECT * FROM {table}")
            columns = [column[0] for column in cursor.description]
            rows = (dict(zip(columns, row, strict=True)) for row in cursor.fetchall())
            found[table] = sorted(_told(row, names) for row in rows)
    return found


def _told(row: dict[str, Any], names: dict[int, str]) -> str:
    kept = {
        name: names.get(value) if name in IDS else value for name, value in row.items() if name not in UNLIKE
    }
    return json.dumps(kept, default=str, sort_keys=True)


def many_orders(count: int, *, first: int = 0) -> str:
    lines = (
        f"{n},cup,{n % 7 + 1},1.25,2026-01-{n % 28 + 1:02} 10:00:00,person-{n % 97},,,Leeds"
        for n in range(first, first + count)
    )
    return HEAD + "\n".join(lines) + "\n"


@pytest.mark.django_db(transaction=True)
def test_taking_back_leaves_everything_as_it_was(write: Write, shop: str) -> None:
    take_in(shop, write("before.csv", ORDERS))
    before = state()
    later = (
        ORDERS.replace("\n1,", "\n11,")
        .replace("\n2,", "\n12,")
        .replace("\n3,", "\n13,")
        .replace("Leeds", "Bath")
    )
    one = take_in(shop, write("later.csv", later + "14,cup,1,1,2026-02-01,chi,chi@example.org,Chi,Hull\n"))
    assert state() != before

    assert commands.take_back(one.pk, by=Operator(), at=NOON) == 4
    assert state() == before


@pytest.mark.django_db(transaction=True)
def test_imports_taken_back_in_any_order_leave_nothing(write: Write, shop: str) -> None:
    empty = state()
    first = take_in(shop, write("first.csv", ORDERS))
    second = take_in(shop, write("second.csv", ORDERS.replace("\n1,", "\n11,").replace("\n2,", "\n12,")))
    commands.take_back(first.pk, by=Operator(), at=NOON)
    commands.take_back(second.pk, by=Operator(), at=NOON)
    assert state() == empty


@pytest.mark.django_db(transaction=True)
def test_a_wrong_mapping_is_mended_and_the_file_taken_in_anew(write: Write, shop: str) -> None:
    file = write("orders.csv", ORDERS)
    wrong = write("wrong.toml", Path(shop).read_text().replace('"purchase"', '"refund"'))
    one = take_in(str(wrong), file)
    commands.take_back(one.pk, by=Operator(), at=NOON)
    mended = take_in(shop, file)
    assert (mended.interactions, mended.already_known) == (3, 0)
    assert set(Interaction.objects.values_list("kind", flat=True)) == {"purchase"}


@pytest.mark.django_db(transaction=True)
def test_what_was_taken_back_is_not_taken_back_again(write: Write, shop: str) -> None:
    one = take_in(shop, write("orders.csv", ORDERS))
    commands.take_back(one.pk, by=Operator(), at=NOON)
    with pytest.raises(commands.AlreadyTakenBack):
        commands.take_back(one.pk, by=Operator(), at=NOON)


@pytest.mark.django_db(transaction=True)
def test_a_run_stopped_at_every_checkpoint_ends_like_one_that_was_not(
    write: Write, shop: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rapport.interactions.ingestion.commands.running.ENTRIES_AT_ONCE", 100)
    bad = many_orders(950).replace("\n77,cup,1,1.25", "\n77,cup,x,1.25")
    whole = take_in(shop, write("orders.csv", bad))
    expected = state()
    figures = (whole.rows, whole.interactions, whole.customers, whole.already_known, whole.rejected)
    commands.take_back(whole.pk, by=Operator(), at=NOON)

    begun = commands.begin([write("orders.csv", bad)], shop, by=Operator(), at=NOON)
    stops = 0
    while True:
        stopping = commands.Watch(clock=clock, should_stop=lambda: True)
        try:
            commands.run(begun.pk, watch=stopping, token=str(stops), by=Operator())
            break
        except commands.ImportStopped:
            stops += 1
    again = Import.objects.get(pk=begun.pk)

    assert stops >= 10
    assert (again.rows, again.interactions, again.customers, again.already_known, again.rejected) == figures
    assert state() == expected
    assert len(queries.rejects_path(again.pk).read_text().splitlines()) == 2


@pytest.mark.django_db(transaction=True)
def test_an_import_that_was_taken_over_writes_nothing_more(write: Write, shop: str) -> None:
    begun = commands.begin([write("orders.csv", many_orders(3_000))], shop, by=Operator(), at=NOON)

    def lose(_: Import) -> None:
        Import.objects.filter(pk=begun.pk).update(runner="elsewhere:1:x")

    with pytest.raises(commands.ImportStopped):
        commands.run(begun.pk, watch=commands.Watch(clock=clock, progress=lose), token="a", by=Operator())
    assert Interaction.objects.count() == 2_000


@pytest.mark.django_db(transaction=True)
def test_an_import_in_the_hands_of_a_living_process_is_left_alone(write: Write, shop: str) -> None:
    import socket

    begun = commands.begin([write("orders.csv", ORDERS)], shop, by=Operator(), at=NOON)
    held = Import.objects.filter(pk=begun.pk)
    held.update(runner=f"{socket.gethostname()[:14]}:{os.getppid()}:x", seen_alive_at=NOON)
    with pytest.raises(commands.AlreadyRunning):
        commands.run(begun.pk, watch=commands.Watch(clock=clock), token="a", by=Operator())
    held.update(seen_alive_at=NOON - timedelta(minutes=5))
    assert (
        commands.run(begun.pk, watch=commands.Watch(clock=clock), token="a", by=Operator()).interactions == 3
    )


@pytest.mark.django_db(transaction=True)
def test_a_file_that_changed_since_is_refused(write: Write, shop: str) -> None:
    file = write("orders.csv", ORDERS)
    begun = commands.begin([file], shop, by=Operator(), at=NOON)
    file.write_text(ORDERS + "7,cup,1,1,2026-02-01,chi,,,\n")
    with pytest.raises(commands.FileChanged):
        commands.run(begun.pk, watch=commands.Watch(clock=clock), token="a", by=Operator())
    assert Import.objects.get(pk=begun.pk).failure


@pytest.mark.skipif(bool(os.environ.get("RAPPORT_DATABASE_URL")), reason="uses a SQLite file of its own")
def test_the_same_command_after_sigkill_finishes_the_import(tmp_path: Path, write: Write, shop: str) -> None:
    file = write("orders.csv", many_orders(12_000))
    killed, whole = tmp_path / "killed", tmp_path / "whole"
    for home in (killed, whole):
        lay_tables(home)

    for after in (1, 3, 4):
        running = rapport(killed, "import", str(file), "--mapping", shop, "--json")
        wait_for(killed, after * 2_000, running)
        running.send_signal(signal.SIGKILL)
        running.communicate()
    figures = [
        json.loads(rapport(home, "import", str(file), "--mapping", shop, "--json").communicate()[0])
        for home in (killed, whole)
    ]

    assert figures[0] == figures[1]
    assert figures[0]["interactions"] == 12_000
    assert content(killed) == content(whole)


def rapport(home: Path, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "rapport.cli.main", *words],
        env={**os.environ, "RAPPORT_HOME": str(home)},
        stdout=subprocess.PIPE,
        stderr=None,
        text=True,
    )


def wait_for(home: Path, count: int, running: subprocess.Popen[str]) -> None:
    """Until the log holds so many rows."""
    until = time.monotonic() + 60
    while time.monotonic() < until and running.poll() is None:
        with sqlite3.connect(home / "rapport.sqlite3", timeout=5) as db:
            (found,) = db.execute("SELECT count(*) FROM interactions_interaction").fetchone()
        db.close()
        if found >= count:
            return
        time.sleep(0.02)


def content(home: Path) -> list[Any]:
    with sqlite3.connect(home / "rapport.sqlite3") as db:
        rows = db.execute(
            "SELECT message_id, kind, amount_minor, occurred_at, properties FROM interactions_interaction ORDER BY 1"
        ).fetchall()
        rows += db.execute(
            "SELECT name, interactions, purchases, spent_minor FROM customers_customer ORDER BY 1"
        ).fetchall()
    db.close()
    return rows


MEMBERS = """
title = "Members"
source = "members"

[customer]
identifiers = [{ kind = "user_id", column = "member" }]
traits = { town = "town" }
"""


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["first first", "last first"])
def test_customers_without_interactions_are_taken_back_too(write: Write, order: tuple[int, int]) -> None:
    empty = state()
    mapping, file = (
        str(write("members.toml", MEMBERS)),
        write("members.csv", "member,town\namina,Leeds\nben,York\n"),
    )
    runs = [take_in(mapping, file), take_in(mapping, file)]
    assert [(one.customers, one.interactions, one.already_known) for one in runs] == [(2, 0, 0), (2, 0, 2)]
    for place in order:
        commands.take_back(runs[place].pk, by=Operator(), at=NOON)
    assert state() == empty
