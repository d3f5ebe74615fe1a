"""A sender with many recipients: put out in one act, as if one after another."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.channels.leaving import allow, answer, carry, identifier, mailbox, put_out, said_to_us, state_of
from tests.channels.sinks import Sink

from rapport.channels.contact import commands as contact
from rapport.channels.contact.models import ContactRule
from rapport.channels.outbound import commands as outbound
from rapport.channels.outbound.commands import NowhereToSend
from rapport.channels.outbound.models import Dispatch
from rapport.channels.threads import commands as threads
from rapport.channels.threads.models import Message
from rapport.channels.threads.rules import NewMessage, Recipient
from rapport.staff.roles.rules import Operator

pytestmark = pytest.mark.django_db


def letters(endpoint_id: int, addresses: list[str], at: datetime) -> list[Message]:
    """A message of ours to each of these, in the thread of each."""
    new = [
        NewMessage(
            endpoint_id=endpoint_id, channel="email", direction="out", at=at, text="News",
            recipients=(Recipient(one),), is_automatic=True,
        )
        for one in addresses
    ]  # fmt: skip
    numbers = [threads.thread_of(identifier(one, at), at=at) for one in addresses]
    return threads.put_many(list(zip(numbers, new, strict=True)), at=at)


def test_each_of_many_gets_what_it_would_get_alone(now: datetime) -> None:
    shop = mailbox(1, now)
    contact.make_rule(contact.NewRule("cap", most=1, days=30), by=Operator(), at=now)
    for one in ("amina@mail.example", "ben@mail.example", "carol@mail.example"):
        allow(one, "marketing", now, granted=one != "ben@mail.example")
    wanted = ["amina@mail.example", "ben@mail.example", "carol@mail.example", "amina@mail.example"]

    sent = letters(shop, wanted, now)
    outbound.put_out_many([one.pk for one in sent], purpose="marketing", at=now, sender="a test")

    assert [state_of(one) for one in sent] == ["queued", "refused", "queued", "held"]
    names = Dispatch.objects.values_list("name", flat=True)
    assert len(set(names)) == 4


def test_an_answer_and_a_first_word_are_told_apart_among_many(now: datetime) -> None:
    shop = mailbox(1, now)
    reply = answer(said_to_us(shop, "amina@mail.example", now), now)
    (first,) = letters(shop, ["ben@mail.example"], now)

    outbound.put_out_many([reply.pk, first.pk], purpose="service", at=now)

    found = dict(Dispatch.objects.values_list("message_id", "is_answer"))
    assert found == {reply.pk: True, first.pk: False}


@pytest.mark.django_db(transaction=True)
def test_what_is_put_out_among_many_and_again_alone_goes_once() -> None:
    at = datetime.now(UTC)
    with Sink() as sink:
        reply = answer(said_to_us(mailbox(sink, at), "amina@mail.example", at), at)
        outbound.put_out_many([reply.pk], purpose="service", at=at)
        put_out(reply, at)
        carry(at + timedelta(seconds=1))

        assert len(sink.taken) == 1


def test_one_that_goes_nowhere_lets_none_of_them_go(now: datetime) -> None:
    shop = mailbox(1, now)
    good, bad = letters(shop, ["amina@mail.example", "ben@mail.example"], now)
    Message.objects.filter(pk=bad.pk).update(recipients=[])

    with pytest.raises(NowhereToSend):
        outbound.put_out_many([good.pk, bad.pk], purpose="service", at=now)

    assert not Dispatch.objects.exists()


def test_many_are_put_out_with_as_many_questions_as_few(now: datetime) -> None:
    ContactRule.objects.all().delete()
    shop, asked = mailbox(1, now), []
    put_out(answer(said_to_us(shop, "vera@mail.example", now), now), now)
    for names in ("ab", "cdefghijklmnopqrstuvwxyz"):
        sent = letters(shop, [f"{one}@mail.example" for one in names], now)
        with CaptureQueriesContext(connection) as told:
            outbound.put_out_many([one.pk for one in sent], purpose="marketing", at=now)
        asked.append(len(told))

    assert asked[0] == asked[1]
