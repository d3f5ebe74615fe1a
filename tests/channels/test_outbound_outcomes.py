"""What a mail server answers, and what becomes of each recipient by it."""

from datetime import UTC, datetime, timedelta

import pytest
from tests.channels.leaving import (
    allow,
    answer,
    answered,
    carry,
    mailbox,
    put_out,
    said_to_us,
    state_of,
    states,
    to_many,
)
from tests.channels.servers import free_port
from tests.channels.sinks import Sink

from rapport.channels.contact.models import Suppression
from rapport.channels.endpoints import commands as endpoints
from rapport.channels.endpoints.commands import connecting
from rapport.channels.outbound import queries
from rapport.channels.outbound.models import Dispatch, Pace
from rapport.jobs.duties import queries as duties
from rapport.staff.roles.rules import Operator

pytestmark = pytest.mark.django_db(transaction=True)
_DAYS = timedelta(days=1)


@pytest.fixture
def at() -> datetime:
    return datetime.now(UTC)


def test_a_full_mailbox_is_tried_again_later_and_given_up_after_two_days(at: datetime) -> None:
    with Sink() as sink:
        sink.script.on_rcpt = lambda _: "452 4.2.2 mailbox full"
        message = answered(sink, at)
        carry(at)

        waiting = Dispatch.objects.get(message=message)
        assert (waiting.state, waiting.code, waiting.tries) == ("queued", "4.2.2", 1)
        assert waiting.due_at == at + timedelta(seconds=60)
        carry(at + timedelta(seconds=30))
        assert Dispatch.objects.get(message=message).tries == 1, "not before its time"

        carry(at + 2 * _DAYS)
        assert state_of(message) == "failed"
        assert sink.taken == []


def test_a_mailbox_that_does_not_exist_is_written_to_no_more(at: datetime) -> None:
    with Sink() as sink:
        sink.script.on_rcpt = lambda _: "550 5.1.1 no such user here"
        message = answered(sink, at)
        carry(at)
        assert state_of(message) == "failed"
        assert Suppression.objects.get(ended_at=None).covers == "everything"

        again = answer(said_to_us(message.endpoint_id or 0, "amina@mail.example", at + _DAYS), at + _DAYS)
        put_out(again, at + _DAYS)
        assert state_of(again) == "refused", "even an answer"


def test_a_mail_refused_for_its_content_says_nothing_of_the_address(at: datetime) -> None:
    with Sink() as sink:
        sink.script.on_data = lambda _: "550 5.7.1 this looks like spam"
        message = answered(sink, at)
        carry(at)
        assert state_of(message) == "failed"
        assert not Suppression.objects.exists()


def test_of_five_recipients_three_are_refused_and_two_have_it(at: datetime) -> None:
    gone = {"b@mail.example", "c@mail.example", "d@mail.example"}
    everybody = ["amina@mail.example", "b@mail.example", "c@mail.example", "d@mail.example", "e@mail.example"]
    with Sink() as sink:
        sink.script.on_rcpt = lambda address: "550 5.1.1 unknown" if address in gone else None
        message = to_many(sink, at, everybody)
        carry(at)
        assert sorted(sink.addresses) == ["amina@mail.example", "e@mail.example"]
        assert states(message) == {one: "failed" if one in gone else "sent" for one in everybody}


@pytest.mark.parametrize("happened", ["drop", "lost"])
def test_an_answer_whose_fate_nobody_learned_goes_again_under_its_name_and_is_counted(
    at: datetime, happened: str
) -> None:
    with Sink() as sink:
        sink.script.on_data = lambda _: happened
        message = answered(sink, at)
        carry(at)
        waiting = Dispatch.objects.get(message=message)
        assert (waiting.state, waiting.unknowns) == ("queued", 1)

        sink.script.on_data = lambda _: None
        carry(at + timedelta(minutes=1))
        assert state_of(message) == "sent"
        assert len({one.mail["Message-ID"] for one in sink.taken}) == 1
        assert len(sink.taken) == (2 if happened == "lost" else 1)
        (doubtful,), _ = queries.in_doubt()
        assert doubtful.message_id == message.pk


def test_what_nobody_waits_for_is_left_as_unknown(at: datetime) -> None:
    with Sink() as sink:
        sink.script.on_data = lambda _: "lost"
        came = said_to_us(mailbox(sink, at), "amina@mail.example", at)
        allow("amina@mail.example", "surveys", at)
        message = answer(came, at)
        put_out(message, at, purpose="surveys")
        noon = at.replace(hour=12) + _DAYS
        carry(noon)
        carry(noon + _DAYS)
        assert state_of(message) == "unknown"
        assert len(sink.taken) == 1


def test_an_answer_is_not_sent_for_ever_to_a_server_that_never_says_yes(at: datetime) -> None:
    with Sink() as sink:
        sink.script.on_data = lambda _: "lost"
        message = answered(sink, at)
        for hour in range(10):
            carry(at + timedelta(hours=hour))
        assert state_of(message) == "unknown"
        assert len(sink.taken) == 6, "once, and five times more"


@pytest.mark.parametrize("phase", ["on_mail", "on_rcpt"])
def test_a_line_that_breaks_before_anything_was_said_is_just_tried_again(at: datetime, phase: str) -> None:
    with Sink() as sink:
        setattr(sink.script, phase, lambda _: "drop")
        message = answered(sink, at)
        carry(at)
        waiting = Dispatch.objects.get(message=message)
        assert (waiting.state, waiting.unknowns) == ("queued", 0)


def test_a_wrong_password_rests_the_mailbox_and_burns_nobodys_try(at: datetime) -> None:
    with Sink() as sink:
        sink.script.password = "another one"
        first = answered(sink, at)
        second = answer(said_to_us(first.endpoint_id or 0, "vera@mail.example", at), at)
        put_out(second, at)
        carry(at)

        assert {(one.state, one.tries) for one in Dispatch.objects.all()} == {("queued", 0)}
        assert "does not let us in" in next(iter(duties.troubles())).reason
        assert carry(at + timedelta(minutes=1)) == [], "it rests"

        sink.script.password = "three quiet words"
        carry(at + timedelta(minutes=10))
        assert {state_of(first), state_of(second)} == {"sent"}
        assert not duties.troubles()


def test_a_server_that_is_away_burns_nobodys_try(at: datetime) -> None:
    message = answer(said_to_us(mailbox(free_port(), at), "amina@mail.example", at), at)
    put_out(message, at)
    carry(at)
    waiting = Dispatch.objects.get(message=message)
    assert (waiting.state, waiting.tries) == ("queued", 0)
    assert Pace.objects.get(domain="").rests_until is not None


def test_a_server_that_greets_too_late_holds_nobody_longer_than_its_limit(
    at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connecting, "ANSWER_SECONDS", 0.3)
    with Sink() as sink:
        sink.script.greeting_seconds = 2
        message = answered(sink, at)
        begin = datetime.now(UTC)
        carry(at)
        assert datetime.now(UTC) - begin < timedelta(seconds=1.5)
        assert Dispatch.objects.get(message=message).tries == 0


def test_a_domain_that_asks_for_patience_gets_it_and_others_do_not_wait(at: datetime) -> None:
    with Sink() as sink:
        sink.script.on_rcpt = lambda one: "450 4.7.1 slow down" if one.endswith("slow.example") else None
        slow = answered(sink, at, "amina@slow.example")
        carry(at)
        soon = at + timedelta(seconds=2)
        also_slow = answer(said_to_us(slow.endpoint_id or 0, "bo@slow.example", soon), soon)
        put_out(also_slow, soon)
        other = answer(said_to_us(slow.endpoint_id or 0, "vera@quick.example", soon), soon)
        put_out(other, soon)
        carry(soon)
        assert state_of(other) == "sent"
        assert Dispatch.objects.get(message=also_slow).tries == 0


def test_more_than_a_domain_gets_in_a_minute_waits_for_the_next(at: datetime) -> None:
    from rapport.channels.outbound import commands

    with Sink() as sink:
        number = mailbox(sink, at)
        for name in ("ada", "bo", "cy", "di"):
            put_out(answer(said_to_us(number, f"{name}@mail.example", at), at), at)
        assert len(commands.claim(room=10, at=at, a_minute=3)) == 3
        assert commands.claim(room=10, at=at + timedelta(seconds=50), a_minute=3) == []


def test_a_mail_larger_than_the_server_takes_is_not_begun(at: datetime) -> None:
    with Sink() as sink:
        sink.script.largest = 2_000
        message = answered(sink, at, text="words " * 2_000)
        carry(at)
        assert state_of(message) == "failed"
        assert "larger than the server takes" in Dispatch.objects.get(message=message).reason


def test_what_was_to_leave_by_a_closed_channel_fails_with_that_reason(at: datetime) -> None:
    with Sink() as sink:
        message = answered(sink, at)
        endpoints.close(message.endpoint_id or 0, by=Operator(), at=at)
        carry(at)
        assert state_of(message) == "failed"
        assert "closed" in Dispatch.objects.get(message=message).reason
