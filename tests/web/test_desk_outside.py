"""Asking somebody outside: they read what was chosen, their answer stays among us, and looks unlike the customer's."""

from datetime import datetime, timedelta

import pytest
from django.db import transaction
from django.test import Client
from tests.desk import shop
from tests.web.cases import a_file, address, page_of, seen

from rapport.channels.threads.models import Attachment, Message
from rapport.service.desk import commands as desk
from rapport.service.desk.models import Case, SideThread

MINUTE = timedelta(minutes=1)
MAKER = "maker@works.example"


@pytest.fixture
def case(now: datetime) -> Case:
    first = shop.asked(now - 9 * MINUTE, "The strap is torn.")
    return shop.asked(now - 8 * MINUTE, "My number is 555-CANARY.") if first else first


def ask(client: Client, case: Case, text: str = "Can you mend it?", **more: object) -> int:
    mailbox = shop.our_mailbox(datetime.now()).pk  # noqa: DTZ005 - it exists already
    given = {"address": MAKER, "text": text, "subject": "A strap", "mailbox": mailbox, **more}
    return client.post(address(case, "asking/"), given).status_code


def words_to_maker() -> Message:
    return Message.objects.filter(direction="out").latest("id")


def test_only_what_was_chosen_is_passed_on(agent: Client, case: Case) -> None:
    torn = Message.objects.get(text="The strap is torn.")

    assert ask(agent, case, message=[torn.pk]) == 302

    said = words_to_maker()
    assert "Can you mend it?" in said.text
    assert "The strap is torn." in said.text
    assert "CANARY" not in said.text
    assert said.thread.identifier.value == MAKER


def test_notes_cannot_be_passed_on_even_by_number(agent: Client, case: Case) -> None:
    agent.post(address(case, "notes/"), {"text": "She is difficult."})
    note = Message.objects.get(is_internal=True)

    ask(agent, case, message=[note.pk])

    assert "difficult" not in words_to_maker().text
    assert "difficult" not in agent.get(address(case, "outside/")).content.decode()


def test_files_go_along_where_that_is_wanted(agent: Client, case: Case) -> None:
    given = {"text": "A picture", "seen": seen(case), "files": [a_file("strap.png")]}
    agent.post(address(case, "answers/"), given)
    ours = Message.objects.get(text="A picture")

    ask(agent, case, message=[ours.pk], with_files="1")

    assert Attachment.objects.filter(message=words_to_maker(), name="strap.png").exists()


def test_what_they_answer_stands_apart_and_never_goes_to_the_customer(
    agent: Client, case: Case, now: datetime
) -> None:
    ask(agent, case)
    side = SideThread.objects.get()
    with transaction.atomic():
        answer = shop.written(
            now, "It costs 12-SECRET.", sender=MAKER, answers_id=words_to_maker().pk, author_name=""
        )
        desk.take_in(answer.pk, at=now)

    page = page_of(agent, case)
    agent.post(address(case, "answers/"), {"text": "We look into it.", "seen": seen(case)})

    assert answer.thread_id == side.thread_id
    assert "It costs 12-SECRET." in page
    assert f"Asked outside, with {MAKER}" in page
    assert f"Asked outside, with {MAKER}" in agent.get(address(case, "said/")).text
    assert f"{MAKER} is asked too" in page
    sent = Message.objects.get(text="We look into it.")
    assert MAKER not in str(sent.recipients)
    assert sent.answers is not None
    assert sent.answers.thread_id != side.thread_id


def test_one_asks_more_and_has_done_with_it(agent: Client, case: Case) -> None:
    ask(agent, case)
    side = SideThread.objects.get()

    form = agent.get(address(case, f"outside/?side={side.pk}")).content.decode()
    agent.post(address(case, f"asked-enough/?side={side.pk}"))

    assert MAKER in form
    assert SideThread.objects.get().closed_at is not None
    assert "is asked too" not in page_of(agent, case)


def test_a_question_that_is_refused_keeps_its_words(agent: Client, case: Case) -> None:
    assert ask(agent, case, text="Long words", address="nobody") == 409

    assert "Long words</textarea>" in agent.get(address(case, "outside/")).content.decode()
