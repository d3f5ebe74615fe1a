"""Many cases at once: done for all that allow it, told for the others, and taken back in one go."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from tests.desk import shop
from tests.web.conftest import Signing

from rapport.service.desk.models import Case, Follower

MINUTE = timedelta(minutes=1)


@pytest.fixture
def cases(now: datetime) -> list[Case]:
    return [
        shop.asked(now - number * MINUTE, sender=f"customer{number}@mail.example") for number in range(1, 4)
    ]


def do(client: Client, act: str, cases: list[Case], **more: object) -> str:
    given = {"act": act, "case": [one.pk for one in cases], "view": "waiting", **more}
    return client.post("/desk/together/", given, follow=True).content.decode()


def undo(client: Client) -> str:
    return client.post("/desk/together/undoing/", follow=True).content.decode()


def fresh(cases: list[Case]) -> list[Case]:
    return list(Case.objects.filter(pk__in=[one.pk for one in cases]).order_by("pk"))


def test_the_list_offers_boxes_when_asked(agent: Client, cases: list[Case]) -> None:
    assert 'name="case"' not in agent.get("/desk/").content.decode()

    choosing = agent.get("/desk/?choose=1").content.decode()

    assert choosing.count('name="case"') == len(cases)


def test_who_only_looks_is_offered_nothing(signed_in_as: Signing, cases: list[Case]) -> None:
    viewer = signed_in_as("viewer")

    assert 'name="case"' not in viewer.get("/desk/?choose=1").content.decode()
    assert viewer.post("/desk/together/", {"act": "close", "case": [cases[0].pk]}).status_code == 403


def test_giving_is_taken_back_to_whoever_had_each(
    agent: Client, signed_in_as: Signing, cases: list[Case]
) -> None:
    signed_in_as("lead").post(f"/desk/cases/{cases[0].pk}/taking/")
    before = [one.owner_id for one in fresh(cases)]

    page = do(agent, "take", cases)
    taken = {str(one.owner) for one in fresh(cases)}
    undo(agent)

    assert "Done with 3 cases." in page
    assert "/desk/together/undoing/?view=waiting" in page
    assert taken == {"Agent"}
    assert [one.owner_id for one in fresh(cases)] == before


@pytest.mark.parametrize(("act", "kind"), [("close", "done"), ("junk", "junk")])
def test_closed_cases_are_opened_again(agent: Client, cases: list[Case], act: str, kind: str) -> None:
    do(agent, act, cases)
    assert {one.kind for one in fresh(cases)} == {kind}

    undo(agent)

    assert {one.kind for one in fresh(cases)} == {"ours"}


def test_what_cannot_be_done_to_one_is_told_and_done_to_the_others(agent: Client, cases: list[Case]) -> None:
    agent.post(f"/desk/cases/{cases[0].pk}/closure/")

    page = do(agent, "close", cases)

    assert "Done with 2 cases." in page
    assert f"Case {cases[0].pk}: Case {cases[0].pk} was closed before." in page


def test_cases_are_followed_together_and_no_longer(agent: Client, cases: list[Case]) -> None:
    do(agent, "follow", cases)
    assert Follower.objects.count() == 3

    undo(agent)

    assert not Follower.objects.exists()


@pytest.mark.parametrize("given", [{"act": "close"}, {"act": "erase", "case": [1]}, {"case": ["x"]}])
def test_nothing_chosen_does_nothing(agent: Client, cases: list[Case], given: dict[str, object]) -> None:
    page = agent.post("/desk/together/", given, follow=True).content.decode()

    assert "Choose cases first" in page
    assert {one.kind for one in fresh(cases)} == {"new"}
