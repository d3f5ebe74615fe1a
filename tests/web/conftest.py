"""Pages without a browser: the test client, and one member of staff per role."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from rapport.staff.departments import commands as departments
from rapport.staff.organisation import commands as organisation
from rapport.staff.people import commands as people
from rapport.staff.roles.rules import ROLES, Operator

PASSWORD = "three-unrelated-words"

Signing = Callable[[str], Client]


@pytest.fixture
def house(db: None, noon: datetime, settings: Any) -> None:  # noqa: ARG001 - for its effect
    """An organisation in which each role is held by one person."""
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.MD5PasswordHasher"
    ]  # the real one is slow on purpose
    wrenfield = organisation.Settings(name="Wrenfield", time_zone="Europe/London", currency="GBP")
    organisation.set_up(wrenfield, by=Operator(), at=noon)
    departments.add_department("Retail", by=Operator(), at=noon)
    for role, title in ROLES.items():
        new = people.NewStaffMember(
            email=f"{role}@wrenfield.example", password=PASSWORD, role=role, name=title
        )
        people.create(new, by=Operator(), at=noon)


@pytest.fixture
def signed_in_as(house: None) -> Signing:  # noqa: ARG001 - for its effect
    """A browser in which somebody of this role is signed in; "" gives a stranger's."""

    def sign_in(role: str) -> Client:
        client = Client()
        if role:
            from rapport.staff.people import queries

            member = queries.by_email(f"{role}@wrenfield.example")
            assert member is not None
            client.force_login(member, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return sign_in


@pytest.fixture
def agent(signed_in_as: Signing) -> Client:
    """The browser of somebody who works at the desk."""
    return signed_in_as("agent")


@pytest.fixture
def now() -> datetime:
    """The pages of the desk read the clock, so what is said there was said just now."""
    return datetime.now(UTC)
