"""The desk as an agent works at it: who waits longest, answering, taking back, and what is refused costs no words."""

import re
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.desk import shop
from tests.web.cases import address
from tests.web.conftest import Signing

from rapport.service.desk.models import Case, CaseEvent, Draft

MINUTE = timedelta(minutes=1)


def answered(client: Client, case: Case, text: str, seen: int | None = None) -> int:
    newest = Case.objects.get(pk=case.pk).last_word_id if seen is None else seen
    return client.post(address(case, "answers/"), {"text": text, "seen": newest}).status_code


def test_whoever_waits_longest_stands_first(agent: Client, now: datetime) -> None:
    shop.asked(now - 5 * MINUTE, "Is it here?", sender="ben@mail.example")
    shop.asked(now - 50 * MINUTE, "Where is it?", sender="amina@mail.example")

    page = agent.get("/desk/").content.decode()

    assert page.index("Where is it?") < page.index("Is it here?")
    assert "2 people wait, the longest 50 minutes." in page


def test_an_empty_desk_says_what_will_appear(agent: Client) -> None:
    assert "Nobody waits" in agent.get("/desk/").content.decode()


def test_an_answer_stands_in_the_conversation_and_can_be_taken_back(agent: Client, now: datetime) -> None:
    case = shop.asked(now - 5 * MINUTE)

    sent = agent.post(
        address(case, "answers/"), {"text": "It comes tomorrow.", "seen": case.last_word_id}, follow=True
    )
    page = sent.content.decode()
    assert "It comes tomorrow." in page
    assert "It leaves in a few seconds." in page
    assert not Case.objects.waiting().exists()

    message = Case.objects.get(pk=case.pk).last_word_id
    agent.post(address(case, f"taking-back/?message={message}"))

    page = agent.get(address(case)).content.decode()
    assert Case.objects.waiting().exists()
    assert "It comes tomorrow.</textarea>" in page


def test_an_answer_past_a_new_word_is_refused_and_its_words_stay(agent: Client, now: datetime) -> None:
    case = shop.asked(now - 5 * MINUTE)
    seen = case.last_word_id
    shop.asked(now - MINUTE, "Never mind, it is here!")

    refused = agent.post(address(case, "answers/"), {"text": "It comes tomorrow.", "seen": seen})

    page = refused.content.decode()
    assert refused.status_code == 409
    assert "Something was said since you looked" in page
    assert "It comes tomorrow.</textarea>" in page


def test_a_colleague_who_is_answering_is_named(signed_in_as: Signing, agent: Client, now: datetime) -> None:
    case = shop.asked(now - 5 * MINUTE)
    lead = signed_in_as("lead")
    lead.post(address(case, "draft/"), {"text": "Dear Amina", "kind": "reply"})

    page = agent.get(address(case)).content.decode()

    assert "Team lead is answering." in page
    assert answered(agent, case, "It comes tomorrow.") == 409
    assert Draft.objects.filter(content__text="It comes tomorrow.").exists()


def test_a_note_is_for_colleagues_alone(agent: Client, now: datetime) -> None:
    case = shop.asked(now - 5 * MINUTE)

    agent.post(address(case, "notes/"), {"text": "She called before."})

    page = agent.get(address(case)).content.decode()
    assert "She called before." in page
    assert Case.objects.waiting().exists(), "a note answers nobody"


@pytest.mark.parametrize(
    ("act", "given", "says"),
    [
        ("closure/", {}, "Settled"),
        ("taking/", {}, "with Agent"),
        ("snooze/", {"until": "tomorrow"}, "Put off"),
        ("refusals/", {"why": "out of stock"}, "We said no"),
        ("repeats/", {"what": "her number"}, "They had to tell us again ·"),
        ("promises/", {"what": "A new parcel", "until": "week"}, "A new parcel"),
    ],
)
def test_what_is_done_is_told_in_the_case(
    agent: Client, now: datetime, act: str, given: dict[str, str], says: str
) -> None:
    case = shop.asked(now - 5 * MINUTE)

    done = agent.post(address(case, act), given, follow=True)

    assert done.status_code == 200
    assert says in done.content.decode()


def test_one_key_marks_that_they_told_it_again_and_one_leads_to_our_no(agent: Client, now: datetime) -> None:
    case = shop.asked(now - 5 * MINUTE)
    page = agent.get(address(case)).text

    assert re.search(rf'action="{address(case, "repeats/")}">.*?<button data-key="h">', page)
    assert f'href="{address(case, "more/")}?no=1" data-key="d"' in page
    agent.post(address(case, "repeats/"))

    assert CaseEvent.objects.filter(case=case, kind="asked_again").count() == 1
    assert re.search('<input id="no"[^>]* autofocus', agent.get(address(case, "more/?no=1")).text)


def test_cases_joined_are_read_as_one_and_parted_again(agent: Client, now: datetime) -> None:
    case = shop.asked(now - 40 * MINUTE, "Where is my parcel?")
    agent.post(address(case, "closure/"))
    Case.objects.filter(pk=case.pk).update(
        closed_at=now - timedelta(days=30), changed_at=now - timedelta(days=30)
    )
    other = shop.asked(now - 5 * MINUTE, "And now it broke.")
    assert other.pk != case.pk

    agent.post(address(case, "joining/"), {"into": other.pk})
    joined = agent.get(address(other)).content.decode()
    agent.post(address(case, "parting/"))
    parted = agent.get(address(other)).content.decode()

    assert "Where is my parcel?" in joined
    assert "Where is my parcel?</p>" not in parted


def test_a_case_and_the_list_cost_the_same_however_much_there_is(agent: Client, now: datetime) -> None:
    def cost(path: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            assert agent.get(path).status_code == 200
        return len(asked)

    case = shop.asked(now - 50 * MINUTE)
    small = cost("/desk/"), cost(address(case))
    for number in range(12):
        shop.asked(now - number * MINUTE, f"Words {number}")
        shop.asked(now - number * MINUTE, sender=f"customer{number}@mail.example")

    assert (cost("/desk/"), cost(address(case))) == small


def test_somebody_of_another_department_finds_nothing_there(signed_in_as: Signing, now: datetime) -> None:
    from rapport.staff.departments import commands as departments
    from rapport.staff.roles.rules import Operator

    mailbox = shop.our_mailbox(now, "club@shop.example", department="Club")
    case = shop.asked(now, endpoint=mailbox)
    departments.set_access_rules(is_sight_limited=True, second_step_roles=[], by=Operator(), at=now)

    client = signed_in_as("agent")

    assert client.get(address(case)).status_code == 404
    assert client.get(address(case, "said/")).status_code == 404
    assert answered(client, case, "Hello") == 404
    assert "parcel" not in client.get("/desk/").content.decode()


def test_a_case_is_found_by_what_it_is_about(agent: Client, now: datetime) -> None:
    shop.asked(now - MINUTE, subject="Torn rucksack")

    found = agent.get("/search/?q=ruck").content.decode()

    assert "Torn rucksack" in found
    assert "/desk/cases/" in found


def test_the_next_is_whoever_waits_longest_and_whom_nobody_has(
    agent: Client, signed_in_as: Signing, now: datetime
) -> None:
    second = shop.asked(now - 20 * MINUTE, sender="ben@mail.example")
    first = shop.asked(now - 50 * MINUTE, sender="amina@mail.example")

    assert agent.post("/desk/next/").url == address(first)
    assert signed_in_as("lead").post("/desk/next/").url == address(second)
    assert agent.post("/desk/next/").status_code == 409


def test_the_newest_word_that_is_shown_goes_with_the_answer(agent: Client, now: datetime) -> None:
    case = shop.asked(now - 5 * MINUTE)
    shop.asked(now - MINUTE, "Are you there?")

    said = agent.get(address(case, "said/")).content.decode()

    newest = Case.objects.get(pk=case.pk).last_word_id
    assert f'name="seen" value="{newest}" form="composer"' in said
