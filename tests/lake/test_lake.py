"""The lake holds what the log holds: each row once, nothing that left it, whatever the order of events."""

from datetime import datetime, timedelta
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests import made_up

from rapport.analytics.engines import manifest
from rapport.interactions.ingestion.models import Import
from rapport.interactions.lake import commands
from rapport.interactions.lake.commands import appending
from rapport.interactions.lake.queries import state
from rapport.interactions.log import commands as log
from rapport.interactions.log.models import Interaction
from rapport.staff.organisation import commands as organisation
from rapport.staff.roles.rules import Operator

pytestmark = pytest.mark.django_db


def held(name: str = "interactions") -> pa.Table:
    """The rows of a dataset as a reader finds them."""
    folder = state.folder()
    files = manifest.load(folder).datasets[name].files
    return pa.concat_tables(pq.read_table(folder / file.path, partitioning=None) for file in files)


def ids() -> list[int]:
    return sorted(held()["id"].to_pylist())


def logged() -> list[int]:
    return sorted(Interaction.objects.values_list("id", flat=True))


def buy(who: str, at: datetime, **more: object) -> None:
    bought = made_up.event("purchase", f"user_id={who}", at=at, amount_minor=6400, currency="GBP", **more)
    made_up.record(bought, at=at)


def an_import(at: datetime) -> Import:
    return Import.objects.create(source_name="till", started_at=at, fingerprint=str(at))


def test_a_refresh_brings_every_row_of_the_log_once(noon: datetime) -> None:
    buy("amina", noon)
    commands.refresh(at=noon)
    buy("jonas", noon + timedelta(days=40))

    done = commands.refresh(at=noon)

    assert (done.added, done.removed) == (1, 0)
    assert ids() == logged()
    assert {file.month for file in manifest.load(state.folder()).datasets["interactions"].files} >= {
        "2026-03",
        "2026-04",
    }


def test_a_refresh_with_nothing_new_changes_no_answer(noon: datetime) -> None:
    buy("amina", noon)
    first = commands.refresh(at=noon)

    second = commands.refresh(at=noon + timedelta(hours=1))

    assert (second.version, second.changed) == (first.version, False)
    assert manifest.load(state.folder()).refreshed_at == noon + timedelta(hours=1)


def test_values_arrive_as_they_were_told(noon: datetime) -> None:
    odd = '{"note": "she said \\"no\\",\\nthen left", "path": "/a,b"}'
    at = noon.replace(microsecond=120_000)
    made_up.record(
        made_up.event("visit", "user_id=amina", at=at, properties=odd),
        made_up.event("page_view", at=noon, properties="{}"),
        at=noon,
    )

    commands.refresh(at=noon)

    first, second = held().sort_by("id").to_pylist()
    assert first["properties"].replace(": ", ":") == odd.replace(": ", ":").replace(", ", ", ")
    assert first["occurred_at"] == at.replace(tzinfo=None)
    assert first["amount_minor"] is None
    assert (second["identifier_id"], second["kind"], second["currency"]) == (None, "page_view", "")


def test_what_an_import_brought_leaves_with_it(noon: datetime) -> None:
    buy("amina", noon)
    source = log.ensure_source("till", at=noon)
    brought = an_import(noon)
    entries = [made_up.event("purchase", "user_id=jonas", at=noon - timedelta(days=40 * n)) for n in range(3)]
    log.record([log.Batch(source, entries, noon, import_id=brought.pk)])
    commands.refresh(at=noon)
    files = {file.path for file in manifest.load(state.folder()).datasets["interactions"].files}

    log.take_back(brought.pk, at=noon)
    done = commands.refresh(at=noon)

    assert done.removed == 3
    assert ids() == logged()
    left = {
        str(path.relative_to(state.folder())) for path in state.folder().rglob("interactions/**/*.parquet")
    }
    assert left == manifest.load(state.folder()).paths & left
    assert len(files - left) == 3


def test_no_row_of_an_erased_identifier_is_in_any_file(noon: datetime) -> None:
    for days in (0, 35, 70):
        buy("amina", noon - timedelta(days=days), properties='{"order": "A-77"}')
        buy("jonas", noon - timedelta(days=days))
    commands.refresh(at=noon)
    erased = made_up.identifier_of("user_id=amina").pk
    log.note_removal(log.Removed(identifier_ids=[erased]), at=noon)
    Interaction.objects.filter(identifier_id=erased).delete()

    commands.refresh(at=noon)

    assert ids() == logged() != []
    for path in state.folder().rglob("interactions/**/*.parquet"):
        assert erased not in pq.read_table(path, partitioning=None)["identifier_id"].to_pylist()
        assert b"A-77" not in path.read_bytes()


def test_an_erasure_reaches_each_group_of_rows_of_a_file(noon: datetime) -> None:
    for minute in range(10):
        buy(("amina", "jonas", "mei")[minute % 3], noon + timedelta(minutes=minute))
        commands.refresh(at=noon)
    (file,) = manifest.load(state.folder()).datasets["interactions"].files[:1]
    assert pq.ParquetFile(state.folder() / file.path).num_row_groups > 3
    erased = made_up.identifier_of("user_id=amina").pk
    log.note_removal(log.Removed(identifier_ids=[erased]), at=noon)
    Interaction.objects.filter(identifier_id=erased).delete()

    done = commands.refresh(at=noon)

    assert done.removed == 4
    assert ids() == logged()
    commands.refresh(at=noon)
    followed = state.fingerprint(state.folder())
    commands.rebuild(at=noon)
    assert state.fingerprint(state.folder()) == followed


def test_rows_that_left_by_their_age_leave_the_lake(noon: datetime) -> None:
    buy("amina", noon)
    old, other = noon - timedelta(days=500), noon - timedelta(days=501)
    made_up.record(made_up.event("page_view", "user_id=amina", at=old), at=noon)
    made_up.record(made_up.event("page_view", "user_id=amina", at=other), source="app", at=noon)
    commands.refresh(at=noon)
    source = log.ensure_source("web shop", at=noon)
    limit = noon - timedelta(days=365)
    log.note_removal(log.Removed(kinds=["page_view"], source_id=source, before=limit), at=noon)
    Interaction.objects.filter(kind="page_view", source_id=source, occurred_at__lt=limit).delete()

    commands.refresh(at=noon)

    assert ids() == logged()
    assert held().num_rows == 2


def test_a_join_changes_whose_identifier_it_is_at_the_next_refresh(noon: datetime) -> None:
    buy("amina", noon)
    made_up.record(made_up.event("visit", "email=amina@example.org", at=noon), at=noon)
    commands.refresh(at=noon)
    assert len(set(held("identifiers")["customer_id"].to_pylist())) == 2
    made_up.record(
        made_up.event("profile", "user_id=amina", "email=amina@example.org", at=noon, proof="log-in"), at=noon
    )
    pair = [made_up.identifier_of(one) for one in ("user_id=amina", "email=amina@example.org")]
    assert pair[0].customer_id == pair[1].customer_id

    commands.refresh(at=noon)

    assert len(set(held("identifiers")["customer_id"].to_pylist())) == 1


def test_a_rate_counts_in_its_span_and_the_first_for_all_time_before(noon: datetime) -> None:
    wrenfield = organisation.Settings(name="Wrenfield", time_zone="Europe/London", currency="GBP")
    organisation.set_up(wrenfield, by=Operator(), at=noon)
    for rate, day in (("0.006", noon - timedelta(days=9)), ("0.005", noon)):
        organisation.set_rate("JPY", Decimal(rate), valid_from=day.date(), by=Operator(), at=noon)

    commands.refresh(at=noon)

    rows = held("rates").to_pylist()
    yen = [row for row in rows if row["currency"] == "JPY"]
    assert [row["per_minor"] for row in yen] == [0.6, 0.5]
    assert yen[0]["valid_from"].year == 1900
    assert yen[0]["valid_until"] == yen[1]["valid_from"] == datetime(2026, 3, 2)  # noqa: DTZ001 - as the lake keeps moments
    assert [row["per_minor"] for row in rows if row["currency"] == "GBP"] == [1.0]


def test_many_small_files_of_a_month_become_one(noon: datetime) -> None:
    for minute in range(12):
        buy("amina", noon + timedelta(minutes=minute))
        commands.refresh(at=noon)

    files = manifest.load(state.folder()).datasets["interactions"].files
    assert len(files) <= appending._MOST_SMALL + 1
    assert ids() == logged()


def test_an_empty_log_makes_an_empty_lake(noon: datetime) -> None:
    commands.refresh(at=noon)

    assert held().num_rows == 0
    assert held().schema.names[0] == "id"


STEPS = st.lists(st.sampled_from(["buy", "refresh", "erase", "join", "take back"]), min_size=3, max_size=12)


@given(steps=STEPS)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_lake_that_followed_is_the_lake_made_anew(noon: datetime, steps: list[str]) -> None:
    at = noon
    for number, step in enumerate(steps):
        at += timedelta(days=11)
        if step == "buy":
            buy(f"person-{number % 3}", at)
        elif step == "take back":
            source = log.ensure_source("till", at=at)
            brought = an_import(at)
            seen = made_up.event("visit", "user_id=person-0", at=at - timedelta(days=99))
            log.record([log.Batch(source, [seen], at, import_id=brought.pk)])
            commands.refresh(at=at)
            log.take_back(brought.pk, at=at)
        elif step == "erase":
            gone = list(
                Interaction.objects.exclude(identifier=None).values_list("identifier_id", flat=True)[:1]
            )
            log.note_removal(log.Removed(identifier_ids=gone), at=at)
            Interaction.objects.filter(identifier_id__in=gone).delete()
        elif step == "join":
            made_up.record(
                made_up.event("profile", "user_id=person-0", "email=zero@example.org", at=at), at=at
            )
        else:
            commands.refresh(at=at)
    commands.refresh(at=at)
    followed = state.fingerprint(state.folder())

    commands.rebuild(at=at)

    assert state.fingerprint(state.folder()) == followed
    assert ids() == logged()
