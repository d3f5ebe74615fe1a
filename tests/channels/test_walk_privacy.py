"""Somebody who wrote and is erased: nothing of theirs is left, and a mail that is delivered again stays out."""

from datetime import datetime, timedelta

import pytest
from tests.channels.arriving import arrive, mail, mailbox, message_of, proven
from tests.privacy.people import erase, export_of

from rapport.channels.inbound import commands as inbound
from rapport.channels.inbound.models import Envelope, Forgone
from rapport.channels.threads import commands as threads
from rapport.channels.threads.models import Attachment, Message, MessageName, Participant, Thread
from rapport.customers.directory.models import Identifier
from rapport.files.store.models import StoredFile
from rapport.search.index import queries as search
from rapport.staff.roles.rules import EVERYTHING, Operator
from rapport.wiring import arrivals

pytestmark = pytest.mark.django_db
LATER = timedelta(days=1)


def customer(address: str = "amina@mail.example") -> int:
    return Identifier.objects.get(kind="email", value=address).customer_id


def test_an_export_says_what_was_said_and_what_arrived(now: datetime) -> None:
    shop = mailbox(now)
    arrive(shop, mail(text="the canary parcel", authentication_results=proven()), now)
    arrive(shop, mail(text="a suspended canary", authentication_results=proven(result="fail")), now)

    told = export_of(customer(), now)[0]["sections"]

    assert [one["text"] for one in told["messages"]] == ["the canary parcel"]
    assert [(one["where_it_is"], one["text"].strip()) for one in told["arrived"]] == [
        ("placed", ""), ("suspended", "a suspended canary"),
    ]  # fmt: skip


def test_an_erasure_takes_messages_names_files_envelopes_and_words(now: datetime) -> None:
    shop = mailbox(now)
    made = mail(text="the canary parcel " + "x" * 200_000, authentication_results=proven())
    arrive(shop, made, now)
    arrive(shop, mail(text="suspended", authentication_results=proven(result="fail")), now)

    threads.index_new()
    assert search.search("canary", kind="message", covers=EVERYTHING.covers).numbers != ()

    erase(customer(), now + LATER)

    for table in (Message, MessageName, Attachment, Envelope, Thread, Participant, StoredFile, Identifier):
        left = [one for one in table.objects.all() if table is not StoredFile]  # type: ignore[attr-defined]
        assert left == [], table
    assert search.search("canary", kind="message", covers=EVERYTHING.covers).numbers == ()
    assert Forgone.objects.count() == 2


def test_a_participant_and_then_the_customer_are_erased_with_what_lies_in_cases(now: datetime) -> None:
    shop = mailbox(now)
    number = inbound.receive(
        shop.pk,
        mail(message_id="<a1@mail.example>", authentication_results=proven()),
        external_id="1",
        at=now,
    )
    asked = message_of(arrivals.arrive(number, at=now))
    carol = threads.invite(asked.thread_id, "carol@mail.example", by=Operator(), at=now)
    fields = {"in_reply_to": "<a1@mail.example>", "authentication_results": proven()}
    number = inbound.receive(
        shop.pk, mail("carol@mail.example", "I am Carol", **fields), external_id="2", at=now
    )
    assert message_of(arrivals.arrive(number, at=now)).thread_id == asked.thread_id

    erase(Identifier.objects.get(pk=carol.identifier_id).customer_id, now + LATER)
    assert [one.text for one in Message.objects.all()] == ["Where is my parcel?"]

    erase(customer(), now + 2 * LATER)
    assert Message.objects.count() == Thread.objects.count() == Envelope.objects.count() == 0


def test_a_mail_that_is_delivered_again_after_an_erasure_is_not_kept(now: datetime) -> None:
    shop, raw = mailbox(now), mail(date="Mon, 02 Mar 2026 11:00:00 +0000")
    arrive(shop, raw, now, external_id="uid:1")
    erase(customer(), now + LATER)

    assert inbound.receive(shop.pk, raw, external_id="uid:1", at=now + 2 * LATER) == 0

    envelope, walked = arrive(shop, raw, now + 2 * LATER, external_id="by another way")
    assert (walked.state, walked.reason) == ("noted", "forgotten")
    assert (envelope.raw, envelope.sender, envelope.subject, envelope.detail) == (None, "", "", "")
    assert Identifier.objects.count() == 0


def test_whoever_writes_anew_after_an_erasure_is_welcome(now: datetime) -> None:
    shop = mailbox(now)
    arrive(shop, mail(), now)
    erase(customer(), now + LATER)

    _, walked = arrive(shop, mail(text="Hello again"), now + 2 * LATER)

    assert message_of(walked).text == "Hello again"


def test_what_others_said_stays_and_names_the_erased_no_more(now: datetime) -> None:
    shop = mailbox(now)
    first, _ = arrive(shop, mail(message_id="<a1@mail.example>", authentication_results=proven()), now)
    assert first.message is not None
    carol = threads.invite(first.message.thread_id, "carol@mail.example", by=Operator(), at=now)
    fields = {"in_reply_to": "<a1@mail.example>", "authentication_results": proven()}
    arrive(shop, mail("carol@mail.example", "I am Carol", **fields), now)
    quoting = "I see\n\nOn Mon, 2 Mar 2026 at 12:00, Carol <carol@mail.example> wrote:\n> I am Carol\n"
    arrive(shop, mail(text=quoting, cc="carol@mail.example", **fields), now)

    erase(Identifier.objects.get(pk=carol.identifier_id).customer_id, now + LATER)

    assert [one.text for one in Message.objects.order_by("id")] == ["Where is my parcel?", "I see"]
    assert not any("carol" in f"{one.recipients}{one.rest}" for one in Message.objects.all())
    assert customer() == Thread.objects.get().identifier.customer_id
