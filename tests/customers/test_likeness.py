"""Customers who may be one: what is proposed, what is not, and that only a person joins them."""

import logging
import socket
from datetime import datetime, timedelta

import pytest
from tests import made_up

from rapport.customers.directory import commands as directory
from rapport.customers.directory import queries as customers
from rapport.customers.directory.models import Proposal
from rapport.customers.likeness import commands, queries, rules
from rapport.staff.roles.rules import Operator

pytestmark = pytest.mark.django_db


def known(noon: datetime, *, who: str, **traits: str) -> None:
    made_up.record(made_up.event("profile", who, at=noon, traits=traits), at=noon)


def two_aminas(noon: datetime) -> None:
    known(
        noon, who="user_id=amina", name="Amina Okafor", city="Leeds", postcode="LS1 4DY", street="1 Park Row"
    )
    known(noon, who="external=member:20931", name="Amina  OKAFOR", city="leeds", postcode="ls14dy")
    known(noon, who="user_id=ben", name="Ben Smith", city="Leeds", postcode="LS1 4DY")
    known(noon, who="user_id=chloe", name="Chloë Jones", city="York")


def test_the_same_name_and_postcode_is_proposed_with_its_reasons(noon: datetime) -> None:
    two_aminas(noon)

    outcome = commands.propose(by=Operator(), at=noon)

    (found,) = queries.waiting().proposals
    assert outcome == commands.Proposed(compared=4, waiting=1, new=1, gone=0)
    assert {found.first, found.second} == {
        made_up.customer_of("user_id=amina"),
        made_up.customer_of("external=member:20931"),
    }
    assert found.likeness > 0.95
    assert found.reasons == ("same_name", "same_postcode")
    assert customers.count() == 4


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"name": "José Núñez", "city": "Leeds", "birthday": "1980-02-03"},
         {"name": "Jose Nunez", "city": "Bath", "birthday": "1980-02-03"}),
        ({"name": "Amina Okafor", "email": "amina.okafor@home.example"},
         {"name": "Amina Okafor", "email": "amina.okafor+shop@work.example"}),
        ({"name": "Amina Okafor", "phone": "0113 496 0000"}, {"name": "A. Okafor", "mobile": "+44 113 496 0000"}),
        ({"name": "Amina Okafor", "street": "1 Park Row", "zip": "LS1"},
         {"name": "Amina Okafr", "street": "1 Park Row", "zip": "LS1"}),
    ],
)  # fmt: skip
def test_likeness_survives_accents_typing_mistakes_and_other_addresses(
    noon: datetime, one: dict[str, str], other: dict[str, str]
) -> None:
    known(noon, who="user_id=one", **one)
    known(noon, who="user_id=other", **other)

    assert commands.propose(by=Operator(), at=noon).new == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"name": "Amina Okafor", "street": "1 Park Row", "zip": "LS1", "phone": "0113 496 0000"},
         {"name": "Ben Okafor", "street": "1 Park Row", "zip": "LS1", "phone": "0113 496 0000"}),
        ({"name": "Amina Okafor", "birthday": "1980-02-03", "city": "Leeds"},
         {"name": "Amina Okafor", "birthday": "1999-09-09", "city": "Bath"}),
        ({"city": "Leeds"}, {"city": "Leeds"}),
    ],
)  # fmt: skip
def test_a_family_and_namesakes_are_not_proposed(
    noon: datetime, one: dict[str, str], other: dict[str, str]
) -> None:
    known(noon, who="user_id=one", **one)
    known(noon, who="user_id=other", **other)

    assert commands.propose(by=Operator(), at=noon).new == 0


def test_a_person_decides_and_a_parted_pair_is_never_proposed_again(noon: datetime) -> None:
    two_aminas(noon)
    commands.propose(by=Operator(), at=noon)
    (found,) = queries.waiting().proposals

    directory.decide(found.id, same=False, by=Operator(), at=noon)
    again = commands.propose(by=Operator(), at=noon)

    assert (again.new, again.waiting) == (0, 0)
    assert queries.waiting().proposals == ()


def test_a_decision_taken_back_parts_them_and_waits_again(noon: datetime) -> None:
    two_aminas(noon)
    commands.propose(by=Operator(), at=noon)
    (found,) = queries.waiting().proposals

    directory.decide(found.id, same=True, by=Operator(), at=noon)
    joined = customers.count()
    commands.reopen(found.id, by=Operator(), at=noon + timedelta(minutes=1))

    assert (joined, customers.count()) == (3, 4)
    assert queries.waiting().proposals == (found,)
    with pytest.raises(commands.NotDecided):
        commands.reopen(found.id, by=Operator(), at=noon)


def test_what_is_no_longer_alike_is_no_longer_proposed(noon: datetime) -> None:
    two_aminas(noon)
    commands.propose(by=Operator(), at=noon)
    later = noon + timedelta(days=1)
    made_up.record(
        made_up.event("profile", "external=member:20931", at=later, traits={"name": "Zoe Nowak"}), at=later
    )

    assert commands.propose(by=Operator(), at=later).gone == 1
    assert Proposal.objects.count() == 0


def test_searching_neither_speaks_nor_asks_the_network(
    noon: datetime,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the network was asked")

    two_aminas(noon)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    with caplog.at_level(logging.INFO):
        queries.alike()

    assert capfd.readouterr() == ("", "")
    assert caplog.messages == []


def test_every_level_is_a_probability_and_each_field_adds_up() -> None:
    for levels in rules.FIELDS.values():
        assert sum(level.m for level in levels) == pytest.approx(1)
        assert sum(level.u for level in levels) == pytest.approx(1, abs=0.05)
