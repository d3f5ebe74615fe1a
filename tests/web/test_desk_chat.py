"""Chats at the desk: who writes is seen by the other side, and how far each has read."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from django.test import Client
from tests.web.cases import a_file, address, page_of, seen

from rapport.channels.chat import commands as chat
from rapport.channels.chat import queries as chats
from rapport.channels.chat.models import Reading, Visitor, Wait
from rapport.channels.endpoints import commands as endpoints
from rapport.channels.endpoints.rules.places import Described
from rapport.channels.endpoints.rules.web import ChatSettings
from rapport.channels.threads import commands as threads
from rapport.channels.threads.rules import NewMessage
from rapport.customers.directory.rules import Claim
from rapport.interactions.log.models import Interaction
from rapport.live.events.models import Event
from rapport.service.desk import commands as desk
from rapport.service.desk.models import Case
from rapport.staff.roles.rules import Operator

MINUTE = timedelta(minutes=1)


@pytest.fixture
def visitor(house: None, now: datetime) -> Visitor:  # noqa: ARG001 - where the chat is
    settings = ChatSettings(origins=("https://shop.example.org",), greeting="How can we help?")
    place, _secret = endpoints.open_chat(Described("Shop chat"), settings, by=Operator(), at=now)
    return chat.begin(place.pk, chat.Newcomer("a-token-of-hers", "browser-of-hers"), at=now)


@pytest.fixture
def case(visitor: Visitor, now: datetime) -> Case:
    return said(visitor, "Is the blue one in stock?", now - 5 * MINUTE)


def said(visitor: Visitor, text: str, at: datetime) -> Case:
    """The visitor says something; its case."""
    with transaction.atomic():
        new = NewMessage(
            endpoint_id=visitor.endpoint_id,
            channel="chat",
            direction="in",
            at=at,
            text=text,
            author=Claim("anonymous_id", visitor.identifier.value),
        )
        message = threads.put(threads.thread_of(visitor.identifier_id, at=at), new, at=at)
        case = desk.take_in(message.pk, at=at)
        chat.begin_wait(visitor, message.pk, at=at)
    return case


def topics() -> list[str]:
    return list(Event.objects.order_by("id").values_list("topic", flat=True))


def test_who_has_the_chat_open_has_read_it(agent: Client, visitor: Visitor, case: Case) -> None:
    agent.get(address(case))
    assert not Reading.objects.filter(ours__gt=0).exists(), (
        "a page that is fetched is not a page that is read"
    )

    agent.post(address(case, "presence/"), {"seen": seen(case)})

    assert chats.reading(visitor.pk) == (0, seen(case))


def test_nobody_says_to_have_read_more_than_there_is(agent: Client, visitor: Visitor, case: Case) -> None:
    agent.post(address(case, "presence/"), {"seen": seen(case) + 1_000})

    assert chats.reading(visitor.pk) == (0, seen(case))


def test_that_an_answer_is_being_written_is_shown_to_who_chats(agent: Client, case: Case) -> None:
    agent.post(address(case, "presence/"), {"seen": seen(case)})
    assert f"answering:{case.thread_id}" not in topics()

    agent.post(address(case, "presence/"), {"seen": seen(case), "writing": "1"})

    assert f"answering:{case.thread_id}" in topics()


def test_that_the_visitor_writes_is_shown_at_the_desk(
    agent: Client, visitor: Visitor, case: Case, now: datetime
) -> None:
    page = page_of(agent, case)
    chat.typed(visitor, at=now)

    assert f'data-live="typing:{case.thread_id}" data-live-sign hidden' in page
    assert f"typing:{case.thread_id}" in topics()


def test_what_the_visitor_has_read_is_marked(agent: Client, visitor: Visitor, case: Case) -> None:
    agent.post(address(case, "answers/"), {"text": "Yes, three of them.", "seen": seen(case)})
    assert "· read" not in page_of(agent, case)

    who = chats.seeing(visitor, is_signed=False)
    chat.read_by_visitor(visitor, who, seen(case), at=datetime.now(UTC))

    assert "· read" in page_of(agent, case)


def test_a_file_goes_to_who_chats(agent: Client, visitor: Visitor, case: Case) -> None:
    given = {"text": "A picture of it", "seen": seen(case), "files": [a_file("blue.png")]}
    agent.post(address(case, "answers/"), given)

    who, now = chats.seeing(visitor, is_signed=False), datetime.now(UTC)
    newest = chats.lines(who, at=now)[-1].said

    assert newest.text == "A picture of it"
    (file,) = newest.attachments
    assert chats.attachment(who, file.id, at=now).name == "blue.png"


def test_others_who_have_it_open_are_named_and_leave(agent: Client, signed_in_as: object, case: Case) -> None:
    lead = signed_in_as("lead")  # type: ignore[operator]
    lead.post(address(case, "presence/"), {"writing": "1"})
    agent.post(address(case, "presence/"), {})

    writing = page_of(agent, case)
    lead.post(address(case, "presence/"), {"gone": "1"})

    assert "Team lead is writing" in writing
    assert "also open at Agent" not in writing, "oneself is not told"
    assert "Team lead" not in page_of(agent, case)


def test_who_leaves_before_an_answer_has_given_up_once(case: Case, now: datetime) -> None:
    gone = now - 30 * MINUTE
    Wait.objects.update(began_at=gone - 2 * MINUTE)
    Visitor.objects.update(seen_at=gone)

    ended = chat.settle_all(at=now), chat.settle_all(at=now)

    assert ended == (1, 0)
    (row,) = Interaction.objects.filter(kind="contact_given_up")
    assert row.identifier_id == case.identifier_id
    assert row.properties == {"waited_seconds": 120}


def test_who_was_answered_has_not_given_up(agent: Client, case: Case, now: datetime) -> None:
    agent.post(address(case, "answers/"), {"text": "Yes.", "seen": seen(case)})
    Visitor.objects.update(seen_at=now - 30 * MINUTE)

    chat.settle_all(at=now)

    assert Wait.objects.get().is_answered
    assert not Interaction.objects.filter(kind="contact_given_up").exists()
