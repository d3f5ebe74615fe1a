"""Messages of another matter: split off, moved, joined with a case that was looked for; each taken back as it was."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from tests.desk import shop
from tests.web.cases import address, page_of

from rapport.service.desk.models import Case, Filing, Move

MINUTE = timedelta(minutes=1)


@pytest.fixture
def case(now: datetime) -> Case:
    shop.asked(now - 9 * MINUTE, "Where is my parcel?")
    return shop.asked(now - 8 * MINUTE, "And my invoice is wrong.")


def filed(case: Case) -> list[int]:
    return list(Filing.objects.filter(case=case).order_by("message_id").values_list("message_id", flat=True))


def another(case: Case, now: datetime, about: str = "Invoice 77") -> Case:
    """An older case of the same customer, settled long ago."""
    old = now - timedelta(days=40)
    Case.objects.filter(pk=case.pk).update(closed_at=old, changed_at=old, kind="done", state=_done())
    fresh = shop.asked(now, "Something else.", subject=about)
    assert fresh.pk != case.pk
    return fresh


def _done() -> int:
    from rapport.service.desk.models import CaseState

    return CaseState.objects.get(kind="done").pk


def test_a_part_becomes_a_case_of_its_own_and_comes_back(agent: Client, case: Case) -> None:
    before = filed(case)

    made = agent.post(
        address(case, "splitting/"), {"message": before[1:], "subject": "The invoice"}, follow=True
    ).content.decode()
    move = Move.objects.get()
    part = move.to_case
    halves = filed(case), filed(part)
    agent.post(address(part, f"moving-back/?move={move.pk}"))

    assert "The messages are here now." in made
    assert part.subject == "The invoice"
    assert halves == (before[:1], before[1:])
    assert filed(case) == before


def test_messages_move_to_a_case_that_was_looked_for(agent: Client, case: Case, now: datetime) -> None:
    other = another(case, now)
    found = agent.get(address(other, "sorting/?find=parcel")).content.decode()
    assert f'<option value="{case.pk}">' in found

    agent.post(address(other, "moving/"), {"message": filed(other), "to": case.pk})
    listed = agent.get(address(other, "sorting/")).content.decode()

    assert filed(other) == []
    assert f"One message to case {case.pk}" in listed


def test_a_case_of_another_customer_is_left_out_and_refused(agent: Client, case: Case, now: datetime) -> None:
    strangers = shop.asked(now, "Parcel of Ben", sender="ben@mail.example", subject="Parcel of Ben")

    found = agent.get(address(case, "more/?find=parcel")).content.decode()
    moved = agent.post(address(case, "moving/"), {"message": filed(case), "to": strangers.pk})

    assert "Parcel of Ben" not in found
    assert "One case of another customer is left out" in found
    assert moved.status_code == 409


def test_joined_cases_are_parted_from_the_page_they_are_read_on(
    agent: Client, case: Case, now: datetime
) -> None:
    other = another(case, now)

    joined = agent.post(address(other, "joining/"), {"into": case.pk}, follow=True).content.decode()
    agent.post(address(other, "parting/"))

    assert "They are read as one now." in joined
    assert f"/desk/cases/{other.pk}/parting/" in joined
    assert Case.objects.get(pk=other.pk).merged_into is None
    assert "Something else.</p>" in joined
    assert "Something else.</p>" not in page_of(agent, case)


def test_nothing_chosen_is_refused(agent: Client, case: Case) -> None:
    refused = agent.post(address(case, "splitting/"), {"subject": "Nothing"})

    assert refused.status_code == 409
    assert not Move.objects.exists()
