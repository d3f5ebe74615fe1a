"""The walk: whatever arrives is kept first, then placed, noted, suspended or parked; never lost, never twice."""

from datetime import datetime, timedelta
from email.message import EmailMessage

import pytest
from tests.channels.arriving import (
    OURS,
    arrive,
    door,
    mail,
    mailbox,
    message_of,
    proven,
    reply_address,
    steps_of,
)

from rapport.channels.inbound import commands as inbound
from rapport.channels.inbound.commands import placing
from rapport.channels.inbound.models import Envelope
from rapport.channels.threads.models import Message, Thread
from rapport.files.store import commands as files
from rapport.files.store.rules import Limits
from rapport.interactions.log.models import Interaction

pytestmark = pytest.mark.django_db


def test_a_mail_becomes_a_message_in_its_senders_thread(now: datetime) -> None:
    envelope, walked = arrive(mailbox(now), mail(authentication_results=proven()), now)

    message = message_of(walked)
    assert (envelope.state, envelope.sender, envelope.subject) == (
        "placed",
        "amina@mail.example",
        "My parcel",
    )
    assert (message.text, message.author_name, message.channel) == (
        "Where is my parcel?",
        "Amina Okafor",
        "email",
    )
    assert message.thread.identifier.proof == "dmarc:mail.example"
    assert Interaction.objects.get().message_id == message.log_id
    assert list(steps_of(envelope)) == [
        "read", "authenticate", "automatic", "bounce", "loop", "duplicate", "thread", "customer", "limits", "place",
    ]  # fmt: skip
    assert (walked.is_verified, walked.is_answer, walked.is_automatic) == (True, False, False)


def test_the_same_external_id_is_one_envelope(now: datetime) -> None:
    shop = mailbox(now)

    first = inbound.receive(shop.pk, mail(), external_id="uid:7", at=now)
    again = inbound.receive(shop.pk, mail(), external_id="uid:7", at=now)

    assert first == again
    assert Envelope.objects.count() == 1


def test_walking_again_changes_nothing_and_says_the_same(now: datetime) -> None:
    envelope, walked = arrive(mailbox(now), mail(), now)

    assert inbound.walk(envelope.pk, at=now + timedelta(hours=1)) == walked
    assert Message.objects.count() == 1
    assert envelope.steps.count() == 10


def test_a_large_mail_lies_in_a_file_and_is_read_all_the_same(now: datetime) -> None:
    envelope, walked = arrive(mailbox(now), mail(text="very " * 100_000), now)

    assert envelope.raw is None
    assert envelope.file is not None
    assert message_of(walked).text.startswith("very very")


def test_an_answer_to_the_reply_address_joins_its_thread(now: datetime) -> None:
    shop = mailbox(now)
    _, first = arrive(shop, mail(authentication_results=proven()), now)

    for field in ("to", "cc", "delivered_to", "x_original_to"):
        answer = mail(text=f"by {field}", subject="", **{"to": "", field: reply_address(message_of(first))})
        _, walked = arrive(shop, answer, now)

        assert message_of(walked).thread == message_of(first).thread
        assert walked.is_answer


def test_a_reference_to_a_stored_name_joins_the_thread(now: datetime) -> None:
    shop = mailbox(now)
    _, first = arrive(shop, mail(message_id="<a1@mail.example>", authentication_results=proven()), now)

    for field, value in (("in_reply_to", ""), ("references", "<unknown@mail.example> ")):
        fields = {field: f"{value}<a1@mail.example>", "authentication_results": proven()}
        _, walked = arrive(shop, mail(text=f"by {field}", **fields), now)

        assert message_of(walked).thread == message_of(first).thread
        assert walked.is_answer


def test_a_subject_is_never_an_identity(now: datetime) -> None:
    shop = mailbox(now)
    _, first = arrive(shop, mail(subject="Ticket#1234 My parcel"), now)

    _, walked = arrive(shop, mail("Mallory <mallory@evil.example>", subject="Re: Ticket#1234 My parcel"), now)

    assert message_of(walked).thread != message_of(first).thread


def test_the_same_mail_by_another_way_is_noted_once(now: datetime) -> None:
    shop, raw = mailbox(now), mail()
    _, first = arrive(shop, raw, now, external_id="uid:1")

    envelope, again = arrive(
        shop, raw.replace(b"From:", b"X-Passed-By: a webhook\nFrom:"), now, external_id="hook:1"
    )

    assert (envelope.state, again.reason, again.message_id) == ("noted", "duplicate", first.message_id)
    assert Message.objects.count() == 1


def test_a_mail_without_a_name_that_comes_again_is_noted_once(now: datetime) -> None:
    shop, raw = mailbox(now), mail(message_id="")
    arrive(shop, raw, now, external_id="uid:1")

    envelope, _ = arrive(shop, raw, now, external_id="validity 2 uid:1")

    assert (envelope.state, envelope.reason) == ("noted", "duplicate")


def test_one_mail_to_two_mailboxes_of_one_department_is_one_message_and_of_two_departments_two(
    now: datetime,
) -> None:
    raw = mail()
    arrive(mailbox(now, department="Sales"), raw, now)

    same, _ = arrive(mailbox(now, "hello@shop.example", department="Sales"), raw, now)
    other, _ = arrive(mailbox(now, "repairs@shop.example", department="Repairs"), raw, now)

    assert (same.state, same.reason) == ("noted", "duplicate")
    assert other.state == "placed"


def test_an_answer_that_arrives_before_what_it_answers_ends_in_the_same_thread(now: datetime) -> None:
    shop = mailbox(now)
    question = mail(message_id="<q@mail.example>", authentication_results=proven())
    answer = mail(text="And soon, please", in_reply_to="<q@mail.example>", authentication_results=proven())

    arrive(shop, answer, now)
    arrive(shop, question, now)

    assert Thread.objects.count() == 1
    assert Message.objects.count() == 2


def test_an_automatic_mail_is_placed_and_says_so(now: datetime) -> None:
    _, walked = arrive(mailbox(now), mail(text="I am away", auto_submitted="auto-replied"), now)

    assert walked.is_automatic
    assert message_of(walked).is_automatic


def test_what_is_attached_is_kept_beside_the_message(now: datetime) -> None:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "amina@mail.example", OURS, "A photograph"
    made.set_content("See here")
    made.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="../../broken\u202egnp.exe")

    _, walked = arrive(mailbox(now), made.as_bytes(), now)

    kept = message_of(walked).attachments.get()
    assert kept.name == kept.file.name
    assert "/" not in kept.name
    assert "\u202e" not in kept.name
    assert kept.bytes == 4


def test_html_is_kept_safe_and_without_pictures_from_elsewhere(now: datetime) -> None:
    made = b"From: amina@mail.example\nTo: help@shop.example\nContent-Type: text/html\n\n"
    made += b'<p onclick="x()">Hello<script>x()</script><img src="https://evil.example/p.gif"><img src="cid:a"></p>'

    _, walked = arrive(mailbox(now), made, now)

    assert message_of(walked).html == '<p>Hello<img><img src="cid:a"></p>'
    assert message_of(walked).text.strip() == "Hello"


def test_a_mail_dated_ahead_or_in_another_age_was_said_when_it_arrived(now: datetime) -> None:
    shop = mailbox(now)
    for said in ("Thu, 01 Jan 1970 00:00:00 +0000", "Thu, 01 Jan 2099 00:00:00 +0000", "nonsense"):
        _, walked = arrive(shop, mail(text=said, date=said), now)
        assert message_of(walked).at == now
    _, walked = arrive(shop, mail(date="Sun, 01 Mar 2026 09:00:00 +0000"), now)
    assert message_of(walked).at == now - timedelta(hours=27)


def test_what_was_said_in_a_chat_walks_the_same_way(now: datetime) -> None:
    chat = door(now)
    raw = b'{"author": {"kind": "anonymous_id", "value": "browser-1"}, "text": "Hello?", "name": "Jo"}'

    envelope, walked = arrive(chat, raw, now, external_id="client-1")
    again, _ = arrive(chat, raw, now, external_id="client-1")

    assert again.pk == envelope.pk
    assert (message_of(walked).text, message_of(walked).channel) == ("Hello?", "chat")
    assert walked.state == "placed"


def test_what_is_not_in_our_form_is_parked_and_the_rest_goes_on(now: datetime) -> None:
    chat = door(now)

    envelope, walked = arrive(chat, b"\xff{", now)
    _, after = arrive(chat, b'{"author": {"kind": "phone", "value": "+4915112345678"}, "text": "Hi"}', now)

    assert (walked.state, walked.reason) == ("parked", "unreadable")
    assert envelope.detail.startswith("NotSpoken")
    assert after.state == "placed"


def with_file(size: int) -> bytes:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "amina@mail.example", OURS, "A photograph"
    made.set_content("See here")
    made.add_attachment(b"\x89" * size, maintype="image", subtype="png", filename="a.png")
    return made.as_bytes()


def test_a_file_beyond_its_senders_room_stays_in_the_mail_alone_and_the_message_says_so(
    now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(placing, "LIMITS", Limits(largest=1_000, quota=1_500))
    shop = mailbox(now)

    first = message_of(arrive(shop, with_file(900), now)[1])
    second = message_of(arrive(shop, with_file(800), now)[1])
    large = message_of(arrive(shop, with_file(1_100), now)[1])

    assert [one.attachments.count() for one in (first, second, large)] == [1, 0, 0]
    assert "a.png was not kept" in second.warning
    assert "a.png was not kept" in large.warning


def test_while_the_disk_is_full_a_mail_waits_and_is_walked_when_there_is_room(
    now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = mailbox(now)
    number = inbound.receive(shop.pk, with_file(900), external_id="1", at=now)
    with monkeypatch.context() as full:
        full.setattr(placing, "LIMITS", Limits(free=10**18))
        with pytest.raises(files.DiskNearlyFull):
            inbound.walk(number, at=now)
    assert Envelope.objects.get(pk=number).state == "waiting"

    assert inbound.walk(number, at=now).state == "placed"
