"""What waits for a person: it says why, is let in with one click or put aside, and nothing is ever dropped."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client
from tests.channels.arriving import arrive, mail, mailbox, message_of, proven
from tests.web.conftest import Signing

from rapport.channels.inbound import commands as inbound
from rapport.channels.inbound import queries
from rapport.channels.inbound.commands import steps
from rapport.channels.inbound.models import Envelope
from rapport.channels.inbound.rules import reasons
from rapport.channels.threads.models import Message, Participant
from rapport.kernel.refusals import NotAllowed
from rapport.live.events.models import Event
from rapport.service.desk.models import Filing
from rapport.staff.audit.models import AuditEntry
from rapport.staff.roles.rules import EVERYTHING, Operator, Reach
from rapport.web.desk.suspended import STEPS, WHY

pytestmark = pytest.mark.django_db
MALLORY = "Mallory <mallory@evil.example>"


class Viewer:
    role = "viewer"
    audit_name = "Vera"


@pytest.fixture
def waiting(now: datetime) -> Envelope:
    """A stranger's word at the door of Amina's conversation."""
    shop = mailbox(now, department="Sales")
    arrive(shop, mail(message_id="<a1@mail.example>", authentication_results=proven()), now)
    stranger = mail(
        MALLORY, "Let me in", in_reply_to="<a1@mail.example>", authentication_results=proven("evil.example")
    )
    return arrive(shop, stranger, now)[0]


def test_every_reason_and_every_step_is_a_sentence_on_the_page() -> None:
    assert reasons.SUSPENDED | reasons.PARKED == WHY
    assert {name for name, _ in steps.STEPS} == set(STEPS)


def test_a_stranger_is_let_in_with_one_word_and_heard(waiting: Envelope, now: datetime) -> None:
    walked = inbound.accept(waiting.pk, by=Operator(), at=now)

    assert walked.state == "placed"
    assert message_of(walked).thread == waiting.thread
    assert Participant.objects.get(identifier__value="mallory@evil.example").standing == "accepted"
    assert set(AuditEntry.objects.values_list("act", flat=True)) >= {"inbound.accept", "participants.accept"}
    with pytest.raises(inbound.AlreadyDecided):
        inbound.accept(waiting.pk, by=Operator(), at=now)


def test_a_stranger_can_have_a_conversation_of_their_own(waiting: Envelope, now: datetime) -> None:
    walked = inbound.accept(waiting.pk, how="conversation", by=Operator(), at=now)

    assert message_of(walked).thread != waiting.thread
    assert Participant.objects.get(thread=waiting.thread, standing="proposed")


def test_what_is_put_aside_stays_and_can_be_let_in_later(waiting: Envelope, now: datetime) -> None:
    inbound.discard(waiting.pk, by=Operator(), at=now)

    assert queries.how_many_wait(reach=EVERYTHING) == 0
    assert queries.raw(Envelope.objects.get(pk=waiting.pk))
    assert inbound.accept(waiting.pk, how="conversation", by=Operator(), at=now).state == "placed"


def test_only_who_may_decides(waiting: Envelope, now: datetime) -> None:
    for act in (inbound.accept, inbound.discard):
        with pytest.raises(NotAllowed):
            act(waiting.pk, by=Viewer(), at=now)


def test_there_is_nothing_to_join_where_nothing_was_referred_to(now: datetime) -> None:
    envelope, _ = arrive(mailbox(now), mail("no address at all"), now)

    with pytest.raises(inbound.CannotJoin):
        inbound.accept(envelope.pk, how="participant", by=Operator(), at=now)


def test_what_waits_at_once_says_from_whom_and_about_what(now: datetime) -> None:
    number = inbound.receive(mailbox(now).pk, mail(), external_id="1", at=now, suspended_for="too_large")

    envelope = Envelope.objects.get(pk=number)

    assert (envelope.state, envelope.sender, envelope.subject) == (
        "suspended",
        "amina@mail.example",
        "My parcel",
    )


@pytest.mark.parametrize("sender", ["nobody", "a@mail.example, b@mail.example", "ben@shop.example"])
def test_whatever_waits_can_be_let_in(sender: str, now: datetime) -> None:
    shop = mailbox(now)
    raw = mail("x@y.example", "Hello").replace(b"x@y.example", sender.encode(), 1)
    number = inbound.receive(shop.pk, raw, external_id="1", at=now, suspended_for="too_large", detail="60 MB")

    walked = inbound.accept(number, by=Operator(), at=now)

    assert walked.state == "placed"
    assert message_of(walked).text == "Hello"
    assert "Only the beginning of this mail is here." in message_of(walked).warning


@pytest.mark.usefixtures("waiting")
def test_screens_are_told_and_departments_kept_apart() -> None:
    assert Event.objects.filter(topic="suspended", permission="inbound.decide", department="Sales").exists()
    decide = frozenset({"inbound.decide"})
    assert queries.how_many_wait(reach=Reach(decide, frozenset({"Sales"}))) == 1
    assert queries.how_many_wait(reach=Reach(decide, frozenset({"Repairs"}))) == 0


def test_the_list_goes_on_page_by_page(now: datetime) -> None:
    shop = mailbox(now)
    numbers = [
        inbound.receive(shop.pk, mail(), external_id=str(n), at=now, suspended_for="too_large")
        for n in range(5)
    ]

    first = queries.waiting_for_a_person(reach=EVERYTHING, limit=3)
    rest = queries.waiting_for_a_person(reach=EVERYTHING, before=first.before, limit=3)

    assert [one.pk for one in (*first.envelopes, *rest.envelopes)] == numbers[::-1]
    assert rest.before is None


def test_the_page_shows_why_and_lets_in(waiting: Envelope, signed_in_as: Signing) -> None:
    agent = signed_in_as("agent")

    page = agent.get("/desk/suspended/").text
    assert "Somebody who does not take part in this conversation wrote into it." in page
    assert "in the conversation with amina@mail.example" in page
    assert "Let me in" in agent.get(f"/desk/suspended/{waiting.pk}/").text

    answer = agent.post(f"/desk/suspended/{waiting.pk}/acceptance/", {"how": "participant"})

    assert answer.status_code == 302
    placed = Envelope.objects.get(pk=waiting.pk).message
    assert placed is not None
    assert Filing.objects.filter(message=placed).exists()
    assert "No mail waits" in agent.get("/desk/suspended/").text


def test_the_page_puts_aside_and_says_how_to_get_it_back(waiting: Envelope, signed_in_as: Signing) -> None:
    agent = signed_in_as("agent")

    page = agent.post(f"/desk/suspended/{waiting.pk}/discarding/", follow=True).text

    assert "It was put aside." in page
    assert "Let them into the conversation" in page


def test_a_decision_twice_is_refused_in_words(waiting: Envelope, signed_in_as: Signing) -> None:
    agent: Client = signed_in_as("agent")
    agent.post(f"/desk/suspended/{waiting.pk}/discarding/")

    again = agent.post(f"/desk/suspended/{waiting.pk}/discarding/")

    assert again.status_code == 409


def test_a_hostile_mail_is_shown_as_plain_words(now: datetime, signed_in_as: Signing) -> None:
    hostile = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    envelope, _ = arrive(mailbox(now), mail("x", hostile, subject=hostile), now)
    agent = signed_in_as("agent")

    for address in ("/desk/suspended/", f"/desk/suspended/{envelope.pk}/"):
        assert "<script>alert" not in agent.get(address).text
        assert "&lt;script&gt;" in agent.get(address).text


def test_poison_is_parked_and_tried_again_by_a_person(
    now: datetime, monkeypatch: pytest.MonkeyPatch, signed_in_as: Signing
) -> None:
    def poison(_path: object) -> object:
        raise ValueError("a mail of a kind nobody foresaw")

    walk: Callable[[object], object] = steps.STEPS[0][1]
    monkeypatch.setattr(steps, "STEPS", (("read", poison), *steps.STEPS[1:]))
    envelope, walked = arrive(mailbox(now), mail(), now)
    assert (walked.state, walked.reason) == ("parked", "unreadable")
    agent = signed_in_as("agent")
    assert "It could not be read." in agent.get("/desk/suspended/").text

    monkeypatch.setattr(steps, "STEPS", (("read", walk), *steps.STEPS[1:]))
    agent.post(f"/desk/suspended/{envelope.pk}/acceptance/")

    assert Envelope.objects.get(pk=envelope.pk).state == "placed"
    assert Message.objects.count() == 1
