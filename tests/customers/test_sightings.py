"""Whatever is seen, in whatever order: two accounts are never one customer, and the ledger explains everything."""

from collections import defaultdict
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rapport.customers.directory import commands
from rapport.customers.directory.commands import register
from rapport.customers.directory.models import Customer, Identifier, Link, SharedMark
from rapport.customers.directory.rules import Claim, Sighting, components

pytestmark = pytest.mark.django_db

accounts = st.builds(lambda n: Claim("user_id", f"u{n}"), st.integers(0, 5))
mails = st.builds(
    lambda n, p: Claim("email", f"m{n}@example.org", p), st.integers(0, 5), st.sampled_from(["", "wrote"])
)
numbers = st.builds(
    lambda n, p: Claim("external", f"card:{n}", p), st.integers(0, 4), st.sampled_from(["", "till"])
)
browsers = st.builds(lambda n: Claim("anonymous_id", f"b{n}"), st.integers(0, 4))
firms = st.builds(lambda n: Claim("organisation_id", f"o{n}"), st.integers(0, 1))
claims = st.lists(st.one_of(accounts, mails, numbers, browsers, firms), min_size=1, max_size=4)
histories = st.lists(st.lists(st.tuples(claims, st.booleans()), min_size=1, max_size=4), max_size=8)


class Undone(Exception):  # noqa: N818 - named for what it does
    """Takes the example's rows back."""


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(histories)
def test_the_ledger_explains_every_customer(
    noon: datetime, history: list[list[tuple[list[Claim], bool]]]
) -> None:
    register.forget_everything()
    with pytest.raises(Undone), transaction.atomic():  # noqa: PT012 - all of the example is taken back
        for day, batch in enumerate(history):
            at = noon + timedelta(days=day)
            commands.observe([Sighting(tuple(c), at, "shop", is_login=login) for c, login in batch])
            check()
        raise Undone


def check() -> None:
    held = {one.pk: one for one in Identifier.objects.all()}
    shared = set(SharedMark.objects.values_list("identifier_id", flat=True))
    live = list(Link.objects.filter(retraction=None).values_list("first_id", "second_id"))
    expected = components(held, live)
    assert {one: identifier.customer_id for one, identifier in held.items()} == expected

    together: dict[int, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for one, identifier in held.items():
        together[expected[one]][identifier.kind].add(identifier.value)
    for kinds in together.values():
        assert len(kinds["user_id"]) <= 1
        assert len(kinds["organisation_id"]) <= 1
        assert not (kinds["user_id"] and kinds["organisation_id"])
        assert len(kinds["anonymous_id"]) <= 5
    assert all(held[one].kind in {"anonymous_id", "device"} for one in shared)
    assert all(expected[one] == one for one in shared)
    of_somebody = {expected[one] for one in held if one not in shared}
    assert set(Customer.objects.values_list("id", flat=True)) == of_somebody


def test_newcomers_are_called_as_a_fresh_look_would_call_them(noon: datetime) -> None:
    card, mail = Claim("external", "card:9", "till"), Claim("email", "nine@example.org", "till")
    commands.observe(
        [
            Sighting((mail,), noon + timedelta(hours=1), "web", traits={"name": "Newer"}),
            Sighting((card,), noon, "till", traits={"name": "Older"}),
            Sighting((card, mail), noon, "till"),
            Sighting((Claim("organisation_id", "o9"),), noon, "web", traits={"name": "Nine Ltd"}),
        ]
    )
    introduced = sorted(Customer.objects.values_list())

    commands.refresh(Customer.objects.values_list("id", flat=True))

    assert introduced == sorted(Customer.objects.values_list())
    assert set(Customer.objects.values_list("name", flat=True)) == {"Newer", "Nine Ltd"}


PUBLIC = {"is_login": True, "is_public": True}
"""A page says with its public key: account and address, in one log-in."""


def sight(at: datetime, *told: Claim, **more: bool) -> None:
    commands.observe([Sighting(told, at, "page", **more)])


def customers() -> int:
    return Identifier.objects.values("customer_id").distinct().count()


def test_a_public_key_cannot_join_an_account_to_an_address_that_was_proven(noon: datetime) -> None:
    sight(noon, Claim("email", "amina@example.org", "wrote from it"))

    sight(noon, Claim("user_id", "mallory"), Claim("email", "amina@example.org"), **PUBLIC)

    assert customers() == 2


def test_a_public_key_cannot_add_an_address_to_an_account_that_was_proven(noon: datetime) -> None:
    sight(noon, Claim("user_id", "amina"), Claim("email", "amina@example.org"), is_login=True)

    sight(noon, Claim("user_id", "amina"), Claim("email", "mallory@example.org"), **PUBLIC)

    assert customers() == 2


def test_what_a_public_key_tells_together_is_joined_and_not_proven(noon: datetime) -> None:
    sight(noon, Claim("user_id", "ben"), Claim("email", "ben@example.org"), **PUBLIC)

    assert customers() == 1
    assert not Identifier.objects.exclude(proof="").exists()
