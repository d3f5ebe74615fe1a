"""Who is who: what is joined, what is not, and why."""

from datetime import datetime, timedelta

import pytest
from django.test import TestCase

from rapport.customers.directory import commands, queries
from rapport.customers.directory.models import Customer, Identifier, Link, LinkRetraction, SharedMark
from rapport.customers.directory.rules import Claim, Sighting
from rapport.staff.roles.rules import Operator

pytestmark = pytest.mark.django_db


def see(at: datetime, *claims: str, is_login: bool = False, proof: str = "", **traits: object) -> None:
    """Observe one sighting; claims are written kind=value."""
    made = tuple(Claim(*claim.split("=", 1), proof) for claim in claims)
    with TestCase.captureOnCommitCallbacks(execute=True):
        commands.observe([Sighting(made, at, "shop", traits=traits, is_login=is_login)])


def customer_of(claim: str) -> int:
    kind, value = claim.split("=", 1)
    return Identifier.objects.get(kind=kind, value=value).customer_id


def test_five_hundred_logins_on_one_tablet_are_five_hundred_customers(noon: datetime) -> None:
    for number in range(500):
        see(noon, f"user_id=reader-{number}", "anonymous_id=tablet")

    assert queries.count() == 500
    assert SharedMark.objects.get().identifier.value == "tablet"
    assert Link.objects.filter(retraction=None).count() == 0


def test_five_hundred_logins_with_mail_in_one_batch_are_five_hundred_customers(noon: datetime) -> None:
    sightings = [
        Sighting(
            (Claim("user_id", f"u{n}"), Claim("email", f"u{n}@example.org"), Claim("device", "kiosk")),
            noon,
            "shop",
            is_login=True,
        )
        for n in range(500)
    ]

    commands.observe(sightings)

    assert queries.count() == 500
    assert Link.objects.filter(retraction=None).count() == 500


def test_a_visitor_who_logs_in_brings_her_browser_along(noon: datetime) -> None:
    see(noon, "anonymous_id=b1")
    see(noon, "user_id=amina", "anonymous_id=b1")

    assert customer_of("user_id=amina") == customer_of("anonymous_id=b1")
    assert queries.count() == 1


def test_a_login_proves_account_and_mail_together(noon: datetime) -> None:
    see(noon, "email=amina@example.org")
    see(noon, "user_id=amina")
    see(noon, "user_id=amina", "email=amina@example.org", is_login=True)

    assert queries.count() == 1
    assert Link.objects.get().rule == "same_login"


def test_a_shared_mail_address_with_a_new_account_is_a_new_customer(noon: datetime) -> None:
    see(noon, "user_id=amina", "email=family@example.org", is_login=True)
    see(noon, "user_id=ben", "email=family@example.org", is_login=True)

    assert queries.count() == 2
    assert customer_of("email=family@example.org") == customer_of("user_id=amina")


def test_the_weakest_identifier_is_dropped_and_the_rest_is_joined(noon: datetime) -> None:
    see(noon, "user_id=amina", "email=family@example.org", is_login=True)
    see(noon, "user_id=ben", "phone=+447700900123", "email=family@example.org", is_login=True)

    assert customer_of("user_id=ben") == customer_of("phone=+447700900123")
    assert customer_of("user_id=ben") != customer_of("email=family@example.org")


@pytest.mark.parametrize(
    "value", ["0", "000-000", "null", "undefined", "[object Object]", "'none'", "-1", " "]
)
def test_placeholders_identify_nobody(noon: datetime, value: str) -> None:
    see(noon, f"user_id={value}")

    assert queries.count() == 0


def test_a_told_mail_of_another_customer_does_not_join(noon: datetime) -> None:
    see(noon, "user_id=amina", "email=amina@example.org", is_login=True)
    see(noon, "external=member:7", "email=amina@example.org")

    assert customer_of("external=member:7") != customer_of("user_id=amina")


def test_our_own_record_joins_what_it_holds_together(noon: datetime) -> None:
    see(noon, "user_id=amina", "email=amina@example.org", is_login=True)
    see(noon, "external=member:7", "email=amina@example.org", proof="our till")

    assert customer_of("external=member:7") == customer_of("user_id=amina")


def test_two_mails_typed_on_one_browser_stay_two_people(noon: datetime) -> None:
    see(noon, "anonymous_id=b1", "email=one@example.org")
    see(noon, "anonymous_id=b1", "email=two@example.org")

    assert customer_of("email=one@example.org") != customer_of("email=two@example.org")


def test_a_sixth_browser_in_a_week_stays_apart_and_one_next_month_joins(noon: datetime) -> None:
    for number in range(6):
        see(noon, "user_id=amina", f"anonymous_id=b{number}")
    assert queries.count() == 2

    see(noon + timedelta(days=30), "user_id=amina", "anonymous_id=later")
    assert customer_of("anonymous_id=later") == customer_of("user_id=amina")


def test_two_accounts_are_joined_by_a_person_only(noon: datetime) -> None:
    see(noon, "user_id=amina")
    see(noon, "user_id=amina-2")
    a, b = Identifier.objects.order_by("id").values_list("id", flat=True)

    made = commands.link(a, b, by=Operator(), why="same passport", at=noon)
    assert queries.count() == 1

    commands.unlink(made.pk, by=Operator(), why="two sisters", at=noon)
    assert queries.count() == 2
    assert LinkRetraction.objects.get().why == "two sisters"


def test_what_a_person_took_back_no_rule_makes_again(noon: datetime) -> None:
    see(noon, "user_id=amina", "email=a@example.org", is_login=True)
    commands.unlink(Link.objects.get().pk, by=Operator(), why="not hers", at=noon)

    see(noon, "user_id=amina", "email=a@example.org", is_login=True)

    assert customer_of("user_id=amina") != customer_of("email=a@example.org")


def test_taking_back_twice_is_refused(noon: datetime) -> None:
    see(noon, "user_id=amina", "email=a@example.org", is_login=True)
    link = Link.objects.get()
    commands.unlink(link.pk, by=Operator(), why="x", at=noon)

    with pytest.raises(commands.CannotUnlink, match="taken back already"):
        commands.unlink(link.pk, by=Operator(), why="x", at=noon)


def test_a_customer_is_called_by_the_newest_name_we_were_told(noon: datetime) -> None:
    see(noon, "user_id=amina", name="A. Okafor")
    see(noon + timedelta(days=1), "user_id=amina", name="Amina Okafor")
    see(noon - timedelta(days=1), "user_id=amina", name="old")

    assert Customer.objects.get().name == "Amina Okafor"


def test_members_of_an_organisation_stay_people_of_their_own(noon: datetime) -> None:
    commands.observe(
        [
            Sighting(
                (Claim("user_id", who),),
                noon,
                "shop",
                organisation=Claim("organisation_id", "acme"),
                organisation_traits={"name": "Acme"},
            )
            for who in ("amina", "ben")
        ]
    )

    assert queries.count() == 3
    assert Customer.objects.get(kind="organisation").name == "Acme"
    assert Identifier.objects.get(value="acme").members.count() == 2


def test_our_own_server_may_say_that_two_accounts_are_one(noon: datetime) -> None:
    see(noon, "user_id=old-shop-7")

    made = commands.link_named(
        Claim("user_id", "old-shop-7"), Claim("user_id", "amina"), by=Operator(), why="shops merged", at=noon
    )

    assert queries.count() == 1
    assert made.rule == "server"


def test_a_placeholder_is_refused_by_name(noon: datetime) -> None:
    with pytest.raises(commands.CannotLink, match="'null' identifies nobody as user_id"):
        commands.link_named(
            Claim("user_id", "null"), Claim("user_id", "amina"), by=Operator(), why="", at=noon
        )
