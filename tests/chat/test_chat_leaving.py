"""After somebody left, the talk goes on by mail in the same thread, and no words go where they should not (A08)."""

from datetime import UTC, datetime, timedelta

import pytest
from tests.chat.rooms import Desk, Room
from tests.chat.serving import Browser

from rapport.channels.chat import commands
from rapport.channels.chat.models import Visitor
from rapport.channels.outbound.models import Dispatch
from rapport.channels.threads.models import Message, Participant

LATER = timedelta(minutes=10)


def mails() -> list[Message]:
    return list(Message.objects.filter(channel="email", direction="out").order_by("id"))


def follow() -> int:
    return commands.follow_all(at=datetime.now(UTC) + LATER)


@pytest.fixture
def left(open_room: Room, mailbox: int, desk: Desk) -> Browser:  # noqa: ARG001 - from which it goes on
    """Amina asked, told her address, and left before the answer came."""
    amina = open_room.browser().begin()
    asked = amina.say("Buy cheap pills at evil.example").told["message"]
    assert amina.ask("POST", "/address", {"address": "Amina@Example.org"}).status == 200
    desk.answer(asked, "It comes tomorrow.")
    return amina


def test_what_was_not_read_is_sent_once_in_the_same_thread(left: Browser) -> None:
    assert (follow(), follow()) == (1, 0)

    (mail,) = mails()
    chat = Message.objects.filter(channel="chat").first()
    assert chat is not None
    assert mail.thread_id == chat.thread_id
    assert mail.subject == "Your chat with Shop chat"
    assert "It comes tomorrow." in mail.text
    sent = Dispatch.objects.get(message=mail)
    assert (sent.address, sent.state) == ("amina@example.org", "queued")
    assert left.texts()[-1] == "It comes tomorrow.", "the mail itself is not shown in the chat"


def test_not_a_word_that_was_typed_in_the_chat_goes_to_an_address_that_was_only_typed(left: Browser) -> None:
    follow()

    (mail,) = mails()
    assert left.texts()
    assert mail.answers_id is None, "nothing is quoted"
    assert "evil.example" not in mail.text + mail.subject + mail.html


@pytest.mark.usefixtures("left")
def test_who_answers_that_mail_takes_part_in_the_thread_and_is_no_customer_by_it() -> None:
    follow()

    taking = Participant.objects.get(identifier__value="amina@example.org")
    visitor = Visitor.objects.get()
    assert (taking.standing, taking.thread_id) == ("accepted", mails()[0].thread_id)
    assert taking.identifier.proof == ""
    assert taking.identifier.customer_id != visitor.identifier.customer_id


def test_what_was_read_in_the_chat_is_not_sent(left: Browser) -> None:
    newest = left.ask("GET", "/messages").told["messages"][-1]["n"]
    left.ask("POST", "/signs", {"read": newest})

    assert follow() == 0
    assert Dispatch.objects.get(message_id=newest).state == "delivered"


@pytest.mark.usefixtures("left")
def test_nothing_is_sent_after_somebody_who_is_still_there() -> None:
    assert commands.follow_all(at=datetime.now(UTC)) == 0


def test_without_a_mailbox_nobody_is_asked_for_an_address(open_room: Room) -> None:
    assert open_room.browser().ask("GET").told["can_mail"] is False


def test_one_address_is_taken_a_few_times_a_day_and_no_more(open_room: Room) -> None:
    told = [
        open_room.browser().begin().ask("POST", "/address", {"address": "victim@example.org"}).status
        for _ in range(7)
    ]

    assert told == [200] * 5 + [409] * 2


@pytest.mark.parametrize("typed", ["", "amina", "a@b@c", "x" * 300 + "@example.org"])
def test_what_is_no_address_is_refused(open_room: Room, typed: str) -> None:
    assert open_room.browser().begin().ask("POST", "/address", {"address": typed}).status == 422
