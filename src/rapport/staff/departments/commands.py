from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from rapport.kernel.refusals import NotFound, Refusal
from rapport.staff.audit import commands as audit
from rapport.staff.organisation.models import Organisation
from rapport.staff.roles.models import AccessRules, Department, Team
from rapport.staff.roles.rules import ROLES, Actor, may, require

LONGEST = 80


class BadDepartment(Refusal):
    """A department or team that cannot be as described."""


class UnknownDepartment(Refusal):
    """A department that is not on the list, named by somebody who may not add to it."""


class BadAccessRules(Refusal):
    """House rules of access that name what does not exist."""


@transaction.atomic
def add_department(name: str, *, by: Actor, at: datetime) -> Department:
    """Put a department on the list; one that was closed is opened again."""
    require(by, "organisation.edit")
    tidy = _name(name)
    department = Department.objects.select_for_update().filter(name=tidy).first()
    if department is not None and department.closed_at is None:
        raise BadDepartment(f"There is a department called {tidy} already.", field="name", value=tidy)
    if department is None:
        department = Department.objects.create(name=tidy)
    else:
        department.closed_at = None
        department.save(update_fields=["closed_at"])
    audit.record(
        "departments.add", by=by, subject=f"department:{department.pk}", at=at, detail={"name": tidy}
    )
    return department


@transaction.atomic
def close_department(department_id: int, *, by: Actor, at: datetime) -> Department:
    """Take a department off the list: nothing new belongs to it, and what did still does."""
    require(by, "organisation.edit")
    department = Department.objects.select_for_update().filter(pk=department_id, closed_at=None).first()
    if department is None:
        raise NotFound("There is no such department.", field="department", value=department_id)
    department.closed_at = at
    department.save(update_fields=["closed_at"])
    audit.record("departments.close", by=by, subject=f"department:{department.pk}", at=at)
    return department


def settle_name(name: str, *, by: Actor, at: datetime) -> str:
    """The department of this name, as the list has it; "" stays "".

    An administrator who names a new one adds it to the list; others choose from what is there.
    """
    tidy = " ".join(name.split())
    if not tidy or Department.objects.filter(name=tidy, closed_at=None).exists():
        return tidy
    if not may(by, "organisation.edit"):
        raise UnknownDepartment(
            f"There is no department called {tidy}; an administrator adds one in the settings.",
            field="department",
            value=tidy,
        )
    return add_department(tidy, by=by, at=at).name


@dataclass(frozen=True, slots=True)
class Described:
    """What a team is called, which department it works for, and who belongs to it."""

    name: str
    department_id: int
    member_ids: Collection[int]


@transaction.atomic
def add_team(described: Described, *, by: Actor, at: datetime) -> Team:
    """Bring people together for a department."""
    require(by, "people.edit")
    return _keep_team(Team(), described, by=by, at=at)


@transaction.atomic
def change_team(team_id: int, described: Described, *, by: Actor, at: datetime) -> Team:
    """Say anew what a team is called, for whom it works and who belongs to it."""
    require(by, "people.edit")
    return _keep_team(_locked_team(team_id), described, by=by, at=at)


@transaction.atomic
def close_team(team_id: int, *, by: Actor, at: datetime) -> Team:
    """End a team: its members see no more through it."""
    require(by, "people.edit")
    team = _locked_team(team_id)
    team.closed_at = at
    team.save(update_fields=["closed_at"])
    audit.record("teams.close", by=by, subject=f"team:{team.pk}", at=at)
    return team


@transaction.atomic
def set_access_rules(
    *, is_sight_limited: bool, second_step_roles: Collection[str], by: Actor, at: datetime
) -> AccessRules:
    """Decide whether people see their own departments only, and which roles sign in with a second step."""
    require(by, "organisation.edit")
    if unknown := set(second_step_roles) - set(ROLES):
        raise BadAccessRules(
            f"'{min(unknown)}' is not a role.", field="second_step_roles", value=min(unknown)
        )
    asked = sorted(second_step_roles)
    Organisation.objects.filter(id=1).update(second_step_roles=asked)
    defaults = {"is_sight_limited": is_sight_limited, "changed_at": at}
    rules, _ = AccessRules.objects.update_or_create(id=1, defaults=defaults)
    values = {"is_sight_limited": is_sight_limited, "second_step_roles": asked}
    audit.record("organisation.set_access", by=by, subject="organisation", at=at, detail=values)
    return rules


def _locked_team(team_id: int) -> Team:
    team = Team.objects.select_for_update().filter(pk=team_id, closed_at=None).first()
    if team is None:
        raise NotFound("There is no such team.", field="team", value=team_id)
    return team


def _keep_team(team: Team, described: Described, *, by: Actor, at: datetime) -> Team:
    team.name = _name(described.name)
    department = Department.objects.filter(pk=described.department_id, closed_at=None).first()
    if department is None:
        raise BadDepartment(
            "Choose one of the departments.", field="department", value=described.department_id
        )
    if Team.objects.filter(name=team.name, closed_at=None).exclude(pk=team.pk).exists():
        raise BadDepartment(f"There is a team called {team.name} already.", field="name", value=team.name)
    team.department = department
    team.save()
    team.members.set(described.member_ids)
    detail = {"name": team.name, "department": department.name, "members": sorted(described.member_ids)}
    audit.record("teams.set", by=by, subject=f"team:{team.pk}", at=at, detail=detail)
    return team


def _name(name: str) -> str:
    tidy = " ".join(name.split())
    if not tidy or len(tidy) > LONGEST:
        raise BadDepartment(f"A name of 1 to {LONGEST} characters is needed.", field="name", value=name)
    return tidy
