"""Threads: what is said is put into them once, is found, heard and logged, and only who may takes part."""

from datetime import datetime, timedelta

import pytest
from tests.channels.arriving import door, mailbox
from tests.made_up import event, record

from rapport.channels.finding import queries as finding
from rapport.channels.threads import commands as threads
from rapport.channels.threads import queries
from rapport.channels.threads.models import Message, Participant, Thread
from rapport.channels.threads.rules import NewMessage, Recipient
from rapport.customers.directory import commands as directory
from rapport.customers.directory.models import Identifier, Link
from rapport.customers.directory.rules import Claim, Sighting
from rapport.interactions.finding import queries as interactions
from rapport.interactions.log.models import Interaction
from rapport.kernel.refusals import NotAllowed
from rapport.live.events.models import Event
from rapport.search.index import commands as index
from rapport.search.index import queries as search
from rapport.staff.people.models import StaffMember
from rapport.staff.roles.rules import EVERYTHING, Operator, Reach
from rapport.wiring import searching

pytestmark = pytest.mark.django_db


class Viewer:
    role = "viewer"
    audit_name = "Vera"


def identifier(now: datetime, text: str) -> int:
    kind, value = text.split("=", 1)
    seen = directory.observe([Sighting(claims=(Claim(kind, value),), at=now, source="a test")])[0]
    assert seen.identifier_id is not None
    return seen.identifier_id


def said(now: datetime, thread_id: int, **more: object) -> Message:
    new = {
        "endpoint_id": None,
        "channel": "email",
        "direction": "in",
        "at": now,
        "text": "Where is it?",
        **more,
    }
    return threads.put(thread_id, NewMessage(**new), at=now)  # type: ignore[arg-type]


def ben() -> StaffMember:
    return StaffMember.objects.create(email="ben@shop.example", name="Ben", role="agent")


def found(words: str, reach: Reach = EVERYTHING) -> list[int]:
    threads.index_new()
    return standing(words, reach)


def standing(words: str, reach: Reach = EVERYTHING) -> list[int]:
    """What the index finds as it is."""
    return list(search.search(words, kind="message", covers=reach.covers).numbers)


def test_what_is_said_is_a_message_an_interaction_a_thing_to_find_and_news(now: datetime) -> None:
    shop = mailbox(now, department="Sales")
    thread = threads.thread_of(identifier(now, "email=amina@mail.example"), at=now)

    message = said(
        now, thread, endpoint_id=shop.pk, author=Claim("email", "amina@mail.example"), author_name="Amina",
        subject="My parcel", name="<a1@mail.example>",
    )  # fmt: skip

    logged = Interaction.objects.get(message_id=message.log_id)
    assert (logged.kind, logged.channel, logged.direction, logged.text) == (
        "message",
        "email",
        "in",
        "Where is it?",
    )
    assert logged.identifier_id == message.author_id == Thread.objects.get(pk=thread).identifier_id
    assert found("parcel") == [message.pk]
    topics = set(Event.objects.values_list("topic", "permission", "department"))
    assert {(f"thread:{thread}", "desk.view", "Sales"), ("desk", "desk.view", "Sales")} <= topics


def test_what_bears_a_name_that_is_known_is_not_said_twice(now: datetime) -> None:
    shop = mailbox(now)
    thread = threads.thread_of(identifier(now, "email=amina@mail.example"), at=now)

    first = said(now, thread, endpoint_id=shop.pk, name="<a1@mail.example>")
    again = said(now, thread, endpoint_id=shop.pk, name="a1@mail.example")

    assert first.pk == again.pk
    assert Interaction.objects.count() == 1


def test_many_are_put_as_one_after_another_would_be(now: datetime) -> None:
    shop = mailbox(now)
    amina, vera = (
        threads.thread_of(identifier(now, f"email={one}@mail.example"), at=now) for one in ("amina", "vera")
    )
    known = said(now, amina, endpoint_id=shop.pk, name="<a1@mail.example>")
    many = [
        (thread, NewMessage(endpoint_id=shop.pk, channel="email", direction="out", at=now + timedelta(minutes=minutes),
                            text=text, name=name))
        for thread, minutes, text, name in (
            (amina, 2, "Today", "<b1@shop.example>"), (vera, 1, "Tomorrow", "<b2@shop.example>"),
            (amina, 1, "Today once more", "b1@shop.example"), (vera, 0, "Known", "<a1@mail.example>"),
            (vera, 0, "No name", ""),
        )
    ]  # fmt: skip

    put = threads.put_many(many, at=now)

    assert [one.text for one in put] == ["Today", "Tomorrow", "Today", "Where is it?", "No name"]
    assert put[0].pk == put[2].pk
    assert put[3].pk == known.pk
    assert [one.text for one in queries.conversation(thread_ids=[vera], reach=EVERYTHING)] == [
        "Tomorrow",
        "No name",
    ]
    assert Interaction.objects.count() == 4
    last = dict(Thread.objects.values_list("id", "last_message_at"))
    assert last == {amina: now + timedelta(minutes=2), vera: now + timedelta(minutes=1)}


def test_what_is_said_stands_in_the_index_once(now: datetime) -> None:
    shop = mailbox(now)
    thread = threads.thread_of(identifier(now, "email=amina@mail.example"), at=now)
    message = said(
        now, thread, endpoint_id=shop.pk, author=Claim("email", "amina@mail.example"), text="A zebrafish"
    )
    record(
        event("message", "email=amina@mail.example", at=now, subject="Zebrafish by another system"), at=now
    )

    searching.follow()

    assert [one.id for one in finding.search("zebraf", reach=EVERYTHING).messages] == [message.pk]
    others = interactions.search("zebraf", reach=EVERYTHING).interactions
    assert [one.subject for one in others] == ["Zebrafish by another system"]


def test_messages_without_words_hold_up_none_that_come_after(
    now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rapport.channels.threads.commands.indexing.STEP", 2)
    thread = threads.thread_of(identifier(now, "email=amina@mail.example"), at=now)
    for _ in range(12):
        said(now, thread, text="")
    spoken = said(now, thread, text="At last")

    threads.index_new()

    assert found("last") == [spoken.pk]


def test_an_internal_word_is_no_interaction(now: datetime) -> None:
    thread = threads.thread_of(identifier(now, "email=amina@mail.example"), at=now)

    note = said(now, thread, is_internal=True, direction="none", staff_id=ben().pk, text="She called before")

    assert note.log_id == ""
    assert Interaction.objects.count() == 0
    assert found("called") == [note.pk]


def test_a_message_is_found_only_by_who_may_see_its_department(now: datetime) -> None:
    shop = mailbox(now, department="Sales")
    thread = threads.thread_of(identifier(now, "email=amina@mail.example"), at=now)
    message = said(now, thread, endpoint_id=shop.pk)
    sales = Reach(frozenset({"desk.view"}), frozenset({"Sales"}))
    repairs = Reach(frozenset({"desk.view"}), frozenset({"Repairs"}))

    assert found("where", sales) == [message.pk]
    assert found("where", repairs) == []
    assert [one.id for one in queries.conversation(thread_ids=[thread], reach=sales)] == [message.pk]
    assert queries.conversation(thread_ids=[thread], reach=repairs) == []


def test_identifiers_of_one_customer_are_one_conversation_until_the_link_is_taken_back(now: datetime) -> None:
    record(event("profile", "user_id=amina", "email=amina@mail.example", at=now, is_login=True), at=now)
    mail, account = identifier(now, "email=amina@mail.example"), identifier(now, "user_id=amina")
    by_mail, by_chat = threads.thread_of(mail, at=now), threads.thread_of(account, at=now)
    said(now, by_mail, text="by mail")
    said(now, by_chat, channel="chat", text="by chat")

    whole = queries.conversation(identifier_ids=[mail, account], reach=EVERYTHING)
    assert [one.text for one in whole] == ["by mail", "by chat"]
    assert queries.together(by_mail) == (by_mail, by_chat)

    directory.unlink(Link.objects.get().pk, by=Operator(), why="two people", at=now)

    assert queries.together(by_mail) == (by_mail,)
    assert queries.standing(by_mail, account) == ""


def test_the_customer_stands_in_their_thread_under_every_identifier_of_theirs(now: datetime) -> None:
    record(event("profile", "user_id=amina", "email=amina@mail.example", at=now, is_login=True), at=now)
    thread = threads.thread_of(identifier(now, "user_id=amina"), at=now)

    assert queries.standing(thread, identifier(now, "email=amina@mail.example")) == "customer"
    assert queries.standing(thread, identifier(now, "email=mallory@evil.example")) == ""


def test_a_conversation_is_read_back_page_by_page_at_a_fixed_cost(
    now: datetime, django_assert_max_num_queries: object
) -> None:
    thread = threads.thread_of(identifier(now, "email=amina@mail.example"), at=now)
    numbers = [said(now + timedelta(minutes=n), thread, text=f"word {n}").pk for n in range(7)]

    with django_assert_max_num_queries(3):  # type: ignore[operator]
        newest = queries.conversation(thread_ids=[thread], reach=EVERYTHING, limit=4)
    older = queries.conversation(thread_ids=[thread], reach=EVERYTHING, before=newest[0].id, limit=4)

    assert [one.id for one in older + newest] == numbers


def test_whoever_staff_write_to_takes_part_and_whoever_is_only_copied_in_does_not(now: datetime) -> None:
    shop = mailbox(now)
    amina = identifier(now, "email=amina@mail.example")
    thread = threads.thread_of(amina, at=now)
    asked = said(
        now, thread, endpoint_id=shop.pk, author=Claim("email", "amina@mail.example"),
        recipients=(Recipient("help@shop.example"), Recipient("mallory@evil.example", "cc")),
    )  # fmt: skip
    assert [one.address for one in queries.recipients_for_answer(asked.pk)] == ["amina@mail.example"]

    said(
        now, thread, endpoint_id=shop.pk, direction="out", staff_id=ben().pk, text="Today",
        recipients=(Recipient("amina@mail.example"), Recipient("carol@mail.example", "cc")),
    )  # fmt: skip

    standings = {one.value: one.standing for one in queries.participants([thread])}
    assert standings == {"amina@mail.example": "customer", "carol@mail.example": "accepted"}


def test_an_answer_goes_to_those_a_message_named_who_take_part(now: datetime) -> None:
    shop = mailbox(now)
    thread = threads.thread_of(identifier(now, "email=amina@mail.example"), at=now)
    threads.invite(thread, "Carol@mail.example", by=Operator(), at=now)
    asked = said(
        now, thread, endpoint_id=shop.pk, author=Claim("email", "amina@mail.example"),
        recipients=(Recipient("carol@mail.example", "cc"), Recipient("mallory@evil.example", "cc")),
    )  # fmt: skip

    told = [(one.role, one.address) for one in queries.recipients_for_answer(asked.pk)]

    assert told == [("to", "amina@mail.example"), ("cc", "carol@mail.example")]


def test_in_a_chat_the_answer_goes_to_the_browser_it_came_from(now: datetime) -> None:
    chat = door(now)
    thread = threads.thread_of(identifier(now, "anonymous_id=browser-1"), at=now)
    asked = said(now, thread, endpoint_id=chat.pk, channel="chat", author=Claim("anonymous_id", "browser-1"))

    assert [one.address for one in queries.recipients_for_answer(asked.pk)] == ["browser-1"]


def test_taking_part_is_decided_by_who_may_and_written_down(now: datetime) -> None:
    amina, carol = identifier(now, "email=amina@mail.example"), identifier(now, "email=carol@mail.example")
    thread = threads.thread_of(amina, at=now)
    threads.propose(thread, carol, at=now)

    with pytest.raises(NotAllowed):
        threads.accept(thread, carol, by=Viewer(), at=now)
    threads.accept(thread, carol, by=Operator(), at=now)
    assert Participant.objects.get(identifier_id=carol).decided_by == "command line"

    threads.refuse(thread, carol, by=Operator(), at=now)
    assert queries.standing(thread, carol) == "refused"
    with pytest.raises(threads.CannotRefuse):
        threads.refuse(thread, amina, by=Operator(), at=now)


def test_a_stranger_is_called_as_they_call_themselves_and_a_known_customer_only_if_proven(
    now: datetime,
) -> None:
    shop = mailbox(now)
    record(
        event(
            "profile", "email=amina@mail.example", at=now - timedelta(days=9), traits={"name": "Amina Okafor"}
        ),
        at=now,
    )
    known = threads.thread_of(identifier(now, "email=amina@mail.example"), at=now)
    new = threads.thread_of(identifier(now, "email=carol@mail.example"), at=now)

    said(
        now, known, endpoint_id=shop.pk, author=Claim("email", "amina@mail.example"), author_name="Your bank"
    )
    said(
        now, new, endpoint_id=shop.pk, author=Claim("email", "carol@mail.example"), author_name="Carol Jones"
    )

    names = dict(Identifier.objects.values_list("value", "traits__value"))
    assert names == {"amina@mail.example": "Amina Okafor", "carol@mail.example": "Carol Jones"}


def test_the_index_made_anew_finds_the_same(now: datetime) -> None:
    thread = threads.thread_of(identifier(now, "email=amina@mail.example"), at=now)
    message = said(now, thread, subject="The parcel")
    threads.index_new()
    assert standing("parcel") == [message.pk]
    index.empty()
    assert standing("parcel") == []

    threads.index_anew()

    assert found("parcel") == [message.pk]
