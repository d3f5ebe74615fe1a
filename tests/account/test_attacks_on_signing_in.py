"""Attacks on signing in: guessing, asking who works here, skipping a step, old sessions, foreign addresses."""

import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.core.cache import cache
from django.db import connection
from django.test import Client

from rapport.api import live
from rapport.staff.departments import commands as departments
from rapport.staff.organisation import commands as organisation
from rapport.staff.people import commands as people
from rapport.staff.people.models import StaffMember
from rapport.staff.roles.rules import Operator

pytestmark = pytest.mark.django_db
OPERATOR = Operator()
PASSWORD = "three-unrelated-words"
LOGIN = "/account/login/"


@pytest.fixture(autouse=True)
def nothing_counted() -> None:
    cache.clear()


@pytest.fixture
def quick(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def ada(noon: datetime, quick: None) -> StaffMember:  # noqa: ARG001 - for its effect
    organisation.set_up(organisation.Settings(name="Wrenfield"), by=OPERATOR, at=noon)
    new = people.NewStaffMember("ada@wren.example", PASSWORD, "agent", "Ada")
    return people.create(new, by=OPERATOR, at=noon)


@pytest.fixture
def secret(ada: StaffMember) -> str:
    """Ada's app makes codes from this."""
    made = totp.generate_totp_secret()
    totp.TOTP.activate(ada, made)
    RecoveryCodes.activate(ada)
    return made


def sign_in(client: Client, password: str = PASSWORD, email: str = "ada@wren.example", **more: str) -> Any:
    return client.post(LOGIN, {"login": email, "password": password}, **more)  # type: ignore[arg-type]


def is_in(client: Client) -> bool:
    return client.get("/touchpoints/").status_code == 200


def code(secret: str) -> str:
    return totp.format_hotp_value(totp.hotp_value(secret, next(totp.yield_hotp_counters_from_time())))


def test_guessing_passwords_is_stopped_and_the_owner_still_comes_in_from_elsewhere(ada: StaffMember) -> None:
    guesser = Client(REMOTE_ADDR="203.0.113.7")
    for _guess in range(8):
        sign_in(guesser, "a wrong password")

    assert sign_in(guesser).status_code in {403, 429}, "even with the right one"
    assert not is_in(guesser)
    owner = Client(REMOTE_ADDR="198.51.100.4")
    sign_in(owner)
    assert is_in(owner), ada


@pytest.mark.usefixtures("ada")
def test_a_guesser_who_says_to_ask_for_somebody_else_is_still_counted() -> None:
    for guess in range(8):
        client = Client(REMOTE_ADDR="203.0.113.7")
        sign_in(client, "a wrong password", headers={"X-Forwarded-For": f"198.51.100.{guess}"})  # type: ignore[arg-type]
    last = Client(REMOTE_ADDR="203.0.113.7")
    sign_in(last, headers={"X-Forwarded-For": "198.51.100.99"})  # type: ignore[arg-type]

    assert not is_in(last)


def test_failures_are_counted_where_every_process_sees_them() -> None:
    """In the database: a second process counts on where the first one stopped."""
    from django.conf import settings

    assert settings.CACHES["default"]["BACKEND"].endswith("DatabaseCache")
    assert "staff_throttle" in connection.introspection.table_names()
    assert "axes_accessattempt" in connection.introspection.table_names()


def test_guessing_codes_is_stopped(ada: StaffMember, secret: str) -> None:
    client = Client()
    sign_in(client)
    for guess in range(10):
        client.post("/account/second-step/authenticate/", {"code": f"{guess:06d}"})
    client.post("/account/second-step/authenticate/", {"code": code(secret)})

    assert not is_in(client), ada


@pytest.mark.usefixtures("ada")
def test_a_wrong_password_and_a_stranger_get_the_same_answer() -> None:
    known, unknown = sign_in(Client(), "a wrong password"), sign_in(Client(), email="eve@wren.example")

    def said(answer: Any) -> list[str]:
        return [
            line for line in answer.text.splitlines() if "csrf" not in line.lower() and "value=" not in line
        ]

    assert known.status_code == unknown.status_code
    assert said(known) == said(unknown)


def test_a_stranger_is_answered_as_slowly_as_a_member(noon: datetime) -> None:
    """With the real hash, which is slow on purpose; the quickest of several tells of the work, not of the machine."""
    organisation.set_up(organisation.Settings(name="Wrenfield"), by=OPERATOR, at=noon)
    people.create(people.NewStaffMember("ada@wren.example", PASSWORD, "agent"), by=OPERATOR, at=noon)

    def quickest(email: str) -> float:
        took = []
        for _try in range(4):
            began = time.perf_counter()
            sign_in(Client(), "a wrong password", email)
            took.append(time.perf_counter() - began)
        return min(took)

    known, unknown = quickest("ada@wren.example"), quickest("eve@wren.example")
    assert 0.3 < unknown / known < 3


@pytest.mark.usefixtures("ada")
def test_a_session_gets_another_name_at_sign_in() -> None:
    client = Client()
    client.get(LOGIN)
    client.session.save()
    client.cookies["sessionid"] = "a-name-that-somebody-else-chose-0"
    sign_in(client)

    assert is_in(client)
    assert client.cookies["sessionid"].value != "a-name-that-somebody-else-chose-0"


def change_role(ada: StaffMember, at: datetime) -> None:
    people.change(ada.pk, people.Work("Ada", "lead", ""), by=OPERATOR, at=at)


def change_password(ada: StaffMember, at: datetime) -> None:
    people.set_password(ada.pk, "another-three-words", by=OPERATOR, at=at)


def let_go(ada: StaffMember, at: datetime) -> None:
    people.let_go(ada.pk, by=OPERATOR, at=at)


@pytest.mark.parametrize("what", [change_role, change_password, let_go])
def test_old_sessions_end_at_once_when(
    ada: StaffMember, noon: datetime, what: Callable[[StaffMember, datetime], None]
) -> None:
    people.create(people.NewStaffMember("bea@wren.example", PASSWORD, "admin"), by=OPERATOR, at=noon)
    client = Client()
    sign_in(client)
    assert is_in(client)

    what(ada, noon)

    assert not is_in(client)


@pytest.mark.usefixtures("ada")
def test_a_new_password_of_ones_own_ends_the_other_sessions_and_keeps_this_one() -> None:
    here, elsewhere = Client(), Client()
    sign_in(here)
    sign_in(elsewhere)

    changed = {
        "oldpassword": PASSWORD,
        "password1": "four-more-new-words",
        "password2": "four-more-new-words",
    }
    assert here.post("/account/password/", changed).status_code == 302
    assert is_in(here)
    assert not is_in(elsewhere)


@pytest.mark.usefixtures("ada")
def test_signing_out_ends_the_session_on_the_server_and_only_by_post() -> None:
    client = Client()
    sign_in(client)
    kept = client.cookies["sessionid"].value
    client.get("/account/logout/")
    assert is_in(client), "a link or an image signs nobody out"

    client.post("/account/logout/")
    thief = Client()
    thief.cookies["sessionid"] = kept
    assert not is_in(thief)


@pytest.mark.usefixtures("secret")
@pytest.mark.parametrize(
    "address", ["/", "/touchpoints/", "/settings/", "/account/password/", "/account/second-step/"]
)
def test_the_second_step_cannot_be_skipped(address: str) -> None:
    client = Client()
    assert sign_in(client).headers["Location"].startswith("/account/second-step/authenticate/")

    assert client.get(address).status_code == 302
    assert not is_in(client)


def test_a_code_lets_in_once(ada: StaffMember, secret: str) -> None:
    first, second = Client(), Client()
    shown = code(secret)
    for client in (first, second):
        sign_in(client)
        client.post("/account/second-step/authenticate/", {"code": shown})

    assert is_in(first), ada
    assert not is_in(second)


@pytest.mark.usefixtures("secret")
def test_a_code_for_an_emergency_lets_in_once(ada: StaffMember) -> None:
    kept = Authenticator.objects.get(user=ada, type=Authenticator.Type.RECOVERY_CODES)
    written_down = RecoveryCodes(kept).get_unused_codes()[0]
    first, second = Client(), Client()
    for client in (first, second):
        sign_in(client)
        client.post("/account/second-step/authenticate/", {"code": written_down})

    assert is_in(first)
    assert not is_in(second)


def test_taking_the_second_step_away_asks_again_who_it_is(ada: StaffMember) -> None:
    totp.TOTP.activate(ada, totp.generate_totp_secret())
    stolen = Client()
    stolen.force_login(ada, backend="allauth.account.auth_backends.AuthenticationBackend")

    answer = stolen.post("/account/second-step/totp/deactivate/")

    assert "reauthenticate" in answer.headers["Location"] or "confirm" in answer.headers["Location"]
    assert Authenticator.objects.filter(user=ada).exists()


def test_what_makes_the_codes_is_sealed_in_the_database(ada: StaffMember, secret: str) -> None:
    kept = str(list(Authenticator.objects.filter(user=ada).values_list("data", flat=True)))

    assert secret not in kept
    assert kept.count("sealed1:") == 2


def test_a_role_that_needs_a_second_step_sees_nothing_before_it_is_set_up(
    ada: StaffMember, noon: datetime
) -> None:
    client = Client()
    sign_in(client)
    assert is_in(client)
    departments.set_access_rules(is_sight_limited=False, second_step_roles=["agent"], by=OPERATOR, at=noon)

    for address in ("/", "/customers/", "/touchpoints/"):
        assert client.get(address).headers["Location"] == "/account/second-step/"
    assert client.post("/customers/1/consents").headers["Location"] == "/account/second-step/"
    totp.TOTP.activate(ada, totp.generate_totp_secret())
    assert is_in(client)


ELSEWHERE = [
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "https:evil.example",
    "https://evil.example",
    "http:///evil.example",
    "https://testserver@evil.example",
    "https://testserver.evil.example",
    "%2f%2fevil.example",
    "/%09/evil.example",
    "\t//evil.example",
    "/\t/evil.example",
    "//evil。example",
    "javascript:alert(1)",
    "data:text/html,x",
]


@pytest.mark.usefixtures("ada")
@pytest.mark.parametrize("away", ELSEWHERE)
def test_signing_in_never_leads_to_another_site(away: str) -> None:
    from urllib.parse import urljoin, urlsplit

    answer = Client().post(LOGIN, {"login": "ada@wren.example", "password": PASSWORD, "next": away})

    reached = urljoin("http://testserver/account/login/", answer.headers["Location"].replace("\\", "/"))
    assert urlsplit(reached).netloc == "testserver"


@pytest.mark.parametrize(
    "host", ["evil.example", "testserver.evil.example", "evil.example:80", "testserver@evil.example"]
)
def test_a_name_that_is_not_ours_is_not_served(host: str, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["testserver"]

    assert Client().get(LOGIN, headers={"Host": host}).status_code == 400


@pytest.mark.usefixtures("ada")
@pytest.mark.parametrize(
    "address", [LOGIN, "/account/logout/", "/account/password/", "/account/confirm/", "/look/"]
)
def test_a_form_of_another_site_is_refused(address: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(
        StaffMember.objects.get(), backend="allauth.account.auth_backends.AuthenticationBackend"
    )

    assert client.post(address, {}).status_code == 403


@pytest.mark.usefixtures("ada")
def test_the_first_run_is_closed_once_somebody_works_here() -> None:
    told = {"name": "Evil", "email": "eve@wren.example", "password": PASSWORD, "your_name": "Eve"}

    assert Client().get("/first-run/").status_code == 404
    assert Client().post("/first-run/", told).status_code == 404
    assert StaffMember.objects.count() == 1


def test_more_fields_than_a_form_asks_for_change_nothing(ada: StaffMember, noon: datetime) -> None:
    boss = people.create(people.NewStaffMember("bea@wren.example", PASSWORD, "admin"), by=OPERATOR, at=noon)
    client = Client()
    client.force_login(boss, backend="allauth.account.auth_backends.AuthenticationBackend")
    before = ada.password
    more = {
        "is_superuser": "on",
        "is_staff": "on",
        "password": "x" * 12,
        "email": "eve@wren.example",
        "id": "1",
    }
    client.post(f"/settings/people/{ada.pk}/", {"name": "Ada", "role": "agent", "department": "", **more})

    ada.refresh_from_db()
    assert (ada.email, ada.is_superuser, ada.password) == ("ada@wren.example", False, before)


def test_live_updates_wait_for_the_second_step_too(ada: StaffMember, noon: datetime) -> None:
    client = Client()
    sign_in(client)
    session = client.cookies["sessionid"].value
    assert live._person(session) is not None
    departments.set_access_rules(is_sight_limited=False, second_step_roles=["agent"], by=OPERATOR, at=noon)

    assert live._person(session) is None, ada
