"""Signing in through an issuer: only who works here, only on its signed word for this very sign-in."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from tests.account.issuer import KEY, OTHER_KEY, Issuer

from rapport.staff.audit.models import AuditEntry
from rapport.staff.organisation import commands as organisation
from rapport.staff.people import commands as people
from rapport.staff.people.models import StaffMember
from rapport.staff.roles.rules import Operator

pytestmark = pytest.mark.django_db
OPERATOR = Operator()
START, BACK = "/account/with/sso/", "/account/with/sso/callback/"


@pytest.fixture
def issuer(settings: Any) -> Iterator[Issuer]:
    """An issuer that is set up here as the operator would."""
    with Issuer() as running:
        app = {
            "provider_id": "sso",
            "name": "Wrenfield",
            "client_id": "rapport",
            "secret": "shared-with-the-issuer",
            "settings": {"server_url": running.address, "oauth_pkce_enabled": True},
        }
        provider = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]
        settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {**provider, "APPS": [app]}}
        yield running


@pytest.fixture
def ada(noon: datetime, settings: Any) -> StaffMember:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    organisation.set_up(organisation.Settings(name="Wrenfield"), by=OPERATOR, at=noon)
    new = people.NewStaffMember("ada@wren.example", "three-unrelated-words", "agent", "Ada")
    return people.create(new, by=OPERATOR, at=noon)


def sign_in(issuer: Issuer, client: Client, **form: str) -> Any:
    sent = client.post(START, form)
    assert sent.status_code == 302
    assert sent.headers["Location"].startswith(f"{issuer.address}/authorize?")
    return client.get(BACK, issuer.approve(sent.headers["Location"]))


def is_signed_in(client: Client) -> bool:
    return client.get("/touchpoints/").status_code == 200


def test_a_member_of_staff_comes_in_and_comes_again(issuer: Issuer, ada: StaffMember) -> None:
    client = Client()
    answer = sign_in(issuer, client, next="/touchpoints/")

    assert answer.headers["Location"] == "/touchpoints/"
    assert is_signed_in(client)
    assert issuer.asked["code_challenge_method"] == "S256"
    assert issuer.asked["redirect_uri"].startswith("http://127.0.0.1:8000/account/with/sso/callback/")

    again = Client()
    issuer.claims = {"email": "ada.lovelace@wren.example", "email_verified": False}
    sign_in(issuer, again)
    assert is_signed_in(again), "known by the issuer's own name for her from now on"
    assert ada.pk == int(again.session["_auth_user_id"])


def test_the_password_and_sessions_from_before_end_at_the_first_time(
    issuer: Issuer, ada: StaffMember
) -> None:
    squatter = Client()
    squatter.force_login(ada, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert is_signed_in(squatter)

    sign_in(issuer, Client())

    assert not is_signed_in(squatter)
    ada.refresh_from_db()
    assert not ada.check_password("three-unrelated-words")
    assert AuditEntry.objects.filter(act="people.single_sign_on").count() == 1


LIES: dict[str, dict[str, Any]] = {
    "an address that is not verified": {"email_verified": False},
    "an address said to be verified in a word": {"email_verified": "false"},
    "no word on the address": {"email_verified": None},
    "an address of nobody here": {"email": "mallory@wren.example"},
    "no address": {"email": ""},
    "a token for another program": {"aud": "another-program"},
    "a token of another issuer": {"iss": "https://issuer.example"},
    "a token for another sign-in": {"nonce": "another"},
    "a token without a nonce": {"nonce": None},
    "a token past its time": {"exp": 1_700_000_000},
}


@pytest.mark.parametrize("lie", LIES)
@pytest.mark.usefixtures("ada")
def test_nobody_comes_in_on(issuer: Issuer, lie: str) -> None:
    issuer.claims = LIES[lie]
    client = Client()
    answer = sign_in(issuer, client)

    assert answer.headers["Location"] == "/account/login/"
    assert not is_signed_in(client)
    assert StaffMember.objects.get().check_password("three-unrelated-words"), "nothing was changed"


@pytest.mark.parametrize(
    ("key", "algorithm"), [(OTHER_KEY, "RS256"), (None, "none"), ("shared-with-the-issuer" * 3, "HS256")]
)
@pytest.mark.usefixtures("ada")
def test_a_token_that_the_issuer_did_not_sign_is_refused(issuer: Issuer, key: Any, algorithm: str) -> None:
    issuer.key, issuer.algorithm = key, algorithm
    client = Client()
    sign_in(issuer, client)

    assert not is_signed_in(client)


@pytest.mark.usefixtures("ada")
def test_an_issuer_that_calls_itself_otherwise_is_refused(issuer: Issuer) -> None:
    issuer.configuration = {"issuer": "https://issuer.example"}
    issuer.claims = {"iss": "https://issuer.example"}
    client = Client()
    sign_in(issuer, client)

    assert issuer.key is KEY
    assert not is_signed_in(client)


@pytest.mark.usefixtures("ada")
def test_what_another_browser_began_does_not_end_here(issuer: Issuer) -> None:
    brought = issuer.approve(Client().post(START).headers["Location"])
    other = Client()
    other.get(BACK, brought)

    assert not is_signed_in(other)


def test_a_member_who_left_does_not_come_in(issuer: Issuer, ada: StaffMember, noon: datetime) -> None:
    someone = people.NewStaffMember("bea@wren.example", "three-unrelated-words", "admin", "Bea")
    people.create(someone, by=OPERATOR, at=noon)
    sign_in(issuer, Client())
    people.let_go(ada.pk, by=OPERATOR, at=noon)
    client = Client()
    sign_in(issuer, client)

    assert not is_signed_in(client)


@pytest.mark.usefixtures("ada")
def test_another_site_can_neither_begin_it_nor_say_where_it_ends(issuer: Issuer) -> None:
    assert Client().get(START).headers["Location"] == "/account/login/"
    assert Client(enforce_csrf_checks=True).post(START).status_code == 403
    client = Client()
    assert sign_in(issuer, client, next="https://evil.example/").headers["Location"] == "/"


@pytest.mark.usefixtures("ada")
def test_without_an_issuer_there_is_nothing_at_its_addresses() -> None:
    assert Client().post(START).status_code == 404
    assert Client().get(BACK).status_code == 404
