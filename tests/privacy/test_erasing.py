"""Somebody who is erased is gone everywhere at once, stays gone, and is welcome anew."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from pyarrow import parquet
from tests.made_up import claim, customer_of, event, record
from tests.privacy.people import erase, export_of, join, live_here

from rapport.customers.consent import queries as consents
from rapport.customers.consent.rules import standings
from rapport.customers.directory import commands as directory
from rapport.customers.directory.models import Customer, Identifier, Link, Membership
from rapport.customers.directory.rules import Sighting
from rapport.customers.forgotten.models import Mark, MarkKey
from rapport.customers.privacy import commands as privacy
from rapport.customers.privacy import journal, queries
from rapport.customers.privacy.models import Erasure
from rapport.interactions.ingestion import commands as imports
from rapport.interactions.ingestion import queries as kept
from rapport.interactions.ingestion.commands.privacy import ImportIsRunning
from rapport.interactions.ingestion.models import Import, Upload
from rapport.interactions.lake import commands as lake
from rapport.interactions.log import commands as log
from rapport.interactions.log.models import DayCount, Interaction, Removal, Tombstone
from rapport.kernel.refusals import NotAllowed, NotFound
from rapport.staff.answers import commands as answers
from rapport.staff.answers.models import Answer
from rapport.staff.audit.models import AuditEntry
from rapport.staff.roles.rules import Operator
from rapport.wiring.privacy import HANDLERS

pytestmark = pytest.mark.django_db(transaction=True)


class Agent:
    role = "agent"
    audit_name = "Ann"


def everything_stored() -> str:
    """Every value of every table, as text."""
    return "\n".join(
        str(row) for model in apps.get_models() if model._meta.managed for row in model.objects.values_list()
    )


def test_nothing_of_somebody_erased_is_left_in_any_table(noon: datetime) -> None:
    amina, ben = live_here("amina", noon), live_here("ben", noon)
    assert "amina-canary-words" in everything_stored()

    erase(amina, noon)

    left = everything_stored().lower()
    assert "amina" not in left
    assert "ben-canary-words" in left
    assert not Identifier.objects.filter(id=amina).exists()
    assert Customer.objects.filter(id=ben).exists()


def test_everybody_elses_export_is_the_same_byte_for_byte(noon: datetime) -> None:
    amina, ben = live_here("amina", noon), live_here("ben", noon)
    before = export_of(ben, noon)

    erase(amina, noon)

    assert export_of(ben, noon) == before


def test_it_takes_two_steps_with_a_reason_and_both_are_written_down(noon: datetime) -> None:
    amina = live_here("amina", noon)
    with pytest.raises(privacy.BadReason):
        privacy.ask(amina, why="because", by=Operator(), at=noon)

    asked = privacy.ask(amina, why="asked", by=Operator(), at=noon)
    assert privacy.ask(amina, why="unneeded", by=Operator(), at=noon).pk == asked.pk
    assert Identifier.objects.filter(customer_id=amina).exists()
    done = privacy.confirm(asked.pk, handlers=HANDLERS, by=Operator(), at=noon)

    assert done.removed["log"] == 5
    acts = (
        AuditEntry.objects.filter(subject=f"erasure:{asked.pk}").order_by("id").values_list("act", flat=True)
    )
    assert list(acts) == ["customers.erasure_asked", "customers.erased"]
    with pytest.raises(privacy.AlreadySettled):
        privacy.confirm(asked.pk, handlers=HANDLERS, by=Operator(), at=noon)


def test_who_may_not_erase_is_refused_at_both_steps(noon: datetime) -> None:
    amina = live_here("amina", noon)
    asked = privacy.ask(amina, why="asked", by=Operator(), at=noon)

    with pytest.raises(NotAllowed):
        privacy.ask(amina, why="asked", by=Agent(), at=noon)
    with pytest.raises(NotAllowed):
        privacy.confirm(asked.pk, handlers=HANDLERS, by=Agent(), at=noon)
    assert Identifier.objects.filter(customer_id=amina).exists()


def test_a_request_can_be_withdrawn_and_then_nobody_goes(noon: datetime) -> None:
    amina = live_here("amina", noon)
    asked = privacy.ask(amina, why="mistake", by=Operator(), at=noon)

    privacy.withdraw(asked.pk, by=Operator(), at=noon)

    with pytest.raises(privacy.AlreadySettled):
        privacy.confirm(asked.pk, handlers=HANDLERS, by=Operator(), at=noon)
    assert queries.asked(amina) is None


def test_somebody_joined_of_two_goes_with_both_halves(noon: datetime) -> None:
    amina, other = live_here("amina", noon), live_here("aminata", noon)
    join(amina, other, noon)

    erase(min(amina, other), noon)

    assert not Interaction.objects.exists()
    assert not Link.objects.exists()
    with pytest.raises(NotFound):
        queries.person(other)


def test_the_same_message_again_is_not_stored_again(noon: datetime) -> None:
    anonymous = event("visit", "user_id=amina-canary-account", at=noon - timedelta(days=2))
    record(anonymous, at=noon)
    erase(customer_of("user_id=amina-canary-account"), noon)

    later = noon + timedelta(days=1)
    source = log.ensure_source("web shop", at=later)
    stripped = event("visit", at=later)
    again = type(stripped)(message_id=anonymous.message_id, kind="visit", occurred_at=later)
    (recorded,) = log.record([log.Batch(source, [again], later)])

    assert recorded.already_known == (0,)
    assert not Interaction.objects.exists()


def test_what_happened_before_the_erasure_does_not_come_back_later_under_another_name(noon: datetime) -> None:
    erase(live_here("amina", noon), noon)

    record(
        event("purchase", "email=Amina.Canary@Example.org", at=noon - timedelta(days=3)),
        event("visit", "anonymous_id=amina-canary-browser", at=noon - timedelta(seconds=1)),
        at=noon + timedelta(days=1),
        source="till",
    )

    assert not Interaction.objects.exists()
    assert not Identifier.objects.exists()


def test_what_happens_after_the_erasure_makes_a_new_customer(noon: datetime) -> None:
    erase(live_here("amina", noon), noon)

    record(event("purchase", "email=amina.canary@example.org", at=noon + timedelta(hours=1)), at=noon)

    assert Interaction.objects.count() == 1
    assert Customer.objects.get().interactions == 1


def test_a_no_to_marketing_outlives_the_erasure(noon: datetime) -> None:
    erase(live_here("amina", noon), noon)
    record(event("purchase", "email=amina.canary@example.org", at=noon + timedelta(hours=1)), at=noon)

    point = Identifier.objects.get()
    found = {s.purpose: s for s in standings([point.id], consents.statements([point.id]))}

    assert not found["marketing"].is_allowed
    assert found["marketing"].because.source == "remembered"
    assert found["surveys"].because is None


def test_a_new_yes_after_coming_back_counts(noon: datetime) -> None:
    erase(live_here("amina", noon), noon)
    later = noon + timedelta(hours=1)
    record(
        event("purchase", "email=amina.canary@example.org", at=later,
              consents={"marketing": "granted"}, consent_proof="box"),
        at=later,
    )  # fmt: skip

    point = Identifier.objects.get()
    found = {s.purpose: s for s in standings([point.id], consents.statements([point.id]))}
    assert found["marketing"].is_allowed


def test_an_old_list_of_customers_brings_nobody_back_who_is_not_here(noon: datetime) -> None:
    erase(live_here("amina", noon), noon)
    row = Sighting((claim("email=amina.canary@example.org"),), noon + timedelta(days=9), "old list")

    assert directory.still_welcome([row]) == []
    record(event("visit", "email=amina.canary@example.org", at=noon + timedelta(days=1)), at=noon)
    assert directory.still_welcome([row]) == [row]


def test_days_stay_counted_and_a_rebuild_counts_the_same(noon: datetime) -> None:
    amina = live_here("amina", noon)
    live_here("ben", noon)
    days = [*DayCount.objects.order_by("day", "kind").values_list("day", "kind", "channel", "interactions")]

    erase(amina, noon)
    after = [*DayCount.objects.order_by("day", "kind").values_list()]
    log.rebuild()

    now = DayCount.objects.order_by("day", "kind")
    assert [*now.values_list("day", "kind", "channel", "interactions")] == days
    assert [row[1:] for row in now.values_list()] == [row[1:] for row in after]
    assert sum(now.values_list("forgotten", flat=True)) == 5


def test_the_people_of_an_erased_organisation_stay(noon: datetime) -> None:
    record(
        event("visit", "user_id=ben", at=noon, organisation=claim("organisation_id=Canary Ltd"),
              organisation_traits={"name": "Canary Ltd"}),
        at=noon,
    )  # fmt: skip
    assert Membership.objects.count() == 1

    erase(customer_of("organisation_id=Canary Ltd"), noon)

    assert Interaction.objects.count() == 1
    assert not Membership.objects.exists()
    assert "Canary Ltd" not in everything_stored()


def test_an_old_message_of_somebody_else_does_not_bring_an_erased_organisation_back(noon: datetime) -> None:
    company = claim("organisation_id=Canary Ltd")
    record(event("visit", "user_id=ben", at=noon, organisation=company), at=noon)
    erase(customer_of("organisation_id=Canary Ltd"), noon + timedelta(days=1))

    record(event("visit", "user_id=ben", at=noon, organisation=company), at=noon + timedelta(days=2))

    assert Interaction.objects.count() == 2
    assert not Identifier.objects.filter(kind="organisation_id").exists()


def test_whoever_follows_the_log_is_told_which_rows_went(noon: datetime) -> None:
    amina = live_here("amina", noon)
    ids = list(queries.person(amina).identifier_ids)
    newest = Interaction.objects.order_by("-id")[0].id

    erase(amina, noon)

    told = Removal.objects.get()
    assert (told.identifier_ids, told.upto) == (ids, newest)


def test_a_process_that_remembered_somebody_does_not_write_to_them_again(noon: datetime) -> None:
    erase(live_here("amina", noon), noon)

    record(event("visit", "user_id=amina-canary-account", at=noon + timedelta(days=1)), at=noon)

    assert Interaction.objects.get().identifier_id == Identifier.objects.get().id


def test_marks_cannot_be_tried_out_without_the_key(noon: datetime) -> None:
    erase(live_here("amina", noon), noon)

    assert Mark.objects.count() == 3
    assert Tombstone.objects.count() == 5
    assert all(len(mark.digest) == 32 for mark in Mark.objects.all())
    assert Erasure.objects.get().removed["directory"] > 3


def test_answers_kept_for_repeated_requests_go_with_whom_they_name(noon: datetime) -> None:
    amina = live_here("amina", noon)
    for number, body in enumerate(
        (b'{"email": "Amina.Canary@example.org"}', b'{"email": "ben@example.org"}')
    ):
        kept = answers.Given(200, "application/json", body)
        answers.once(f"request-{number}", "content", lambda kept=kept: kept, at=noon)

    erase(amina, noon)

    assert [bytes(one.body) for one in Answer.objects.all()] == [b'{"email": "ben@example.org"}']


def identifiers_in_the_lake() -> set[int]:
    """Every identifier that any file of the lake still names, those in no manifest too."""
    found: set[int] = set()
    for path in (Path(settings.HOME) / "lake").rglob("*.parquet"):
        table = parquet.read_table(path)
        for column in {"identifier_id", "customer_id"} & set(table.column_names):
            found |= {one for one in table[column].to_pylist() if one is not None}
    return found


def test_the_lake_forgets_at_its_next_refresh(noon: datetime) -> None:
    amina, ben = live_here("amina", noon), live_here("ben", noon)
    lake.refresh(at=noon)
    assert amina in identifiers_in_the_lake()
    theirs = set(queries.person(amina).identifier_ids)

    erase(amina, noon)
    lake.refresh(at=noon + timedelta(hours=1))
    lake.refresh(at=noon + timedelta(days=2))

    assert not identifiers_in_the_lake() & theirs
    assert ben in identifiers_in_the_lake()


def test_a_restored_backup_forgets_again_whom_the_journal_names(noon: datetime) -> None:
    amina, ben = live_here("amina", noon), live_here("ben", noon)
    erase(amina, noon)
    Mark.objects.all().delete()
    MarkKey.objects.all().delete()
    Tombstone.objects.all().delete()
    live_here("amina", noon - timedelta(hours=1))

    assert privacy.reapply(handlers=HANDLERS, by=Operator()) == 1

    assert "amina" not in everything_stored().lower()
    assert Customer.objects.filter(id=ben).exists()
    assert Mark.objects.filter(erased_at=noon).count() == 3
    assert privacy.reapply(handlers=HANDLERS, by=Operator()) == 0


def test_the_journal_names_nobody(noon: datetime) -> None:
    erase(live_here("amina", noon), noon)

    written = (Path(settings.HOME) / "erasures.jsonl").read_text()

    assert len(written.splitlines()) == 1
    assert "amina" not in written


def test_a_torn_line_in_the_journal_is_written_again(noon: datetime) -> None:
    done = erase(live_here("amina", noon), noon)
    path = Path(settings.HOME) / "erasures.jsonl"
    whole = path.read_bytes()
    path.write_bytes(whole[:-20])

    privacy.finish(done.pk, files=[])

    assert path.read_bytes().splitlines()[-1] == whole.splitlines()[0]
    assert len(list(journal.read())) == 1


def test_files_that_brought_or_name_somebody_go_and_others_stay(noon: datetime) -> None:
    amina = live_here("amina", noon)
    named = imports.keep_upload([b"mail\nAMINA.canary@example.org\n"], name="a.csv", by=Operator(), at=noon)
    other = imports.keep_upload([b"mail\nben@example.org\n"], name="b.csv", by=Operator(), at=noon)

    erase(amina, noon)

    assert not kept.upload_path(named.token).exists()
    assert kept.upload_path(other.token).exists()
    assert [one.token for one in Upload.objects.all()] == [other.token]


def test_nobody_is_erased_while_an_import_brings_in_more(noon: datetime) -> None:
    amina = live_here("amina", noon)
    Import.objects.create(
        source_name="list", mapping_name="m", mapping="", fingerprint="f", started_at=noon, started_by="Ann",
        runner="host:1:token", seen_alive_at=noon,
    )  # fmt: skip

    with pytest.raises(ImportIsRunning):
        erase(amina, noon)
    assert Identifier.objects.filter(id=amina).exists()
    assert erase(amina, noon + timedelta(minutes=5)).done_at


def test_without_its_key_ring_the_marks_are_void_and_nothing_stands_still(noon: datetime) -> None:
    erase(live_here("amina", noon), noon)
    MarkKey.objects.update(sealed="sealed1:gone:AAAA")

    record(event("visit", "user_id=ben", at=noon + timedelta(days=1)), at=noon)
    erase(customer_of("user_id=ben"), noon + timedelta(days=2))

    assert not Interaction.objects.exists()
