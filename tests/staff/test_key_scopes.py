"""Keys do what they were made for, as long as they were made for, and are kept as nothing but a digest."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from rapport.kernel.refusals import NotAllowed
from rapport.staff.audit.models import AuditEntry
from rapport.staff.keys import commands, queries, rules
from rapport.staff.keys.models import Key
from rapport.staff.roles import queries as roles
from rapport.staff.roles.rules import PERMISSIONS, Operator, require

pytestmark = pytest.mark.django_db
OPERATOR = Operator()
OPERATIONS = {"/api/v1/counts": "measures.read", "/api/v1/search?q=ines": "search.read"}


def made(*scopes: str, at: datetime, **more: datetime) -> tuple[Key, str]:
    return commands.create(
        kind="api", name="reports", by=OPERATOR, at=at, grant=commands.Grant(scopes, **more)
    )


def ask(address: str, secret: str) -> int:
    return Client().get(address, headers={"Authorization": f"Bearer {secret}"}).status_code


def test_every_scope_stands_for_permissions_that_there_are() -> None:
    for scope in rules.SCOPES.values():
        assert scope.permissions <= set(PERMISSIONS)


@pytest.mark.parametrize("scope", rules.SCOPES)
@pytest.mark.parametrize(("address", "needed"), OPERATIONS.items())
def test_a_key_opens_what_its_scope_names_and_nothing_else(
    noon: datetime, scope: str, address: str, needed: str
) -> None:
    _key, secret = made(scope, at=noon)

    assert ask(address, secret) == (200 if scope == needed else 403)


@pytest.mark.parametrize("scope", rules.SCOPES)
def test_no_scope_makes_an_administrator(noon: datetime, scope: str) -> None:
    key, _secret = made(scope, at=noon)

    for permission in ("people.edit", "keys.edit", "organisation.edit", "customers.erase", "audit.view"):
        with pytest.raises(NotAllowed):
            require(key, permission)
    assert roles.reach(key).permissions == rules.SCOPES[scope].permissions


def test_a_key_of_all_scopes_does_what_an_api_key_always_did(noon: datetime) -> None:
    _key, secret = commands.create(kind="api", name="partner", by=OPERATOR, at=noon)

    assert {ask(address, secret) for address in OPERATIONS} == {200}


def test_an_ended_key_an_expired_one_and_a_write_key_open_nothing(noon: datetime) -> None:
    key, ended = made(*rules.SCOPES, at=noon)
    commands.revoke(key.pk, by=OPERATOR, at=noon)
    _key, expired = made(*rules.SCOPES, at=noon, expires_at=noon + timedelta(days=1))
    _key, write = commands.create(kind="write", name="shop", by=OPERATOR, at=noon)

    assert queries.find(expired, at=noon + timedelta(hours=23)) is not None
    assert queries.find(expired, at=noon + timedelta(days=1)) is None
    for secret in (ended, expired, write, "", "rap_api_", "' OR 1=1 --", "rap_api_" + "0" * 40):
        assert {ask(address, secret) for address in OPERATIONS} == {401}


@pytest.mark.parametrize(
    ("kind", "grant"),
    [
        ("api", commands.Grant(())),
        ("api", commands.Grant(("everything",))),
        ("write", commands.Grant(("search.read",))),
        ("master", commands.Grant(None)),
    ],
)
def test_a_key_that_says_too_little_or_too_much_is_not_made(
    noon: datetime, kind: str, grant: commands.Grant
) -> None:
    with pytest.raises(commands.BadKey):
        commands.create(kind=kind, name="reports", by=OPERATOR, at=noon, grant=grant)
    assert not Key.objects.exists()


def test_the_day_of_use_is_written_once_a_day(noon: datetime) -> None:
    key, secret = made("measures.read", at=noon)
    ask("/api/v1/counts", secret)
    with CaptureQueriesContext(connection) as asked:
        assert ask("/api/v1/counts", secret) == 200

    key.refresh_from_db()
    assert key.last_used_on is not None
    assert [query["sql"] for query in asked if query["sql"].startswith("UPDATE")] == []


def test_a_secret_is_nowhere_but_in_the_answer_that_made_it(
    noon: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    key, secret = made("measures.read", at=noon)
    ask("/api/v1/counts", secret)
    ask("/api/v1/search?q=x", secret)
    refused = Client().get("/api/v1/search?q=x", headers={"Authorization": f"Bearer {secret}"})

    stored = str(Key.objects.values().get()) + str(list(AuditEntry.objects.values()))
    for text in (stored, caplog.text, refused.text):
        assert secret not in text
    assert secret.startswith(key.hint)
    assert len(key.hint) < len(secret) / 3
