"""What comes back: a mail that could not be delivered, a complaint, a word that it was read."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from tests.channels.leaving import answer, answered, carry, put_out, said_to_us, state_of
from tests.channels.sinks import Sink

from rapport.channels.contact import queries as contact
from rapport.channels.outbound import commands as outbound
from rapport.channels.outbound import tasks
from rapport.channels.outbound.models import Dispatch
from rapport.channels.threads.models import Message

pytestmark = pytest.mark.django_db(transaction=True)
AMINA = "amina@mail.example"


@dataclass(frozen=True)
class Bounce:
    """A recipient in a report, as it is read."""

    recipient: str = AMINA
    status: str = "5.1.1"
    code: str = "550"
    reason: str = "user_unknown"
    is_hard: bool = True


@pytest.fixture
def at() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def sent(at: datetime) -> Message:
    """An answer that the server took."""
    with Sink() as sink:
        message = answered(sink, at)
        carry(at)
    return message


def name_of(message: Message) -> str:
    return Dispatch.objects.get(message=message).name


def kept_from(address: str = AMINA) -> frozenset[str]:
    return contact.suppressed([("email", address)]).get(("email", address), frozenset())


def test_a_mail_that_comes_back_for_good_is_noted_and_its_address_is_dead(
    sent: Message, at: datetime
) -> None:
    (came,) = outbound.note_bounces([Bounce()], given=[name_of(sent)], at=at)
    assert (came.message_id, came.is_proven) == (sent.pk, True)
    assert state_of(sent) == "bounced"
    assert kept_from() == {"everything"}


def test_a_mail_that_comes_back_for_now_leaves_the_address_alive(sent: Message, at: datetime) -> None:
    full = Bounce(status="4.2.2", reason="mailbox_full", is_hard=False)
    outbound.note_bounces([full], given=[name_of(sent)], at=at)
    assert state_of(sent) == "bounced"
    assert kept_from() == frozenset()


@pytest.mark.usefixtures("sent")
def test_a_report_that_anybody_could_have_made_up_keeps_nothing_from_an_address(at: datetime) -> None:
    (came,) = outbound.note_bounces([Bounce()], given=["<made.up@mail.example>"], at=at)
    assert not came.is_proven
    assert kept_from() == frozenset()


def test_a_report_about_somebody_we_never_wrote_to_changes_nothing(sent: Message, at: datetime) -> None:
    stranger = Bounce(recipient="nobody@mail.example")
    assert outbound.note_bounces([stranger], given=[], at=at) == []
    assert state_of(sent) == "sent"
    assert kept_from("nobody@mail.example") == frozenset()


def test_a_name_of_ours_does_not_let_others_suppress_other_addresses(sent: Message, at: datetime) -> None:
    outbound.note_bounces([Bounce(recipient="vera@mail.example")], given=[name_of(sent)], at=at)
    assert kept_from("vera@mail.example") == frozenset()


def test_who_complains_is_asked_for_nothing_more_and_still_gets_answers(sent: Message, at: datetime) -> None:
    outbound.note_bounces([Bounce(reason="complaint", is_hard=False)], given=[name_of(sent)], at=at)
    assert state_of(sent) == "sent", "it did arrive"
    assert kept_from() == {"unasked"}
    later = at + timedelta(hours=1)
    again = answer(said_to_us(sent.endpoint_id or 0, AMINA, later), later)
    (dispatch,) = put_out(again, later)
    assert dispatch.state == "queued"


def test_the_same_report_five_times_is_one(sent: Message, at: datetime) -> None:
    for _ in range(5):
        outbound.note_bounces([Bounce()], given=[name_of(sent)], at=at)
    assert len(contact.suppressions()[0]) == 1


@pytest.mark.parametrize("order", list(permutations(["sent", "delivered", "delivered"])))
def test_words_of_another_system_lead_to_the_same_end_in_any_order(
    at: datetime, order: tuple[str, ...]
) -> None:
    with Sink() as sink:
        message = answered(sink, at)
        parcels = outbound.claim(room=1, at=at)
        told: list[outbound.Outcome] = []
        tasks.carry(parcels, told.append)
    for word in order:
        if word == "sent":
            outbound.settle(told, at=at, luck=0.5)
        else:
            outbound.acknowledge([message.pk], at=at)
    assert state_of(message) == "delivered"
