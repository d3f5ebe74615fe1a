"""Asking somebody else about a case: they answer beside it, and nothing of it reaches the customer."""

from datetime import datetime

import pytest
from tests.channels.arriving import mail
from tests.desk.shop import AMINA, MINUTE, answer, asked, colleague, now_of, our_mailbox

from rapport.channels.inbound import commands as inbound
from rapport.channels.outbound.models import Dispatch
from rapport.channels.threads.models import Message
from rapport.service.desk import commands as desk
from rapport.service.desk import queries
from rapport.service.desk.models import Case, SideThread
from rapport.service.routing.models import Queue
from rapport.staff.people.models import StaffMember
from rapport.staff.roles.rules import EVERYTHING
from rapport.wiring import arrivals

pytestmark = pytest.mark.django_db
CARRIER = "desk@carrier.example"


def forwarded(case: Case, ben: StaffMember, now: datetime, **more: str) -> SideThread:
    new = desk.Forward(
        address=CARRIER,
        text="Where is parcel 7?",
        endpoint_id=our_mailbox(now).pk,
        subject="Parcel 7",
        **more,
    )
    return desk.forward(case.pk, new, by=ben, at=now)


def carrier_answers(now: datetime, text: str = "In Leeds.") -> Message:
    sent = Dispatch.objects.get(address=CARRIER)
    raw = mail(f"Carrier <{CARRIER}>", text, in_reply_to=sent.name, subject="Re: Parcel 7")
    number = inbound.receive(our_mailbox(now).pk, raw, external_id="uid:9", at=now)
    walked = arrivals.arrive(number, at=now)
    return Message.objects.get(pk=walked.message_id)


def test_what_is_asked_of_somebody_else_goes_to_them_alone(now: datetime) -> None:
    case, ben = asked(now), colleague("Ben")
    forwarded(case, ben, now)
    assert [one.address for one in Dispatch.objects.all()] == [CARRIER]
    assert now_of(case).waiting_since == now, "the customer still waits"
    asking = Message.objects.get(direction="out")
    assert AMINA not in asking.text + asking.rest + asking.html + str(asking.recipients)


def test_their_answer_lies_beside_the_case_and_tells_its_owner(now: datetime) -> None:
    case, ben = asked(now), colleague("Ben")
    desk.assign(case.pk, ben.pk, by=ben, at=now)
    side = forwarded(case, ben, now)
    said = carrier_answers(now + MINUTE)
    assert Case.objects.count() == 1
    line = queries.conversation(case.pk, reach=EVERYTHING)[-1]
    assert (line.said.id, line.side_id) == (said.pk, side.pk)
    assert [one.kind for one in queries.notifications(ben.pk, reach=EVERYTHING)[0]] == ["side_answered"]
    assert (now_of(case).waiting_since, now_of(case).last_word.direction) == (now, "in")


def test_nothing_of_it_reaches_the_customer(now: datetime) -> None:
    case, ben = asked(now), colleague("Ben")
    forwarded(case, ben, now)
    carrier_answers(now + MINUTE, "We lost it. Do not tell them.")
    message = desk.reply(case.pk, answer("It is on its way.", to=case), by=ben, at=now + 2 * MINUTE)
    assert [one.address for one in message.dispatches.all()] == [AMINA]
    assert "Do not tell them" not in message.text + message.rest + message.html
    assert message.answers.thread_id == message.thread_id
    assert message.thread_id != SideThread.objects.get().thread_id


def test_what_is_asked_on_goes_on_in_the_same_side_thread(now: datetime) -> None:
    case, ben = asked(now), colleague("Ben")
    first, second = forwarded(case, ben, now), forwarded(case, ben, now + MINUTE)
    assert first == second
    desk.close_side(first.pk, by=ben, at=now)
    assert forwarded(case, ben, now + 2 * MINUTE) != first


def test_the_customer_is_nobody_else(now: datetime) -> None:
    case, ben = asked(now), colleague("Ben")
    new = desk.Forward(address=AMINA.upper(), text="x", endpoint_id=our_mailbox(now).pk)
    with pytest.raises(desk.CannotForward):
        desk.forward(case.pk, new, by=ben, at=now)


def test_a_matter_of_their_own_is_a_case_of_their_own(now: datetime) -> None:
    case, ben = asked(now), colleague("Ben")
    forwarded(case, ben, now)
    own = asked(now + MINUTE, "We want to order shoes.", sender=CARRIER)
    assert own.pk != case.pk
    assert Queue.objects.count() == 1
