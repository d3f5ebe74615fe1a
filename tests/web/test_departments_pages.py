"""Departments, teams and rules of access on their pages, and what a limited person finds on the others."""

import re
from datetime import datetime

import pytest
from tests import made_up
from tests.web.conftest import Signing

from rapport.interactions.touchpoints import commands as touchpoints
from rapport.staff.departments import commands as departments
from rapport.staff.organisation import queries as organisation
from rapport.staff.people import commands as people_commands
from rapport.staff.people import queries as people
from rapport.staff.roles import queries as roles
from rapport.staff.roles.rules import EVERYTHING, Operator

OPERATOR = Operator()


@pytest.fixture
def hotline(house: None, noon: datetime) -> int:  # noqa: ARG001 - for its effect
    """A touchpoint of a department in which nobody works, where Ines called; sight is limited."""
    described = touchpoints.Description("Hotline", "Service", "voice")
    held = touchpoints.add(described, by=OPERATOR, at=noon).pk
    made_up.record(
        made_up.event("call", "email=ines@example.org", at=noon, touchpoint_id=held, subject="About pain"),
        made_up.event("message", "email=ines@example.org", at=noon, subject="Opening hours"),
        at=noon,
    )
    departments.set_access_rules(is_sight_limited=True, second_step_roles=[], by=OPERATOR, at=noon)
    return held


def test_an_administrator_adds_a_department_and_a_team(signed_in_as: Signing) -> None:
    admin = signed_in_as("admin")
    viewer = people.by_email("viewer@wrenfield.example")
    assert viewer is not None

    admin.post("/settings/departments/", {"name": "  Deliveries "})
    department = next(one for one in roles.all_departments() if one.name == "Deliveries")
    night = {"name": "Night shift", "department": department.pk, "members": [viewer.pk]}
    admin.post("/settings/teams/new/", night)

    page = admin.get("/settings/departments/").text
    assert "Night shift" in page
    assert "Night shift" in admin.get("/settings/people/").text
    team_id = next(team.pk for one in roles.all_departments() for team in one.teams.all())
    again = admin.post(f"/settings/teams/{team_id}/", {**night, "name": "Late shift", "members": []})
    assert again.status_code == 302
    assert roles.teams_of([viewer.pk]) == {}
    admin.post(f"/settings/teams/{team_id}/closure/")
    assert admin.get(f"/settings/teams/{team_id}/").status_code == 404
    admin.post(f"/settings/departments/{department.pk}/closure/")
    assert "Deliveries" not in roles.open_departments()


def test_somebody_is_looked_for_and_joins_a_team_while_nothing_filled_in_is_lost(
    signed_in_as: Signing, noon: datetime
) -> None:
    staff = [_joins(number, noon) for number in range(40)]
    admin, retail = signed_in_as("admin"), roles.all_departments()[0].pk
    assert "Zoe 39" not in admin.get("/settings/teams/new/").text

    filled = {"name": "Night shift", "department": retail, "members": [staff[38]]}
    found = admin.post("/settings/teams/new/", {**filled, "q": "zoe 39", "look": "1"})

    assert found.status_code == 200
    assert 'value="Night shift"' in found.text
    assert f'value="{retail}" selected' in found.text
    assert re.findall(r"Zoe (\d+)", found.text) == ["38", "39"]
    assert len(re.findall(r'value="\d+"[^>]*checked', found.text)) == 1
    assert roles.all_departments()[0].teams.count() == 0
    admin.post("/settings/teams/new/", {**filled, "members": [staff[38], staff[39]], "q": "zoe 39"})
    assert set(roles.teams_of(staff)) == {staff[38], staff[39]}


@pytest.mark.parametrize("q", ["\0", "%", "x" * 300])
def test_whoever_is_looked_for_in_vain_is_not_found(signed_in_as: Signing, q: str) -> None:
    page = signed_in_as("admin").post(
        "/settings/teams/new/", {"q": q, "look": "1", "members": ["x", "9" * 30]}
    )
    assert page.status_code == 200
    assert ("Nobody like this works here." in page.text) is (q != "\0")


def _joins(number: int, noon: datetime) -> int:
    new = people_commands.NewStaffMember(
        email=f"zoe{number}@wrenfield.example",
        password="three-unrelated-words",
        role="agent",
        name=f"Zoe {number}",
    )
    return people_commands.create(new, by=OPERATOR, at=noon).pk


@pytest.mark.parametrize("name", ["", "Retail", "x" * 81])
def test_a_department_needs_a_name_of_its_own(signed_in_as: Signing, name: str) -> None:
    assert signed_in_as("admin").post("/settings/departments/", {"name": name}).status_code == 422


def test_the_rules_of_access_are_kept(signed_in_as: Signing) -> None:
    admin = signed_in_as("admin")
    admin.post("/settings/access/", {"is_sight_limited": "on", "second_step_roles": ["lead"]})
    kept = roles.access_rules()
    assert kept is not None
    assert kept.is_sight_limited
    house = organisation.current()
    assert house is not None
    assert house.second_step_roles == ["lead"]

    admin.post("/settings/access/", {})
    kept.refresh_from_db()
    assert not kept.is_sight_limited
    assert admin.post("/settings/access/", {"second_step_roles": ["emperor"]}).status_code == 422


def test_another_departments_touchpoint_reads_like_one_that_never_was(
    signed_in_as: Signing, hotline: int
) -> None:
    agent = signed_in_as("agent")

    hidden, absent = agent.get(f"/touchpoints/{hotline}/"), agent.get("/touchpoints/987654/")

    assert hidden.status_code == absent.status_code == 404
    assert _said(hidden.text, hotline) == _said(absent.text, 987654)
    assert "Hotline" not in agent.get("/touchpoints/").text
    assert "Hotline" in signed_in_as("champion").get("/touchpoints/").text


def _said(page: str, number: int) -> str:
    """A page without its own address, and without the token that is new each time."""
    return re.sub(r"\b\w{64}\b", "", page).replace(f"/{number}/", "/")


@pytest.mark.parametrize("act", ["closure", "opening", "edit"])
def test_a_lead_does_not_reach_another_departments_touchpoint(
    signed_in_as: Signing, hotline: int, act: str
) -> None:
    assert signed_in_as("lead").post(f"/touchpoints/{hotline}/{act}/").status_code == 404


def test_the_timeline_leaves_out_what_happened_at_another_departments_touchpoint(
    signed_in_as: Signing, hotline: int
) -> None:
    address = f"/customers/{made_up.customer_of('email=ines@example.org')}/"

    limited, whole = signed_in_as("agent").get(address).text, signed_in_as("analyst").get(address).text

    assert hotline
    assert "About pain" not in limited
    assert "Opening hours" in limited
    assert "About pain" in whole


def test_a_closed_department_can_be_kept_by_who_works_there(signed_in_as: Signing, noon: datetime) -> None:
    admin = signed_in_as("admin")
    viewer = people.by_email("viewer@wrenfield.example")
    assert viewer is not None
    retail = departments.Department.objects.get(name="Retail")
    work = {"name": "Vi", "role": "viewer", "department": "Retail"}
    admin.post(f"/settings/people/{viewer.pk}/", work)
    departments.close_department(retail.pk, by=OPERATOR, at=noon)

    admin.post(f"/settings/people/{viewer.pk}/", work | {"name": "Violet"})

    assert people.member(viewer.pk, reach=EVERYTHING).name == "Violet"
