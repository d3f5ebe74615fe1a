"""The log: each thing once, all or nothing, and everything derived from it agrees with it."""

from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rapport.customers.consent.models import ConsentRecord
from rapport.customers.directory import commands as directory_commands
from rapport.customers.directory import queries as directory
from rapport.customers.directory.models import Activity, Customer, Identifier, Link, Spend, Trait
from rapport.customers.directory.rules import Claim, Sighting
from rapport.interactions.ingestion.models import Import
from rapport.interactions.log import commands, queries
from rapport.interactions.log.models import DayCount, Interaction
from rapport.interactions.log.rules import Entry
from rapport.staff.roles.rules import EVERYTHING

pytestmark = pytest.mark.django_db


def entry(number: int, at: datetime, who: str = "amina", **more: object) -> Entry:
    return Entry(
        message_id=f"m{number}",
        occurred_at=at,
        claims=(Claim("user_id", who),),
        **{"kind": "visit", **more},
    )


def shop(at: datetime) -> int:
    return commands.ensure_source("shop", at=at)


def test_the_same_message_is_stored_once_for_ever(noon: datetime) -> None:
    source = shop(noon)
    for _ in range(10):
        commands.record([commands.Batch(source, [entry(1, noon), entry(2, noon), entry(1, noon)], noon)])

    assert queries.count(reach=EVERYTHING) == 2 == Interaction.objects.count()


def test_what_became_of_each_entry_is_told(noon: datetime) -> None:
    source = shop(noon)
    commands.record([commands.Batch(source, [entry(1, noon)], noon)])

    told = commands.record(
        [
            commands.Batch(source, [entry(1, noon), entry(2, noon)], noon),
            commands.Batch(source, [entry(2, noon), entry(3, noon)], noon),
        ]
    )

    assert [(t.new, t.already_known) for t in told] == [((1,), (0,)), ((1,), (0,))]


def test_the_same_message_id_from_another_source_is_another_interaction(noon: datetime) -> None:
    till = commands.ensure_source("till", at=noon)
    commands.record(
        [commands.Batch(shop(noon), [entry(1, noon)], noon), commands.Batch(till, [entry(1, noon)], noon)]
    )

    assert queries.count(reach=EVERYTHING) == 2
    assert directory.count() == 1


def test_a_wrong_kind_leaves_nothing_half_written(noon: datetime) -> None:
    with pytest.raises(Exception, match="'dance' is not a kind"):
        commands.record([commands.Batch(shop(noon), [entry(1, noon), entry(2, noon, kind="dance")], noon)])

    assert (queries.count(reach=EVERYTHING), directory.count(), Identifier.objects.count()) == (0, 0, 0)


def test_activity_and_spend_follow_the_log_row_by_row(noon: datetime) -> None:
    source = shop(noon)
    for number in range(5):
        bought = entry(
            number, noon + timedelta(days=number), kind="purchase", amount_minor=1000, currency="EUR"
        )
        commands.record([commands.Batch(source, [bought], noon)])
        commands.catch_up()
    back = entry(9, noon + timedelta(days=9), kind="refund", amount_minor=-400, currency="EUR")
    commands.record([commands.Batch(source, [back], noon)])
    commands.catch_up()

    customer = Customer.objects.get()
    assert (customer.interactions, customer.purchases, customer.spent_minor) == (6, 5, 4600)
    assert (customer.first_at, customer.last_at) == (noon, noon + timedelta(days=9))
    assert commands.catch_up() == 0


def test_rebuilding_gives_what_following_gave(noon: datetime) -> None:
    source = shop(noon)
    rows = [
        entry(
            n, noon + timedelta(hours=7 * n), who=f"w{n % 5}", kind="purchase", amount_minor=n, currency="EUR"
        )
        for n in range(50)
    ]
    commands.record([commands.Batch(source, rows, noon)])
    commands.catch_up()
    before = derived()

    commands.rebuild()

    assert derived() == before


def derived() -> object:
    return [
        sorted(model.objects.values_list(*fields))
        for model, fields in (
            (DayCount, ("day", "kind", "channel", "touchpoint_id", "interactions")),
            (Activity, ("identifier_id", "interactions", "first_at", "last_at")),
            (Spend, ("identifier_id", "currency", "purchases", "spent_minor")),
            (Customer, ("id", "name", "interactions", "purchases", "spent_minor", "first_at", "last_at")),
            (Identifier, ("id", "customer_id", "kind", "value")),
            (Trait, ("identifier_id", "name", "value_key", "source")),
            (Interaction, ("id", "message_id")),
            (Link, ("first_id", "second_id")),
            (ConsentRecord, ("identifier_id", "purpose", "state")),
        )
    ]


def an_import(at: datetime) -> int:
    return Import.objects.create(
        source_name="shop", mapping_name="m", mapping="", started_at=at, started_by="test"
    ).pk


def test_an_import_taken_back_leaves_everything_as_it_was_and_may_come_again(noon: datetime) -> None:
    source = shop(noon)
    known = entry(1, noon, kind="purchase", amount_minor=500, currency="EUR", traits={"name": "Amina"})
    commands.record([commands.Batch(source, [known], noon)])
    commands.catch_up()
    before = derived()
    brought = [
        entry(
            2, noon, kind="purchase", amount_minor=700, currency="EUR", traits={"name": "Wrong", "town": "X"}
        ),
        Entry(
            message_id="m3",
            kind="visit",
            occurred_at=noon,
            claims=(Claim("user_id", "amina"), Claim("email", "a@example.org", "our till")),
            consents={"marketing": "granted"},
            consent_proof="a box ticked",
            organisation=Claim("organisation_id", "acme"),
        ),
        entry(4, noon, who="ben"),
    ]

    one = an_import(noon)
    commands.record([commands.Batch(source, brought, noon, one)])
    commands.catch_up()
    during = derived()
    assert commands.take_back(one, at=noon) == 3
    assert derived() == before

    again = commands.record([commands.Batch(source, brought, noon, an_import(noon))])
    commands.catch_up()
    assert again[0].new == (0, 1, 2)
    assert len(derived()[3]) == len(during[3]) == 3


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(st.integers(0, 30), max_size=8), max_size=12))
def test_however_batches_overlap_each_id_is_there_once(noon: datetime, batches: list[list[int]]) -> None:
    source = commands.ensure_source(f"s{Interaction.objects.count()}-{batches}"[:80], at=noon)
    before = queries.count(reach=EVERYTHING)
    for ids in batches:
        commands.record([commands.Batch(source, [entry(n, noon, who=f"u{n}") for n in ids], noon)])

    assert queries.count(reach=EVERYTHING) - before == len({n for ids in batches for n in ids})
    assert sorted(
        Interaction.objects.filter(source_id=source).values_list("message_id", flat=True)
    ) == sorted(f"m{n}" for n in {n for ids in batches for n in ids})


def test_the_command_line_rebuilds_what_is_derived(
    noon: datetime, capsys: pytest.CaptureFixture[str]
) -> None:
    from rapport.cli import log as cli

    commands.record([commands.Batch(shop(noon), [entry(1, noon)], noon)])
    DayCount.objects.all().delete()

    cli.rebuild(as_json=True)

    assert capsys.readouterr().out.strip() == '{"interactions": 1}'
    assert Customer.objects.get().interactions == 1


def test_a_customer_known_otherwise_has_no_purchases_left_when_their_import_is_taken_back(
    noon: datetime,
) -> None:
    told = Sighting((Claim("user_id", "amina"),), noon, "club", traits={"name": "Amina"})
    directory_commands.observe([told])
    before = list(Customer.objects.values_list())
    bought = entry(1, noon + timedelta(days=1), kind="purchase", amount_minor=500, currency="EUR")
    one = an_import(noon)
    commands.record([commands.Batch(shop(noon), [bought], noon, one)])
    commands.catch_up()

    commands.take_back(one, at=noon)

    assert list(Customer.objects.values_list()) == before
