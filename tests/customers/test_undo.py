"""Undo is exact: whatever was joined and parted, what remains is what the remaining links say."""

import random
from collections import defaultdict
from datetime import datetime, timedelta

import pytest

from rapport.customers.consent.models import ConsentRecord
from rapport.customers.consent.rules import Statement, standings
from rapport.customers.directory import commands
from rapport.customers.directory.models import Customer, Identifier, Link, Trait
from rapport.customers.directory.rules import Claim, components
from rapport.interactions.log import commands as log
from rapport.interactions.log.models import Interaction
from rapport.interactions.log.rules import Entry
from rapport.staff.roles.rules import Operator

PEOPLE = 12
pytestmark = pytest.mark.django_db


def a_small_town(at: datetime) -> list[int]:
    """Twelve people with an account or a mail address each, with traits, consents, purchases and visits."""
    source = log.ensure_source("town", at=at)
    entries = []
    for n in range(PEOPLE):
        claim = (
            Claim("user_id", f"person-{n}") if n % 2 else Claim("email", f"person{n}@example.org", "wrote")
        )
        for k in range(n % 4 + 1):
            entries.append(
                Entry(
                    message_id=f"{n}-{k}",
                    kind="purchase" if k % 2 else "visit",
                    occurred_at=at - timedelta(days=n, hours=k),
                    claims=(claim,),
                    traits={"name": f"Person {n}", "town": "Leeds"} if k == 0 else {},
                    consents={"marketing": "denied" if n % 3 else "granted"} if k == 0 else {},
                    consent_proof="form",
                    amount_minor=100 * n if k % 2 else None,
                    currency="EUR" if k % 2 else "",
                )
            )
    log.record([log.Batch(source, entries, at)])
    log.catch_up()
    return list(Identifier.objects.order_by("id").values_list("id", flat=True))


def state() -> object:
    """Everything people see that depends on who is joined with whom."""
    owner = dict(Identifier.objects.order_by("id").values_list("id", "customer_id"))
    points, said, known = defaultdict(list), defaultdict(list), defaultdict(dict)
    for one in Identifier.objects.filter(kind="email").order_by("id"):
        points[one.customer_id].append(one.id)
    for r in ConsentRecord.objects.order_by("id"):
        said[owner[r.identifier_id]].append(Statement(r.identifier_id, r.purpose, r.state, r.at, id=r.pk))
    for t in Trait.objects.order_by("observed_at", "id"):
        known[owner[t.identifier_id]][t.name] = t.value
    rows = Interaction.objects.order_by("occurred_at", "id").values_list("id", "identifier_id")
    timelines = defaultdict(list)
    for row, identifier in rows:
        timelines[owner[identifier]].append(row)
    consents = {one: [(s.purpose, s.is_allowed) for s in standings(points[one], said[one])] for one in points}
    customers = list(Customer.objects.order_by("id").values_list())
    return repr((owner, customers, dict(known), consents, dict(timelines)))


@pytest.mark.parametrize("sequences", [400, pytest.param(10_000, marks=pytest.mark.soak)])
def test_random_links_and_their_undoing_leave_the_town_as_it_was(noon: datetime, sequences: int) -> None:
    ids = a_small_town(noon)
    before = state()
    chance = random.Random(20260302)
    for _ in range(sequences):
        made: list[tuple[int, int, int]] = []
        for _ in range(chance.randint(1, 6)):
            if made and chance.random() < 0.3:
                gone = made.pop(chance.randrange(len(made)))
                commands.unlink(gone[0], by=Operator(), why="no", at=noon)
            else:
                a, b = chance.sample(ids, 2)
                made.append((commands.link(a, b, by=Operator(), why="yes", at=noon).pk, a, b))
        expected = components(ids, [(a, b) for _, a, b in made])
        assert dict(Identifier.objects.values_list("id", "customer_id")) == expected
        assert Customer.objects.count() == len(set(expected.values()))
        chance.shuffle(made)
        for link, _, _ in made:
            commands.unlink(link, by=Operator(), why="no", at=noon)
        assert state() == before
    assert Link.objects.count() >= sequences


def test_joining_adds_up_money_and_moments_and_taking_back_parts_them(noon: datetime) -> None:
    ids = a_small_town(noon)
    one, three = ids[1], ids[3]
    spent = dict(Customer.objects.values_list("id", "spent_minor"))

    made = commands.link(one, three, by=Operator(), why="same", at=noon)
    joined = Customer.objects.get(pk=one)
    assert joined.spent_minor == spent[one] + spent[three]
    assert not Customer.objects.filter(pk=three).exists()

    commands.unlink(made.pk, by=Operator(), why="not", at=noon)
    assert dict(Customer.objects.values_list("id", "spent_minor")) == spent


def test_the_strictest_consent_wins_while_joined_and_leaves_with_the_link(noon: datetime) -> None:
    a_small_town(noon)
    yes = Identifier.objects.get(value="person0@example.org")
    no = Identifier.objects.get(value="person2@example.org")

    def may_write(*points: Identifier) -> bool:
        records = ConsentRecord.objects.filter(identifier__in=points)
        said = [Statement(r.identifier_id, r.purpose, r.state, r.at, id=r.pk) for r in records]
        found = standings([p.pk for p in points], said)
        return next(s for s in found if s.identifier_id == yes.pk and s.purpose == "marketing").is_allowed

    assert may_write(yes)
    assert not may_write(yes, no)
    assert may_write(yes)
