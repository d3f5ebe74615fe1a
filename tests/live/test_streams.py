"""Streams: nothing is missed over a cut, nobody hears what they may not, and nothing is left of those who vanish."""

import socket
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests.live.streaming import App, Screen, serving, status, until

from rapport.live.events import commands
from rapport.live.events.rules import News
from rapport.staff.departments import commands as departments
from rapport.staff.people import commands as people
from rapport.staff.people import queries as staff
from rapport.staff.roles.rules import Operator

pytestmark = pytest.mark.django_db(transaction=True)
VIEW = "customers.view"


@pytest.fixture
def session(noon: datetime, settings: Any) -> str:
    """Somebody of the desk, signed in."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    new = people.NewStaffMember(email="ann@example.org", password="three-unrelated-words", role="agent")
    people.create(new, by=Operator(), at=noon)
    client = Client()
    ann = staff.by_email("ann@example.org")
    assert ann is not None
    client.force_login(ann, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client.cookies["sessionid"].value


@pytest.fixture
def served(session: str) -> Iterator[tuple[App, int]]:  # noqa: ARG001 - who is signed in comes first
    with serving() as running:
        yield running


def tell(topic: str, at: datetime, permission: str = VIEW) -> None:
    commands.tell([News(topic, permission)], at=at)


def test_a_screen_hears_of_what_it_follows_and_of_nothing_else(
    served: tuple[App, int], session: str, noon: datetime
) -> None:
    screen = Screen(served[1], session, "customer:1,log")
    assert (screen.status, screen.next()) == (200, ("ready", "1"))

    for topic in ("customer:2", "customer:1", "log"):
        tell(topic, noon)

    heard = screen.until("changed").split(",")
    if len(heard) == 1:
        heard += screen.until("changed").split(",")
    assert sorted(heard) == ["customer:1", "log"]
    screen.close()


def test_a_screen_that_was_cut_misses_nothing(served: tuple[App, int], session: str, noon: datetime) -> None:
    screen = Screen(served[1], session, "customer:1")
    tell("customer:1", noon)
    screen.until("changed")
    screen.close()
    tell("customer:1", noon)
    until(lambda: str(served[0].hub.cursor) != screen.place)

    again = Screen(served[1], session, "customer:1", **{"Last-Event-ID": screen.place})
    assert again.next() == ("ready", "1")
    assert again.until("changed") == "customer:1"
    again.close()

    by_address = Screen(served[1], session, f"customer:1&after={screen.place}")
    assert by_address.until("changed") == "customer:1"
    by_address.close()


def test_a_stream_ends_by_itself_and_says_when_to_come_back(served: tuple[App, int], session: str) -> None:
    screen = Screen(served[1], session, "log")
    said = screen.answer.read().decode()

    assert said.startswith("retry: ")
    assert 1000 <= int(said.split()[1]) <= 4000
    assert said.count("event: beat") >= 3


def test_whoever_slept_too_long_is_told_so(served: tuple[App, int], session: str, noon: datetime) -> None:
    place = served[0].hub.cursor
    tell("log", noon)
    until(lambda: served[0].hub.cursor > place)
    served[0].hub._floor = served[0].hub.cursor

    screen = Screen(served[1], session, "log", **{"Last-Event-ID": str(place)})

    assert screen.next() == ("behind", "1")
    screen.close()


def test_what_one_may_not_see_is_not_even_heard_of(
    served: tuple[App, int], session: str, noon: datetime
) -> None:
    screen = Screen(served[1], session, "audit,log")
    tell("audit", noon, permission="audit.view")
    tell("log", noon)

    assert screen.until("changed") == "log"
    screen.close()


def test_who_is_signed_out_or_left_loses_the_stream_within_a_heartbeat(
    served: tuple[App, int], session: str, noon: datetime
) -> None:
    screen = Screen(served[1], session, "log")
    screen.until("beat")
    ann = staff.by_email("ann@example.org")
    assert ann is not None
    people.let_go(ann.pk, by=Operator(), at=noon)
    began = time.monotonic()
    while screen.next()[0] != "end":
        pass

    assert time.monotonic() - began < 5
    assert status(served[1], session, "log") == 403


def test_a_new_department_holds_from_the_next_heartbeat_on(
    served: tuple[App, int], session: str, noon: datetime
) -> None:
    departments.set_access_rules(is_sight_limited=True, second_step_roles=[], by=Operator(), at=noon)
    screen = Screen(served[1], session, "log")
    ann = staff.by_email("ann@example.org")
    assert ann is not None
    people.change(ann.pk, people.Work("Ann", "agent", "Service"), by=Operator(), at=noon)
    screen.until("beat")
    screen.until("beat")

    commands.tell([News("log", VIEW, "Service")], at=noon)

    assert screen.until("changed") == "log"
    screen.close()


def test_a_new_role_ends_the_stream_with_the_session(
    served: tuple[App, int], session: str, noon: datetime
) -> None:
    screen = Screen(served[1], session, "audit")
    ann = staff.by_email("ann@example.org")
    assert ann is not None
    people.change(ann.pk, people.Work("Ann", "lead", ""), by=Operator(), at=noon)

    with pytest.raises(AssertionError, match="ended"):
        screen.until("behind")
    assert status(served[1], session, "audit") == 403


@pytest.mark.parametrize(
    ("headers", "expected"),
    [({"Origin": "https://evil.example"}, 403), ({"Origin": "null"}, 403), ({"Sec-Fetch-Site": "cross-site"}, 403),
     ({"Sec-Fetch-Site": "same-site"}, 403), ({"Host": "evil.example"}, 403), ({}, 200)],
)  # fmt: skip
def test_pages_of_others_get_no_stream(
    served: tuple[App, int], session: str, headers: dict[str, str], expected: int
) -> None:
    assert status(served[1], session, "log", **headers) == expected


def test_a_stranger_gets_no_stream_and_a_token_in_the_address_helps_nobody(
    served: tuple[App, int], session: str
) -> None:
    assert status(served[1], "", "log") == 403
    assert status(served[1], "made-up", "log") == 403
    assert status(served[1], "", f"log&sessionid={session}") == 403
    assert status(served[1], session, "log%27--") == 422


def test_one_person_can_hold_only_so_many(
    served: tuple[App, int], session: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rapport.api.live.MOST_PER_PERSON", 3)
    screens = [Screen(served[1], session, "log") for _ in range(4)]

    assert [one.status for one in screens] == [200, 200, 200, 429]
    for one in screens:
        one.close()
    until(lambda: not served[0].streams._open)
    assert status(served[1], session, "log") == 200


def test_clients_that_vanish_without_a_word_leave_nothing_behind(
    served: tuple[App, int], session: str, noon: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F14: they neither read nor close, as after a pulled cable or a stopped process."""
    monkeypatch.setattr("rapport.api.live.MOST_PER_PERSON", 1000)
    before = len(list(Path("/proc/self/fd").iterdir()))
    request = f"GET /live/?topics=log HTTP/1.1\r\nHost: localhost\r\nCookie: sessionid={session}\r\n\r\n"
    clients = []
    for _ in range(60):
        client = socket.create_connection(("127.0.0.1", served[1]))
        client.sendall(request.encode())
        clients.append(client)
    until(lambda: served[0].streams._open["all"] == 60)
    for _ in range(20):
        tell("log", noon)

    until(lambda: not served[0].streams._open, 8)
    until(lambda: len(list(Path("/proc/self/fd").iterdir())) <= before + len(clients), 8)
    assert not served[0].hub._listeners
    for client in clients:
        client.close()
