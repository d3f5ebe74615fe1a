"""Who a visitor is: a random token is this browser and no more, and only the page's own server says more (C01, C02)."""

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt import PyJWS
from tests.chat.rooms import Desk, Room
from tests.chat.serving import Browser, until

from rapport.channels.chat.rules import signing

NOW = datetime.now(UTC)


@pytest.fixture
def amina(open_room: Room) -> Browser:
    """Logged in at the shop, and in the middle of a talk."""
    browser = open_room.browser().begin()
    browser.identity = open_room.signed("amina-17", name="Amina Okafor")
    assert browser.say("My order 4711 is late").status == 200
    return browser


def stamp(**after: float) -> int:
    return int((datetime.now(UTC) + timedelta(**after)).timestamp())


def unsigned(claims: dict[str, Any], header: dict[str, Any]) -> str:
    """A token with no signature at all."""
    parts = (base64.urlsafe_b64encode(json.dumps(one).encode()).rstrip(b"=") for one in (header, claims))
    return b".".join((*parts, b"")).decode()


def claims_of(room: Room, **more: Any) -> dict[str, Any]:
    return {"sub": "amina-17", "aud": room.key, "iat": stamp(), "exp": stamp(minutes=5)} | more


def encoded(room: Room, **changed: Any) -> str:
    """Signed as it should be, with other claims."""
    claims = {name: value for name, value in claims_of(room, **changed).items() if value is not None}
    return str(PyJWS().encode(json.dumps(claims).encode(), room.secret, algorithm="HS256"))


def rsa_key() -> tuple[bytes, bytes]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private, key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def forged(room: Room) -> dict[str, str]:
    """Everything that must prove nothing, by what is wrong with it."""
    private, _public = rsa_key()
    own = claims_of(room)
    good = room.signed("amina-17")
    return {
        "another key": jwt.encode(own, "k" * 48, algorithm="HS256"),
        "the public name as key": jwt.encode(own, room.key.ljust(32, "="), algorithm="HS256"),
        "no signature": unsigned(own, {"alg": "none", "typ": "JWT"}),
        "no signature, another case": unsigned(own, {"alg": "NoNe"}),
        "another algorithm of the same key": jwt.encode(own, room.secret, algorithm="HS512"),
        "an algorithm with two keys": jwt.encode(own, private, algorithm="RS256"),
        "a changed letter": good[:-2] + ("AA" if good[-2:] != "AA" else "BB"),
        "its signature cut off": good.rpartition(".")[0] + ".",
        "ended": room.signed("amina-17", iat=stamp(minutes=-30), exp=stamp(minutes=-6)),
        "without an end": room.signed("amina-17", exp=None),
        "without a beginning": room.signed("amina-17", iat=None),
        "holds for a day": room.signed("amina-17", exp=stamp(days=1)),
        "signed in the future": room.signed("amina-17", iat=stamp(minutes=20), exp=stamp(minutes=50)),
        "not yet": room.signed("amina-17", nbf=stamp(minutes=9)),
        "for another chat": room.signed("amina-17", aud="another-chat"),
        "for nobody's chat": room.signed("amina-17", aud=None),
        "for several chats": room.signed("amina-17", aud=[room.key, "another-chat"]),
        "of nobody": room.signed("", name="Amina"),
        "without somebody": encoded(room, sub=None),
        "a number for a name": encoded(room, sub=17),
        "no token": "amina-17",
        "an endless token": good + "A" * 10_000,
    }


def test_whatever_the_page_did_not_sign_is_refused_and_shows_nothing(open_room: Room, amina: Browser) -> None:
    thief = open_room.browser().begin()

    for why, token in forged(open_room).items():
        thief.identity = token
        answer = thief.ask("GET", "/messages")
        assert (answer.status, answer.told["code"]) == (401, "identity_refused"), why
        assert b"4711" not in answer.body
        assert thief.say("It is me, Amina").status == 401, why
        assert thief.stream().status == 401, why
    thief.identity = ""
    assert thief.texts() == [], "what was refused left nothing behind either"
    assert amina.texts() == ["My order 4711 is late"]


def test_every_refusal_sounds_the_same(open_room: Room) -> None:
    thief = open_room.browser().begin()
    told = set()
    for token in forged(open_room).values():
        thief.identity = token
        told.add(thief.ask("GET", "/messages").body)

    assert len(told) == 1


def test_without_what_speaks_for_them_the_visitor_is_anonymous_again(amina: Browser) -> None:
    amina.identity = ""

    assert amina.texts() == []


def test_what_was_said_before_logging_in_stays_with_the_browser_and_is_seen_after(open_room: Room) -> None:
    browser = open_room.browser().begin()
    browser.say("Do you ship to Leeds?")
    browser.identity = open_room.signed("amina-17")
    browser.say("It is about order 4711")

    assert browser.texts() == ["Do you ship to Leeds?", "It is about order 4711"]
    browser.identity = ""
    assert browser.texts() == ["Do you ship to Leeds?"]


def test_the_account_sees_its_talk_on_another_device(open_room: Room, amina: Browser, desk: Desk) -> None:
    first = amina.ask("GET", "/messages").told["messages"][0]["n"]
    desk.answer(first, "It comes tomorrow")
    phone = open_room.browser().begin()
    phone.identity = open_room.signed("amina-17")

    assert phone.texts() == ["My order 4711 is late", "It comes tomorrow"]


def test_who_plants_their_own_visit_in_a_victims_browser_reads_nothing_of_theirs(
    open_room: Room, desk: Desk
) -> None:
    thief = open_room.browser().begin()
    thief.say("Planted")
    victim = open_room.browser()
    victim.token, victim.identity = thief.token, open_room.signed("amina-17", name="Amina Okafor")
    asked = victim.say("My card number ends in 4242")
    desk.answer(asked.told["message"], "Thank you, Amina")

    assert victim.texts() == ["Planted", "My card number ends in 4242", "Thank you, Amina"]
    assert thief.texts() == ["Planted"]
    thief.identity = open_room.signed("thief-1")
    assert thief.ask("GET", "/messages").told["code"] == "somebody_else"


def test_who_only_types_an_address_reads_nothing_of_its_owner(
    open_room: Room, amina: Browser, desk: Desk
) -> None:
    amina.identity = open_room.signed("amina-17", email="amina@example.org")
    desk.answer(amina.ask("GET", "/messages").told["messages"][0]["n"], "It comes tomorrow")
    thief = open_room.browser().begin()
    thief.say("I am Amina")
    assert thief.ask("POST", "/address", {"address": "amina@example.org"}).status == 200

    assert thief.texts() == ["I am Amina"]


def test_after_logging_out_what_was_signed_before_is_worth_nothing(open_room: Room, amina: Browser) -> None:
    stolen_token, stolen_identity = amina.token, amina.identity
    assert amina.ask("POST", "/leave", {}).status == 200

    thief = open_room.browser()
    thief.token, thief.identity = stolen_token, stolen_identity
    assert thief.ask("GET", "/messages").told["code"] == "unknown_visitor"
    thief.begin()
    assert thief.ask("GET", "/messages").told["code"] == "identity_refused"
    amina.begin()
    amina.identity = open_room.signed("amina-17", iat=stamp(seconds=2), exp=stamp(minutes=5))
    assert amina.texts() == ["My order 4711 is late"], "what is signed anew is believed"


def test_an_open_stream_ends_when_the_visit_does(amina: Browser) -> None:
    stream = amina.stream()
    stream.until("state")
    amina.ask("POST", "/leave", {})

    assert stream.until("over")["code"] in {"unknown_visitor", "identity_refused"}, (
        "whichever is noticed first"
    )
    assert stream.next()[0] == "end"


def test_an_open_stream_ends_when_what_was_signed_has_ended(
    open_room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signing, "LEEWAY", timedelta(0))
    browser = open_room.browser().begin()
    browser.identity = open_room.signed("amina-17", exp=stamp(seconds=3))
    stream = browser.stream()

    assert stream.until("over") == {"code": "identity_refused"}


def test_nobody_reads_or_hears_what_is_said_to_somebody_else(
    open_room: Room, amina: Browser, desk: Desk
) -> None:
    stranger = open_room.browser().begin()
    stranger.say("Hello")
    stream = stranger.stream()
    stream.until("state")
    number = amina.ask("GET", "/messages").told["messages"][0]["n"]
    desk.answer(number, "It comes tomorrow, Amina")
    until(lambda: "It comes tomorrow, Amina" in amina.texts())
    desk.answer(stranger.ask("GET", "/messages").told["messages"][0]["n"], "Hello to you")

    heard = [one["text"] for one in stream.until("said")["messages"]]
    assert heard == ["Hello to you"]
    assert stranger.texts() == ["Hello", "Hello to you"]


def test_what_is_said_among_staff_reaches_no_visitor(open_room: Room, desk: Desk) -> None:
    amina = open_room.browser().begin()
    asked = amina.say("Hello").told["message"]
    desk.answer(asked, "She sounds angry", is_internal=True)
    desk.answer(asked, "Good morning")

    assert amina.texts() == ["Hello", "Good morning"]
