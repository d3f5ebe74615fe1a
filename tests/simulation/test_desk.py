"""The desk of the made-up company: its last days, what waits there, and how it goes on while somebody watches."""

from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
import time_machine
from tests.simulation import simulated

from rapport.channels.inbound.models import Envelope
from rapport.channels.outbound.models import Dispatch
from rapport.jobs.queue.models import Job
from rapport.jobs.queue.tasks import Worker
from rapport.service.clocks.models import Clock
from rapport.service.desk import commands as desk
from rapport.service.desk.commands import counting
from rapport.service.desk.models import Case, CaseEvent
from rapport.service.reports import queries as reports
from rapport.service.routing.models import Seat
from rapport.simulation import company, writing
from rapport.simulation import plan as plans
from rapport.simulation.desk import cast as casting
from rapport.simulation.desk import living, scenes
from rapport.staff.people.models import StaffMember
from rapport.staff.roles import queries as roles
from rapport.staff.roles.rules import EVERYTHING, System
from rapport.wiring import tasks

PLAN = simulated.plan(600, years=0.1)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def made(own_home: Path) -> Path:
    """A company with a desk, as of its end."""
    writing.write(PLAN, own_home, at=simulated.ENDS, progress=lambda _: None)
    return own_home


def test_a_scene_is_told_by_its_number_alone() -> None:
    number = scenes.numbers_of(simulated.ENDS.date(), 3)[1]
    assert scenes.begins(7, number) == scenes.begins(7, number)
    assert scenes.begins(7, number).date() == simulated.ENDS.date()


@pytest.mark.django_db
@pytest.mark.usefixtures("made")
def test_the_desk_of_a_new_company_has_something_to_do_and_something_done() -> None:
    assert Case.objects.filter(closed_at=None).count() >= 5
    assert Case.objects.filter(waiting_since__isnull=False).exists()
    assert set(Envelope.objects.filter(state="suspended").values_list("reason", flat=True)) >= {
        "no_sender",
        "from_staff",
    }
    assert not Envelope.objects.filter(state__in=["waiting", "parked"]).exists()
    assert not CaseEvent.objects.filter(at__gt=PLAN.lived_until).exists()


@pytest.mark.django_db
@pytest.mark.usefixtures("made")
def test_the_colleagues_of_a_new_company_work_in_teams() -> None:
    teams = {team.name: team for one in roles.all_departments() for team in one.teams.all()}
    assert {name: len(team.members.all()) for name, team in teams.items()} == {
        team.name: team.size for team in company.TEAMS
    }
    week = reports.report(PLAN.lived_until, timedelta(days=7), way="team", zone=plans.ZONE, reach=EVERYTHING)
    answered = {part.key for part in week.parts if part.spreads["first_answer"]}
    assert company.TEAMS[company.MAIL_TEAM].name in answered
    assert answered - {""} <= {team.name for team in company.TEAMS}


@pytest.mark.django_db
@pytest.mark.usefixtures("made")
def test_what_is_kept_beside_the_cases_of_the_desk_is_as_told_anew() -> None:
    for case in Case.objects.filter(merged_into=None):
        before = case.waiting_since, case.last_word_id
        counting.recount(case)
        assert (case.waiting_since, case.last_word_id) == before
    late = Clock.objects.filter(since_at__isnull=False, breached_at=None, due_at__lt=PLAN.lived_until)
    assert not late.exists()


@pytest.mark.django_db
@pytest.mark.usefixtures("made")
def test_nothing_of_a_made_up_company_leaves_the_machine() -> None:
    assert Dispatch.objects.filter(state="sent").exists()
    assert not Dispatch.objects.filter(state__in=["queued", "held", "sending", "failed"]).exists()
    reasons = Dispatch.objects.filter(state="sent").values_list("reason", flat=True).distinct()
    assert list(reasons) == ["All of this is made up: it went nowhere."]


@pytest.mark.django_db
def test_while_somebody_watches_a_customer_writes_and_the_next_one_is_put_in(made: Path) -> None:
    tasks.load()
    at = PLAN.lived_until + MINUTE
    Job.objects.all().delete()
    living.watch(PLAN, made, at=at)
    before = Case.objects.count()
    with time_machine.travel(at + MINUTE, tick=False):
        Worker().run_until_idle()
    assert Case.objects.count() == before + 1
    assert Seat.objects.filter(availability="available", staff__role="agent").exists()
    waiting = Job.objects.filter(finished_at=None)
    assert list(waiting.filter(task="simulation.scene").values_list("due_at", flat=True)) == [
        at + MINUTE + living.LIVELY
    ]


@pytest.mark.django_db
def test_who_begins_to_watch_anew_ends_what_went_on_before(made: Path) -> None:
    at = PLAN.lived_until + MINUTE
    Job.objects.all().delete()
    living.watch(PLAN, made, at=at)
    living.watch(PLAN, made, at=at + MINUTE)
    with time_machine.travel(at + 2 * MINUTE, tick=False):
        tasks.load()
        Worker().run_until_idle()
    assert Job.objects.filter(task="simulation.scene", finished_at=None).count() == 1


@pytest.mark.django_db
@pytest.mark.usefixtures("made")
def test_colleagues_leave_alone_what_the_visitor_has_taken() -> None:
    tasks.load()
    case = Case.objects.filter(closed_at=None, merged_into=None).latest("id")
    kept = {**to_be_answered(), "case": case.pk, "other": 0, "due": PLAN.lived_until.isoformat()}
    visitor = StaffMember.objects.get(email=writing.EMAIL)
    desk.assign(case.pk, visitor.pk, by=visitor, at=PLAN.lived_until)
    living.take_turn(kept, at=PLAN.lived_until)
    assert not CaseEvent.objects.filter(kind="answered", at=PLAN.lived_until).exists()
    desk.assign(case.pk, None, by=System(), at=PLAN.lived_until)
    CaseEvent.objects.filter(staff=visitor).delete()
    living.take_turn(kept, at=PLAN.lived_until)
    assert CaseEvent.objects.filter(kind="answered", at=PLAN.lived_until, case=case).exists()


def to_be_answered() -> dict[str, object]:
    """A scene of these days whose second turn is an answer of a colleague."""
    for number in count(scenes.numbers_of(simulated.ENDS.date(), 1)[0]):
        if person := casting.customer(PLAN, number):
            scene = scenes.drawn(PLAN.seed, number, person, PLAN.lived_until)
            if [one.act for one in scene.turns[1:2]] == ["answer"]:
                begins = PLAN.lived_until.isoformat()
                seed, customers = PLAN.seed, PLAN.customers
                return {"seed": seed, "customers": customers, "number": number, "begins": begins, "place": 1}
    raise AssertionError("somebody is answered among so many")


@pytest.mark.django_db
@pytest.mark.usefixtures("made")
def test_what_was_due_while_nobody_was_there_is_not_made_up_for() -> None:
    before = CaseEvent.objects.count()
    for job in Job.objects.filter(task="simulation.turn", finished_at=None):
        living.take_turn(job.arguments, at=PLAN.lived_until + timedelta(days=9))
    assert CaseEvent.objects.count() == before


def test_a_scene_of_the_made_up_company_keeps_the_hours_of_its_people() -> None:
    sunday = simulated.ENDS.astimezone(plans.ZONE).replace(day=1, hour=12)
    assert scenes.at_work(sunday).astimezone(plans.ZONE).weekday() == 0
