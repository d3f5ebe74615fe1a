"""Every operation of the API against every asker: no key, a wrong one, each kind and scope, a session."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from rapport.api.application import api
from rapport.staff.keys import commands as keys
from rapport.staff.keys.rules import SCOPES
from rapport.staff.organisation import commands as organisation
from rapport.staff.people import commands as people
from rapport.staff.roles.rules import Operator

pytestmark = pytest.mark.django_db
OPERATOR = Operator()
OPEN: set[tuple[str, str]] = set()
"""Operations that ask for no key. There are none."""
NEEDS = {
    ("GET", "/api/v1/counts"): "measures.read",
    ("POST", "/api/v1/links"): "links.write",
    ("GET", "/api/v1/search"): "search.read",
    ("GET", "/api/v1/customers"): "customers.read",
    ("POST", "/api/v1/channels/{token}/messages"): "channels.write",
    ("GET", "/api/v1/channels/{token}/messages"): "channels.write",
    ("POST", "/api/v1/channels/{token}/deliveries"): "channels.write",
}
"""The scope that each operation needs. A new operation is listed here, or needs every scope."""
ALL_SCOPES = "every scope"


def operations() -> Iterator[tuple[str, str]]:
    """Method and address of everything that Django serves of the API."""
    for prefix, router in api._routers:
        for path, view in router.path_operations.items():
            for operation in view.operations:
                for method in operation.methods:
                    yield method, f"/api{prefix}{path}"


def ask(method: str, address: str, secret: str = "", **more: Any) -> int:
    headers = {"Authorization": f"Bearer {secret}"} if secret else {}
    filled = re.sub(r"{[^}]+}", "987654", address)
    return (
        Client()
        .generic(method, filled, json.dumps({}), "application/json", headers=headers, **more)
        .status_code
    )


def test_every_operation_that_is_listed_is_there() -> None:
    there = set(operations())

    assert there, "the walk finds something"
    assert set(NEEDS) <= there
    assert there >= OPEN


@pytest.mark.parametrize("secret", ["", "nonsense", "rap_api_" + "0" * 40, "rap_write_" + "0" * 40])
def test_nobody_asks_without_a_key(secret: str) -> None:
    assert {operation: ask(*operation, secret) for operation in operations() if operation not in OPEN} == {
        operation: 401 for operation in operations() if operation not in OPEN
    }


def test_a_write_key_a_key_that_ended_and_one_past_its_day_open_nothing() -> None:
    at = datetime.now(UTC)
    _key, write = keys.create(kind="write", name="shop", by=OPERATOR, at=at)
    ended, revoked = keys.create(kind="api", name="partner", by=OPERATOR, at=at)
    keys.revoke(ended.pk, by=OPERATOR, at=at)
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    short = keys.Grant(expires_at=datetime(2020, 1, 2, tzinfo=UTC))
    _key, expired = keys.create(kind="api", name="old", by=OPERATOR, at=long_ago, grant=short)

    for operation in operations():
        for secret in (write, revoked, expired):
            assert ask(*operation, secret) == 401, operation


@pytest.mark.parametrize("scope", SCOPES)
def test_a_key_of_one_scope_opens_the_operations_of_that_scope_alone(scope: str) -> None:
    _key, secret = keys.create(
        kind="api", name="one", by=OPERATOR, at=datetime.now(UTC), grant=keys.Grant([scope])
    )

    for operation in operations():
        is_refused = ask(*operation, secret) == 403
        assert is_refused == (NEEDS.get(operation, ALL_SCOPES) != scope), operation


def test_a_persons_session_is_no_key() -> None:
    """What a browser sends by itself opens nothing: no other site can make it act on the API."""
    at = datetime.now(UTC)
    organisation.set_up(organisation.Settings(name="Wrenfield"), by=OPERATOR, at=at)
    ada = people.create(people.NewStaffMember("ada@wren.example", None, "admin"), by=OPERATOR, at=at)
    client = Client()
    client.force_login(ada, backend="allauth.account.auth_backends.AuthenticationBackend")

    for method, address in operations():
        filled = re.sub(r"{[^}]+}", "987654", address)
        assert client.generic(method, filled, "{}", "application/json").status_code == 401, address


def test_a_key_in_the_address_is_not_read() -> None:
    _key, secret = keys.create(kind="api", name="one", by=OPERATOR, at=datetime.now(UTC))

    for name in ("key", "api_key", "token", "access_token", "authorization"):
        assert ask("GET", f"/api/v1/counts?{name}={secret}") == 401


def test_a_refusal_never_repeats_the_key() -> None:
    _key, secret = keys.create(
        kind="api", name="one", by=OPERATOR, at=datetime.now(UTC), grant=keys.Grant(["links.write"])
    )
    answer = Client().get("/api/v1/counts", headers={"Authorization": f"Bearer {secret}"})

    assert answer.status_code == 403
    assert secret not in answer.text + str(answer.headers)
