"""The audit log: each entry stands on the one before, nothing changes unseen, a person can be forgotten."""

from datetime import datetime
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from rapport.kernel.persons import Person
from rapport.staff.audit import commands, queries
from rapport.staff.audit.commands import privacy
from rapport.staff.audit.models import AuditEntry, AuditHead
from rapport.staff.people import commands as people
from rapport.staff.roles.rules import EVERYTHING, Operator

pytestmark = pytest.mark.django_db


@pytest.fixture
def entries(db: None, noon: datetime) -> list[AuditEntry]:  # noqa: ARG001 - for its effect
    """Five acts of Ada, the third upon customer 7."""
    new = people.NewStaffMember("ada@wren.example", None, "admin", "Ada")
    ada = people.create(new, by=Operator(), at=noon)
    for number in range(5):
        subject = "customer:7" if number == 2 else f"touchpoint:{number}"
        detail = {"name": f"Ines {number}", "share": 0.5, "sum": 10**22}
        commands.record("touchpoints.add", by=ada, subject=subject, at=noon, detail=detail)
    return list(AuditEntry.objects.order_by("number"))


def tamper(statement: str, *values: Any) -> None:
    """What somebody with the database's own password could do, once they took its guards away."""
    guard = "audit_unchanged"
    with connection.cursor() as cursor:
        on = " ON staff_auditentry" if connection.vendor == "postgresql" else ""
        cursor.execute(f"DROP TRIGGER {guard}{on}")
        cursor.execute(statement, values)


def test_an_untouched_log_holds(entries: list[AuditEntry]) -> None:
    verdict = queries.verify()

    assert verdict.holds
    assert verdict.entries == len(entries) == 6
    assert verdict.digest == entries[-1].digest


def test_an_empty_log_holds() -> None:
    assert queries.verify().holds


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("actor", "mallory@wren.example"),
        ("actor", ""),
        ("subject", "customer:8"),
        ("detail", '{"name": "Ines 3"}'),
        ("act", "touchpoints.close"),
        ("at", "2020-01-01 00:00:00+00:00"),
        ("covers", "{}"),
        ("digest", "0" * 64),
    ],
)
def test_a_changed_entry_is_found(entries: list[AuditEntry], column: str, value: str) -> None:
    tamper(f"UPDATE staff_auditentry SET {column} = %s WHERE number = 4", value)

    assert queries.verify().broken == 4, entries[3]


def test_an_entry_taken_out_of_the_middle_is_found(entries: list[AuditEntry]) -> None:
    tamper("DELETE FROM staff_auditentry WHERE number = 3")

    assert queries.verify().broken == 3, entries[2]


def test_entries_taken_off_the_end_are_found(entries: list[AuditEntry]) -> None:
    tamper("DELETE FROM staff_auditentry WHERE number > 4")

    assert queries.verify().broken == 5, entries[4]


def test_two_entries_in_each_others_place_are_found(entries: list[AuditEntry]) -> None:
    tamper("UPDATE staff_auditentry SET number = 0 WHERE number = 2")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE staff_auditentry SET number = 2 WHERE number = 3")
        cursor.execute("UPDATE staff_auditentry SET number = 3 WHERE number = 0")

    assert queries.verify().broken == 2, entries[1]


@pytest.mark.parametrize(
    "change",
    [
        "actor = 'mallory'",
        "subject = 'customer:8'",
        "act = 'x'",
        "detail = '{\"a\": 1}'",
        "number = 99",
        "digest = ''",
    ],
)
def test_the_database_itself_refuses_to_change_an_entry(entries: list[AuditEntry], change: str) -> None:
    with (
        pytest.raises(DatabaseError, match="only ever added"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"UPDATE staff_auditentry SET {change} WHERE number = {entries[1].number}")


def test_who_was_erased_is_nowhere_in_the_log_and_the_chain_holds(entries: list[AuditEntry]) -> None:
    changed = commands.forget(actors=["ada@wren.example"], subjects=["customer:7"])

    said = str(list(AuditEntry.objects.values_list("actor", "subject", "detail")))
    assert changed == 6
    assert "ada@" not in said
    assert "Ines 2" not in said
    assert "customer:7" not in said
    assert "Ines 3" in said, "others stay"
    assert queries.verify().holds
    assert queries.verify().digest == entries[-1].digest


def test_words_written_where_some_were_erased_are_found(entries: list[AuditEntry]) -> None:
    commands.forget(subjects=["customer:7"])
    tamper("UPDATE staff_auditentry SET subject = 'customer:9' WHERE number = 4")

    assert queries.verify().broken == 4, entries[3]


def test_what_is_said_never_stands_in_the_digest_alone(entries: list[AuditEntry]) -> None:
    """The same words give another hash in each entry: erased ones cannot be found again by trying names."""
    covers = {entry.covers["actor"] for entry in entries[1:]}

    assert len(covers) == 5


def test_an_act_that_failed_leaves_no_entry_and_no_gap(entries: list[AuditEntry], noon: datetime) -> None:
    with transaction.atomic():
        commands.record("keys.create", by=Operator(), subject="key:1", at=noon)
        transaction.set_rollback(True)
    commands.record("keys.create", by=Operator(), subject="key:2", at=noon)

    assert AuditHead.objects.get().entries == len(entries) + 1
    assert queries.verify().holds


def test_the_log_is_narrowed_to_a_person_and_an_act(entries: list[AuditEntry]) -> None:
    by_ada, _older = queries.newest(queries.Wanted(actor="ada@wren.example"), reach=EVERYTHING)
    created, _older = queries.newest(queries.Wanted(act="people.create"), reach=EVERYTHING)

    assert [entry.number for entry in by_ada] == [6, 5, 4, 3, 2], entries
    assert [entry.number for entry in created] == [1]


def test_an_export_tells_what_was_done_upon_a_customer_and_not_who_did_it(entries: list[AuditEntry]) -> None:
    ines = Person(7, (7, 9), (("email", "ines@example.org"), ("user_id", "ines")))

    facts = list(privacy.export(ines))

    assert [fact.values["act"] for fact in facts] == ["touchpoints.add"], entries
    assert "ada" not in str(facts)
    assert privacy.erase(ines, at=entries[0].at).things == 1
    assert "Ines 2" not in str(list(privacy.export(ines)))


def test_a_digest_noted_earlier_shows_that_a_whole_log_was_not_exchanged(entries: list[AuditEntry]) -> None:
    assert queries.contains(entries[2].digest)
    assert not queries.contains("0" * 64)
