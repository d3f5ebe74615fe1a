"""The team page, one's availability from any page of the desk, and setting up queues, skills and people."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.desk import shop
from tests.desk.handing import handed_out, skill, there
from tests.web.conftest import Signing

from rapport.jobs.queue.models import Job
from rapport.service.clocks import commands as clocks
from rapport.service.clocks.rules.running import FIRST_ANSWER, Aim
from rapport.service.desk import commands as desk
from rapport.service.desk.commands.handing import HAND_OUT
from rapport.service.desk.models import Case
from rapport.service.routing import commands as routing
from rapport.service.routing.models import Handout, Queue, RoutingRules, Seat, Skill
from rapport.staff.people.models import StaffMember
from rapport.staff.roles.rules import Operator
from rapport.wiring.clocks import sweep

MINUTE = timedelta(minutes=1)


@pytest.fixture
def now() -> datetime:
    """The pages read the clock."""
    return datetime.now(UTC)


@pytest.fixture
def lead(signed_in_as: Signing) -> Client:
    return signed_in_as("lead")


def of(role: str) -> StaffMember:
    return StaffMember.objects.get(email=f"{role}@wrenfield.example")


def test_one_press_makes_one_available_and_another_away(signed_in_as: Signing) -> None:
    agent = signed_in_as("agent")
    assert "Press to be available" in agent.get("/desk/").text

    agent.post("/desk/availability/", {"availability": "available", "next": "/desk/"})
    page = agent.get("/desk/").text
    assert Seat.objects.get(pk=of("agent").pk).availability == "available"
    assert "Press to be away" in page

    agent.post("/desk/availability/", {"availability": "off"})
    assert Seat.objects.get(pk=of("agent").pk).availability == "off"


def test_a_press_goes_back_to_the_page_and_to_no_other_site(signed_in_as: Signing) -> None:
    agent = signed_in_as("agent")
    for given, there_is in (("/desk/team/", "/desk/team/"), ("https://evil.test/", "/desk/"), ("", "/desk/")):
        answer = agent.post("/desk/availability/", {"availability": "away", "next": given})
        assert answer.headers["Location"] == there_is


def test_an_availability_that_there_is_not_is_refused(signed_in_as: Signing) -> None:
    assert signed_in_as("agent").post("/desk/availability/", {"availability": "asleep"}).status_code == 409


def test_a_page_of_the_desk_is_a_sign_and_others_are_none(signed_in_as: Signing, now: datetime) -> None:
    agent = signed_in_as("agent")
    routing.be("available", by=of("agent"), at=now - 20 * MINUTE)
    routing.lapse_absent(at=now)
    agent.get("/")
    assert Seat.objects.get().availability == "away"

    agent.get("/desk/availability/")

    assert Seat.objects.get().availability == "available", "whoever was taken for gone is back"


def test_opening_a_case_that_was_handed_out_is_kept(signed_in_as: Signing, now: datetime) -> None:
    agent = signed_in_as("agent")
    handed_out(now)
    case = shop.asked(now)
    routing.be("available", by=of("agent"), at=now)
    routing.hand_out(at=now)
    signed_in_as("lead").get(f"/desk/cases/{case.pk}/")
    assert Handout.objects.get().opened_at is None, "somebody else looked"

    agent.get(f"/desk/cases/{case.pk}/")

    assert Handout.objects.get().opened_at is not None


def test_the_team_page_says_who_waits_who_is_there_and_what_is_late(lead: Client, now: datetime) -> None:
    handed_out(now)
    clocks.add_policy(
        clocks.Description(name="All", aims={FIRST_ANSWER: Aim(5 * MINUTE, MINUTE)}), by=Operator(), at=now
    )
    shop.asked(now - 50 * MINUTE, "Is it here?", sender="ben@mail.example")
    shop.asked(now - 3 * MINUTE, "And mine?", sender="tom@mail.example")
    sweep(now)
    there("Amina", now)

    page = lead.get("/desk/team/").text

    assert "2 people wait; one colleague is available." in page
    assert "the longest 50 minutes" in page
    assert page.index("50 minutes") < page.index("3 minutes"), "the longest wait first"
    assert "45 minutes late" in page
    assert "0 of 3" in page
    assert page.index("Amina") < page.index("Administrator"), "who is there comes first"


def test_the_team_page_says_why_somebody_waits_on(lead: Client, now: datetime) -> None:
    handed_out(now)
    french = skill(now, "French", "fr")
    case = shop.asked(now - 10 * MINUTE)
    desk.need(case.pk, [french.pk], by=Operator(), at=now)
    assert "Nobody is available, so nothing is handed out in Everybody." in lead.get("/desk/team/").text

    there("Ben", now)
    assert "nobody who speaks French is here" in lead.get("/desk/team/").text

    there("Amina", now, french)
    assert "nobody who speaks" not in lead.get("/desk/team/").text


def test_the_team_page_costs_the_same_however_many_wait(lead: Client, now: datetime) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert lead.get("/desk/team/").status_code == 200
        return len(asked)

    handed_out(now)
    french = skill(now, "French", "fr")
    for number in range(2):
        there(f"Agent{number}", now, french)
        case = shop.asked(now, sender=f"{number}@mail.example")
        desk.need(case.pk, [french.pk], by=Operator(), at=now)
    few = cost()
    for number in range(2, 9):
        there(f"Agent{number}", now, french)
        shop.asked(now, sender=f"{number}@mail.example")

    assert cost() == few


def test_a_queue_is_opened_changed_and_closed(lead: Client, now: datetime) -> None:
    french = skill(now, "French", "fr")
    form = {"name": "Francophone", "way": "push", "needs": [french.pk], "channel": "any"}
    assert lead.post("/settings/routing/queues/new/", form).status_code == 302
    queue = Queue.objects.get(name="Francophone")
    assert queue.is_push
    assert list(queue.needs.all()) == [french]
    assert lead.post("/settings/routing/queues/new/", form).status_code == 422, "the name is taken"

    changed = {"name": "French", "way": "pull", "channel": "chat"}
    lead.post(f"/settings/routing/queues/{queue.pk}/", changed)
    queue.refresh_from_db()
    assert (queue.name, queue.is_push, queue.channel, queue.needs.count()) == ("French", False, "chat", 0)

    lead.post(f"/settings/routing/queues/{queue.pk}/closure/")
    queue.refresh_from_db()
    assert queue.closed_at is not None


def test_skills_and_numbers_are_kept(lead: Client) -> None:
    lead.post("/settings/routing/skills/", {"name": "Dutch", "code": "NL"})
    dutch = Skill.objects.get()
    assert (dutch.name, dutch.code) == ("Dutch", "nl")
    assert lead.post("/settings/routing/skills/", {"name": "Dutch"}).status_code == 422
    assert lead.post("/settings/routing/skills/", {"name": "Elvish", "code": "x1"}).status_code == 422

    agent = of("agent")
    seat = {"skills": [dutch.pk], "live_capacity": "2", "written_capacity": ""}
    lead.post(f"/settings/routing/people/{agent.pk}/", seat)
    kept = Seat.objects.get(pk=agent.pk)
    assert (kept.live_capacity, kept.written_capacity, list(kept.skills.all())) == (2, None, [dutch])

    lead.post("/settings/routing/", {"live_capacity": "4", "written_capacity": "8", "open_minutes": "3"})
    rules = RoutingRules.objects.get()
    assert (rules.live_capacity, rules.written_capacity, rules.open_minutes) == (4, 8, 3)
    assert "Dutch" in lead.get("/settings/routing/").text

    lead.post(f"/settings/routing/skills/{dutch.pk}/closure/")
    lead.get("/settings/routing/")
    assert "Dutch" not in lead.get("/settings/routing/queues/new/").text


def test_what_a_case_needs_is_said_on_its_page(signed_in_as: Signing, now: datetime) -> None:
    agent = signed_in_as("agent")
    handed_out(now)
    french = skill(now, "French", "fr")
    case = shop.asked(now)
    Job.objects.all().delete()
    assert "French" in agent.get(f"/desk/cases/{case.pk}/more/").text

    agent.post(f"/desk/cases/{case.pk}/needs/", {"needs": [french.pk]})

    assert list(case.needs.all()) == [french]
    assert Job.objects.filter(task=HAND_OUT).exists()


def test_each_queue_of_the_team_page_opens_with_those_who_wait_in_it(lead: Client, now: datetime) -> None:
    boots, tents = handed_out(now, "Boots"), handed_out(now, "Tents")
    for queue, words, sender in (
        (boots, "A boot", "ben@mail.example"),
        (tents, "A tent", "tom@mail.example"),
    ):
        Case.objects.filter(pk=shop.asked(now, words, sender=sender).pk).update(queue=queue)
    assert f'href="/desk/?view=q{boots.pk}"' in lead.get("/desk/team/").text

    page = lead.get(f"/desk/?view=q{boots.pk}").text

    assert "A boot" in page
    assert "A tent" not in page
    assert "A tent" in lead.get("/desk/?view=q999999999999999999999").text
