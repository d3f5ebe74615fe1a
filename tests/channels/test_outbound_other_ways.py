"""What leaves otherwise than as plain mail: signed with DKIM, to another system, and into a chat."""

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from tests.channels.leaving import answer, answered, carry, identifier, put_out, state_of
from tests.channels.sinks import Sink
from tests.webhooks.receiving import Receiver

from rapport.channels.endpoints import commands as endpoints
from rapport.channels.endpoints import queries as places
from rapport.channels.endpoints.rules.mail import Dkim, Secrets
from rapport.channels.endpoints.rules.places import Described
from rapport.channels.endpoints.rules.web import ChatSettings
from rapport.channels.outbound import commands as outbound
from rapport.channels.outbound import queries
from rapport.channels.outbound.commands import signing
from rapport.channels.outbound.models import Dispatch
from rapport.channels.threads import commands as threads
from rapport.channels.threads.models import Message
from rapport.channels.threads.rules import NewMessage
from rapport.staff.roles.rules import Operator

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def at() -> datetime:
    return datetime.now(UTC)


def our_words(endpoint_id: int, channel: str, at: datetime, *, kind: str = "external") -> Message:
    """What we say to somebody known elsewhere."""
    thread = threads.thread_of(identifier("crm:4711", at, kind=kind), at=at)
    new = NewMessage(
        endpoint_id=endpoint_id, channel=channel, direction="out", at=at, text="It comes tomorrow."
    )
    return threads.put(thread, new, at=at)


def test_a_mail_is_signed_where_the_mailbox_has_a_key(at: datetime) -> None:
    dkim = pytest.importorskip("dkim")
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    ).decode()
    public = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    with Sink() as sink:
        message = answered(sink, at)
        settings = places.mail_settings(message.endpoint_id or 0)
        signed = signing.signed(
            b"From: help@shop.example\r\nSubject: Hello\r\n\r\nWords.\r\n",
            replace(settings, dkim=Dkim("shop.example", "rapport"), secrets=Secrets(dkim_key=private)),
        )
    record = b"v=DKIM1; k=rsa; p=" + base64.b64encode(public)
    assert dkim.verify(signed, dnsfunc=lambda *_args, **_more: record)
    assert not dkim.verify(signed.replace(b"Hello", b"Hallo"), dnsfunc=lambda *_args, **_more: record)


def test_another_system_is_told_what_we_said_and_says_what_became_of_it(
    at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAPPORT_OUTGOING_ALLOW", "127.0.0.1")
    with Receiver() as system:
        place, _secret = endpoints.open_generic(
            Described("Text messages"), "sms", system.address, by=Operator(), at=at
        )
        message = our_words(place.pk, "sms", at)
        put_out(message, at)
        carry(at)
    (body,) = system.bodies
    told = json.loads(body)
    assert (told["type"], told["data"]["text"]) == ("message.said", "It comes tomorrow.")
    assert told["data"]["message"] == message.token
    assert state_of(message) == "sent"
    outbound.report(message.pk, "failed", code="30003", reason="switched off", at=at)
    kept = Dispatch.objects.get(message=message)
    assert (kept.state, kept.code, kept.reason) == ("failed", "30003", "switched off")


def test_another_system_that_is_overloaded_is_told_again_later(
    at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAPPORT_OUTGOING_ALLOW", "127.0.0.1")
    with Receiver(lambda _n: (503, "")) as system:
        place, _secret = endpoints.open_generic(
            Described("Texts"), "sms", system.address, by=Operator(), at=at
        )
        message = our_words(place.pk, "sms", at)
        put_out(message, at)
        carry(at)
    assert state_of(message) == "queued"


def test_words_in_a_chat_are_hidden_while_they_are_held_and_read_when_they_are_read(at: datetime) -> None:
    place, _secret = endpoints.open_chat(Described("Chat"), ChatSettings(), by=Operator(), at=at)
    message = our_words(place.pk, "chat", at)
    put_out(message, at, hold=15)
    assert queries.unsent([message.pk]) == {message.pk}
    carry(at + timedelta(seconds=15))
    assert queries.unsent([message.pk]) == set()
    assert state_of(message) == "sent"
    outbound.acknowledge([message.pk], at=at)
    assert state_of(message) == "delivered"


def test_a_message_that_names_no_way_out_is_refused(at: datetime) -> None:
    thread = threads.thread_of(identifier("amina@mail.example", at), at=at)
    new = NewMessage(endpoint_id=None, channel="email", direction="out", at=at, text="Where to?")
    with pytest.raises(outbound.NowhereToSend):
        put_out(threads.put(thread, new, at=at), at)


def test_a_mail_to_nobody_is_refused(at: datetime) -> None:
    with Sink() as sink:
        message = answered(sink, at)
        empty = answer(Message.objects.filter(direction="in").get(), at)
        Message.objects.filter(pk=empty.pk).update(recipients=[])
        assert message.pk != empty.pk
        with pytest.raises(outbound.NowhereToSend):
            put_out(empty, at)
