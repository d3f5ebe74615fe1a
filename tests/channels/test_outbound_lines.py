"""A mail names all that it answers, from the first word on, so that other programs thread it (RFC 5322, 3.6.4)."""

from datetime import datetime, timedelta
from email import message_from_bytes

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.channels import leaving
from tests.desk import shop

from rapport.channels.outbound.commands import packing
from rapport.channels.outbound.models import Dispatch
from rapport.channels.outbound.rules import letters
from rapport.channels.outbound.rules.parcels import Mailing
from rapport.channels.threads import queries as threads
from rapport.channels.threads.models import Message, MessageName
from rapport.service.desk import commands as desk

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def now(noon: datetime) -> datetime:
    return noon


def talk(now: datetime, turns: int) -> list[Message]:
    """A customer and a colleague, each answering the other; every message in its order."""
    ben = shop.colleague("Ben")
    answered: int | None = None
    for turn in range(turns):
        at = now + 2 * turn * MINUTE
        case = shop.asked(at, f"Question {turn}", answers_id=answered)
        ours = desk.reply(case.pk, shop.answer(f"Answer {turn}", to=case), by=ben, at=at + MINUTE)
        answered = ours.pk
    return list(Message.objects.order_by("id"))


def test_the_whole_line_stands_in_the_header(now: datetime) -> None:
    leaving.mailbox(1, now)
    said = talk(now, 3)
    parcels = packing.packed(list(Dispatch.objects.select_related("endpoint").order_by("id")))
    last = parcels[-1].load
    assert isinstance(last, Mailing)

    mail = message_from_bytes(letters.composed(last.letter))

    names = [
        f"<{MessageName.objects.filter(message=one).order_by('id')[0].name.strip('<>')}>" for one in said
    ]
    assert str(mail["References"]).split() == names[:-1]
    assert mail["In-Reply-To"] == names[-2]


def test_however_long_the_line_it_costs_the_same(now: datetime) -> None:
    newest = talk(now, 12)[-1]
    with CaptureQueriesContext(connection) as asked:
        found = threads.names_before([newest.pk])

    assert len(asked) == 2
    assert len(found[newest.pk]) == 23


def test_a_line_that_goes_round_ends(now: datetime) -> None:
    first, *_, last = talk(now, 2)
    Message.objects.filter(pk=first.pk).update(answers=last)

    assert len(threads.names_before([last.pk])[last.pk]) <= threads.LONGEST_LINE
