"""Who sees what: where the organisation limits sight, each sees their own departments' things, and nobody's."""

from datetime import datetime

import pytest
from tests.made_up import customer_of, event, record

from rapport.customers.portrait import queries as portraits
from rapport.interactions.log import queries as log
from rapport.interactions.timeline import queries as timeline
from rapport.interactions.touchpoints import commands as touchpoints
from rapport.interactions.touchpoints import queries as places
from rapport.kernel.refusals import NotFound
from rapport.staff.departments import commands as departments
from rapport.staff.people import commands as people
from rapport.staff.people.models import StaffMember
from rapport.staff.roles import queries as roles
from rapport.staff.roles.rules import EVERYTHING, ROLES, SEE_ALL, Operator, Reach

OPERATOR = Operator()


@pytest.fixture
def shops(db: None, noon: datetime) -> dict[str, int]:  # noqa: ARG001 - for its effect
    """A till and a hotline of two departments; Ines spoke with both, and wrote to nobody in particular."""
    described = [("till", "Retail", "in_person"), ("hotline", "Service", "voice")]
    held = {
        name: touchpoints.add(touchpoints.Description(name, department, channel), by=OPERATOR, at=noon).pk
        for name, department, channel in described
    }
    record(
        event("purchase", "email=ines@example.org", at=noon, touchpoint_id=held["till"], subject="Shoes"),
        event("call", "email=ines@example.org", at=noon, touchpoint_id=held["hotline"], subject="About pain"),
        event("message", "email=ines@example.org", at=noon, subject="Hello"),
        at=noon,
    )
    return held


def somebody(role: str, department: str, at: datetime) -> StaffMember:
    new = people.NewStaffMember(
        f"{role}.{department or 'nowhere'}@wren.example", None, role, role, department
    )
    return people.create(new, by=OPERATOR, at=at)


def limit(at: datetime, *, is_limited: bool = True) -> None:
    departments.set_access_rules(is_sight_limited=is_limited, second_step_roles=[], by=OPERATOR, at=at)


def subjects(reach: Reach) -> set[str]:
    ids = portraits.identifier_ids(customer_of("email=ines@example.org"))
    return {entry.subject for entry in timeline.timeline(ids, reach=reach).entries}


@pytest.mark.usefixtures("shops")
def test_everybody_sees_everything_until_the_organisation_limits_it(noon: datetime) -> None:
    agent = somebody("agent", "Retail", noon)

    assert subjects(roles.reach(agent)) == {"Shoes", "About pain", "Hello"}


def test_an_agent_sees_the_own_department_and_what_is_nobodys(shops: dict[str, int], noon: datetime) -> None:
    limit(noon)
    reach = roles.reach(somebody("agent", "Retail", noon))

    assert subjects(reach) == {"Shoes", "Hello"}
    assert [place.name for place in places.by_department(reach=reach)] == ["till"]
    assert log.count(reach=reach) == 2
    assert log.at_touchpoints(noon.date(), days=7, reach=reach) == {shops["till"]: 1}


def test_another_departments_touchpoint_is_as_absent_as_one_that_never_was(
    shops: dict[str, int], noon: datetime
) -> None:
    limit(noon)
    reach = roles.reach(somebody("lead", "Retail", noon))

    with pytest.raises(NotFound) as hidden:
        places.touchpoint(shops["hotline"], reach=reach)
    with pytest.raises(NotFound) as absent:
        places.touchpoint(987654, reach=reach)

    assert hidden.value.message == absent.value.message


def test_a_lead_cannot_act_on_another_departments_touchpoint(shops: dict[str, int], noon: datetime) -> None:
    limit(noon)
    lead = somebody("lead", "Retail", noon)

    with pytest.raises(NotFound):
        touchpoints.close(shops["hotline"], by=lead, at=noon)
    assert places.touchpoint(shops["hotline"], reach=EVERYTHING).closed_at is None


@pytest.mark.usefixtures("shops")
def test_a_team_of_another_department_widens_what_is_seen(noon: datetime) -> None:
    limit(noon)
    agent = somebody("agent", "Retail", noon)
    service = departments.Department.objects.get(name="Service")
    second_line = departments.Described("Second line", service.pk, [agent.pk])
    team = departments.add_team(second_line, by=OPERATOR, at=noon)
    assert subjects(roles.reach(agent)) == {"Shoes", "About pain", "Hello"}

    departments.close_team(team.pk, by=OPERATOR, at=noon)
    assert subjects(roles.reach(agent)) == {"Shoes", "Hello"}


@pytest.mark.usefixtures("shops")
def test_who_works_in_no_department_sees_only_what_is_nobodys(noon: datetime) -> None:
    limit(noon)

    assert subjects(roles.reach(somebody("viewer", "", noon))) == {"Hello"}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.usefixtures("shops")
def test_who_answers_for_the_whole_sees_all_departments(noon: datetime, role: str) -> None:
    limit(noon)
    reach = roles.reach(somebody(role, "Retail", noon))

    assert (reach.departments is None) == (role in SEE_ALL)


@pytest.mark.usefixtures("shops")
def test_a_change_of_department_holds_from_the_next_question_on(noon: datetime) -> None:
    limit(noon)
    agent = somebody("agent", "Retail", noon)
    people.change(agent.pk, people.Work("Agent", "agent", "Service"), by=OPERATOR, at=noon)
    agent.refresh_from_db()

    assert subjects(roles.reach(agent)) == {"About pain", "Hello"}


@pytest.mark.usefixtures("shops")
def test_without_the_permission_nothing_is_seen() -> None:
    blind = Reach(frozenset())

    assert subjects(blind) == set()
    assert not places.by_department(reach=blind).exists()
    assert log.count(reach=blind) == 0


@pytest.mark.usefixtures("shops")
def test_a_lead_chooses_departments_from_the_list_and_an_administrator_adds_to_it(noon: datetime) -> None:
    lead = somebody("lead", "Retail", noon)
    van = touchpoints.Description("van", "Deliveries", "in_person")

    with pytest.raises(departments.UnknownDepartment):
        touchpoints.add(van, by=lead, at=noon)
    touchpoints.add(van, by=OPERATOR, at=noon)

    assert "Deliveries" in roles.open_departments()


def test_a_closed_department_takes_nothing_new_and_keeps_what_it_has(
    shops: dict[str, int], noon: datetime
) -> None:
    lead = somebody("lead", "Retail", noon)
    retail = departments.Department.objects.get(name="Retail")
    departments.close_department(retail.pk, by=OPERATOR, at=noon)

    with pytest.raises(departments.UnknownDepartment):
        touchpoints.add(touchpoints.Description("van", "Retail", "in_person"), by=lead, at=noon)
    kept = touchpoints.Description("till by the door", "Retail", "in_person")
    assert touchpoints.change(shops["till"], kept, by=lead, at=noon).department == "Retail"
