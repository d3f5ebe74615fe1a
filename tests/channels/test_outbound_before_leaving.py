"""What happens between putting a message out and the moment it leaves: taken back, forbidden, erased, claimed twice."""

import threading
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from tests.channels.leaving import (
    allow,
    answer,
    answered,
    carry,
    identifier,
    mailbox,
    put_out,
    said_to_us,
    state_of,
)
from tests.channels.sinks import Sink
from tests.conftest import uses_postgres

from rapport.channels.contact import commands as contact
from rapport.channels.contact.models import Asked
from rapport.channels.outbound import commands as outbound
from rapport.channels.outbound import tasks
from rapport.channels.outbound.models import Dispatch
from rapport.channels.outbound.tasks import Carrier
from rapport.channels.threads.models import Message
from rapport.customers.consent import commands as consents
from rapport.kernel.persons import Person
from rapport.kernel.refusals import NotAllowed
from rapport.staff.roles.rules import Operator
from rapport.wiring import privacy

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def at() -> datetime:
    return datetime.now(UTC).replace(hour=12)


def asked_for_words(sink: Sink, at: datetime, address: str = "amina@mail.example") -> Message:
    """A question how it went, to somebody who allowed it, put out."""
    allow(address, "surveys", at)
    message = answer(said_to_us(mailbox(sink, at), address, at), at)
    put_out(message, at, purpose="surveys")
    return message


def test_what_is_held_leaves_when_its_time_has_come(at: datetime) -> None:
    with Sink() as sink:
        message = answer(said_to_us(mailbox(sink, at), "amina@mail.example", at), at)
        put_out(message, at, hold=15)
        assert state_of(message) == "held"
        carry(at + timedelta(seconds=14))
        assert sink.taken == []
        carry(at + timedelta(seconds=15))
        assert len(sink.taken) == 1


def test_what_is_taken_back_never_leaves(at: datetime) -> None:
    with Sink() as sink:
        message = answer(said_to_us(mailbox(sink, at), "amina@mail.example", at), at)
        put_out(message, at, hold=15)
        outbound.take_back(message.pk, by=Operator(), at=at + timedelta(seconds=5))
        carry(at + timedelta(minutes=5))
        assert sink.taken == []
        assert state_of(message) == "taken_back"


def test_what_left_cannot_be_taken_back(at: datetime) -> None:
    with Sink() as sink:
        message = answered(sink, at)
        carry(at)
        with pytest.raises(outbound.NotHeld):
            outbound.take_back(message.pk, by=Operator(), at=at)


def test_who_may_not_work_at_the_desk_takes_nothing_back(at: datetime) -> None:
    class Viewer:
        role, audit_name = "viewer", "Vera"

    with Sink() as sink:
        message = answered(sink, at)
        with pytest.raises(NotAllowed):
            outbound.take_back(message.pk, by=Viewer(), at=at)


def test_put_out_twice_it_goes_once(at: datetime) -> None:
    with Sink() as sink:
        message = answered(sink, at)
        put_out(message, at)
        carry(at)
        assert len(sink.taken) == 1


def test_a_no_that_is_said_meanwhile_is_heard_before_anything_leaves(at: datetime) -> None:
    with Sink() as sink:
        message = asked_for_words(sink, at)
        number = identifier("amina@mail.example", at)
        consents.state(number, purpose="surveys", granted=False, proof="called us", by=Operator(), at=at)
        carry(at)
        assert state_of(message) == "refused"
        assert sink.taken == []
        assert Asked.objects.get(answer="yes").released_at is not None, "and its place under the cap is free"


def test_an_address_that_died_meanwhile_gets_not_even_an_answer(at: datetime) -> None:
    with Sink() as sink:
        message = answered(sink, at)
        contact.suppress("email", "amina@mail.example", covers="everything", reason="bounced", at=at)
        carry(at)
        assert state_of(message) == "refused"


def test_what_waits_for_somebody_who_is_erased_never_leaves(at: datetime) -> None:
    with Sink() as sink:
        answered(sink, at)
        number = identifier("amina@mail.example", at)
        person = Person(number, (number,), (("email", "amina@mail.example"),))
        for handler in privacy.HANDLERS[:2]:
            handler.erase(person, at=at)
        assert carry(at) == []
        assert sink.taken == []


def test_the_address_of_an_erased_person_stays_dead(at: datetime) -> None:
    number = identifier("amina@mail.example", at)
    contact.suppress("email", "amina@mail.example", covers="everything", reason="bounced", at=at)
    privacy.contact.erase(Person(number, (number,), (("email", "amina@mail.example"),)), at=at)
    with Sink() as sink:
        message = answered(sink, at)
        assert state_of(message) == "refused"


def test_of_what_is_due_answers_go_first(at: datetime) -> None:
    with Sink() as sink:
        asked = asked_for_words(sink, at - timedelta(minutes=5), "vera@mail.example")
        message = answer(said_to_us(asked.endpoint_id or 0, "amina@mail.example", at), at)
        put_out(message, at)
        (first,) = outbound.claim(room=1, at=at)
        assert first.address == "amina@mail.example"


def test_what_a_carrier_says_after_it_lost_its_lease_counts_no_more(at: datetime) -> None:
    with Sink() as sink:
        message = answered(sink, at)
        (slow,) = outbound.claim(room=1, at=at)
        (quick,) = outbound.claim(room=1, at=at + timedelta(minutes=2))
        assert (quick.dispatch_id, quick.fence) == (slow.dispatch_id, slow.fence + 1)
        told: list[outbound.Outcome] = []
        tasks.carry([slow], told.append)
        outbound.settle(told, at=at, luck=0.5)
        kept = Dispatch.objects.get(message=message)
        assert (kept.state, kept.unknowns) == ("sending", 1)


def test_a_parcel_that_is_still_carried_keeps_its_lease(at: datetime) -> None:
    with Sink() as sink:
        answered(sink, at)
        parcels = outbound.claim(room=1, at=at)
        outbound.extend(parcels, at=at + timedelta(seconds=50))
        assert outbound.claim(room=1, at=at + timedelta(seconds=100)) == []


@pytest.mark.skipif(
    not uses_postgres(), reason="SQLite in memory takes no threads; in files they are in the fault tests"
)
def test_several_carriers_send_everything_once() -> None:
    at = datetime.now(UTC)
    with Sink() as sink:
        number = mailbox(sink, at)
        for place in range(120):
            put_out(answer(said_to_us(number, f"c{place}@d{place % 9}.example", at), at), at)
        threads = [threading.Thread(target=_carry_all) for _ in range(3)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        assert Counter(sink.addresses) == Counter(f"c{place}@d{place % 9}.example" for place in range(120))
        assert set(Dispatch.objects.values_list("state", "unknowns")) == {("sent", 0)}


def _carry_all() -> None:
    try:
        Carrier(hands=4).run_until_idle()
    finally:
        connection.close()
