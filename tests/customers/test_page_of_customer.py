"""What the page of one customer tells: who they are, how we know, what they bought, what they allow."""

from datetime import datetime, timedelta

import pytest
from tests import made_up

from rapport.customers.directory import commands
from rapport.customers.portrait import queries
from rapport.kernel.money import Money
from rapport.staff.roles.rules import Operator

pytestmark = pytest.mark.django_db


def portrait(customer_id: int) -> queries.Portrait:
    found = queries.portrait(customer_id)
    assert found is not None
    return found


def test_identifiers_stand_strongest_first_with_the_reason_they_are_joined(noon: datetime) -> None:
    amina = portrait(made_up.amina(noon))

    assert [(i.kind, i.proof) for i in amina.identifiers] == [("user_id", "log-in"), ("email", "log-in")]
    assert [link.rule for link in amina.links] == ["same_login"]


def test_money_is_summed_per_currency(noon: datetime) -> None:
    made_up.amina(noon)
    made_up.record(
        made_up.event("purchase", "user_id=amina", at=noon, amount_minor=900, currency="JPY"), at=noon
    )

    amina = portrait(made_up.customer_of("user_id=amina"))

    assert [(b.spent, b.purchases) for b in amina.bought] == [(Money(6400, "GBP"), 1), (Money(900, "JPY"), 1)]
    assert amina.purchases == 2


def test_a_join_brings_traits_together_and_the_newest_counts(noon: datetime) -> None:
    made_up.amina(noon)
    account, member = (made_up.identifier_of(n).id for n in ("user_id=amina", "external=member:20931"))

    link = commands.link(account, member, by=Operator(), why="she showed her card", at=noon)
    joined = portrait(made_up.customer_of("user_id=amina"))
    commands.unlink(link.pk, by=Operator(), why="her sister", at=noon)
    parted = portrait(made_up.customer_of("user_id=amina"))

    city = {known.newest.name: known for known in joined.traits}["city"]
    assert (city.newest.value, city.newest.source, city.others[0].value) == ("York", "till", "Leeds")
    assert {known.newest.name: known.newest.value for known in parted.traits}["city"] == "Leeds"
    assert [one.retraction.why for one in parted.taken_back] == ["her sister"]


def test_a_number_that_was_joined_to_another_leads_to_the_customer_of_today(noon: datetime) -> None:
    made_up.amina(noon)
    account, member = (made_up.identifier_of(n) for n in ("user_id=amina", "external=member:20931"))

    commands.link(account.id, member.id, by=Operator(), why="her card", at=noon)

    assert queries.portrait(member.id) is None
    assert queries.current_id(member.id) == account.customer_id
    with pytest.raises(queries.NoSuchCustomer):
        queries.current_id(999_999)


def test_people_are_shown_with_their_organisation_and_it_with_them(noon: datetime) -> None:
    school = made_up.claim("organisation_id=school-7")
    told = made_up.event("membership", "user_id=ben", at=noon, traits={"name": "Ben"}, organisation=school,
                         organisation_traits={"name": "Hill School"})  # fmt: skip
    made_up.record(told, at=noon)

    ben = portrait(made_up.customer_of("user_id=ben"))
    hill = portrait(made_up.customer_of("organisation_id=school-7"))

    assert [o.name for o in ben.organisations] == ["Hill School"]
    assert [p.name for p in hill.people] == ["Ben"]
    assert (ben.kind, hill.kind) == ("person", "organisation")


def test_a_no_for_one_address_counts_for_all(noon: datetime) -> None:
    at = noon - timedelta(days=5)
    made_up.record(
        made_up.event("consent", "user_id=a", "email=a@example.org", at=at, is_login=True,
                      consents={"marketing": "granted"}, consent_proof="ticked a box"),
        made_up.event("consent", "user_id=a", "phone=+447700900123", at=at, is_login=True,
                      consents={"marketing": "denied"}, consent_proof="said so"),
        at=noon,
    )  # fmt: skip

    found = portrait(made_up.customer_of("user_id=a")).standings

    assert {one.is_allowed for one in found if one.purpose == "marketing"} == {False}
    assert {one.is_allowed for one in found if one.purpose == "service"} == {True}


def test_a_shared_device_is_shown_as_such(noon: datetime) -> None:
    for name in ("amina", "ben"):
        made_up.record(
            made_up.event("login", f"user_id={name}", "device=kiosk", at=noon, is_login=True), at=noon
        )

    amina = portrait(made_up.customer_of("user_id=amina"))

    assert [device.value for device in amina.shared] == ["kiosk"]
