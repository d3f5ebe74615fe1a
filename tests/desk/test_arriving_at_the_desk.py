"""From the door to the desk: each envelope becomes one message in one case, whatever comes twice or in between."""

from datetime import datetime

import pytest
from tests.channels.arriving import door, mail, mailbox
from tests.desk.shop import MINUTE, answer, colleague

from rapport.channels.endpoints.models import Endpoint
from rapport.channels.inbound import commands as inbound
from rapport.channels.inbound.models import Envelope
from rapport.channels.outbound.models import Dispatch
from rapport.channels.threads.models import Message
from rapport.jobs.queue import commands as jobs
from rapport.jobs.queue.models import Job
from rapport.jobs.queue.tasks import Worker
from rapport.service.desk import commands as desk
from rapport.service.desk.models import Case, Filing
from rapport.staff.roles.rules import Operator
from rapport.wiring import arrivals, tasks

pytestmark = pytest.mark.django_db


def received(now: datetime, raw: bytes, external_id: str = "uid:1") -> int:
    shop = Endpoint.objects.first() or mailbox(now)
    return inbound.receive(shop.pk, raw, external_id=external_id, at=now)


def test_a_mail_that_arrives_is_a_case(now: datetime) -> None:
    number = received(now, mail())
    first, second = arrivals.arrive(number, at=now), arrivals.arrive(number, at=now)
    assert first.message_id == second.message_id
    assert (Case.objects.get().subject, Filing.objects.count()) == ("My parcel", 1)


def test_an_answer_to_our_answer_is_filed_where_ours_was(now: datetime) -> None:
    arrivals.arrive(received(now, mail()), at=now)
    case, ben = Case.objects.get(), colleague("Ben")
    desk.reply(case.pk, answer(to=case), by=ben, at=now)
    name = Dispatch.objects.get().name
    desk.split(case.pk, [Message.objects.get(direction="out").pk], "Delivery", by=ben, at=now)
    part = Case.objects.order_by("-id").first()
    raw = mail(in_reply_to=f"<{name.strip('<>')}>", text="Thank you")
    walked = arrivals.arrive(received(now, raw, "uid:2"), at=now + MINUTE)
    assert Filing.objects.get(message_id=walked.message_id).case == part


def test_what_could_not_be_read_is_parked_and_holds_up_nothing(now: datetime) -> None:
    chat = door(now)
    number = inbound.receive(chat.pk, b"\xff not ours", external_id="x", at=now)
    assert arrivals.arrive(number, at=now).state == "parked"
    assert Case.objects.count() == 0


def test_what_a_person_lets_in_is_a_case_too(now: datetime) -> None:
    number = received(now, mail())
    Envelope.objects.filter(pk=number).update(state="suspended", reason="new_participant")
    walked = arrivals.accept(number, how="conversation", by=Operator(), at=now)
    assert Filing.objects.get(message_id=walked.message_id).case.kind == "new"


def test_an_envelope_left_behind_is_taken_in_by_the_next_look(now: datetime) -> None:
    tasks.load()
    received(now, mail())
    Job.objects.all().delete()
    jobs.enqueue("inbound.take_in_rest", {}, at=now)
    assert Worker().run_until_idle() == 2
    assert Case.objects.count() == 1
