from collections.abc import Sequence
from typing import cast

from django.db.models import F, Prefetch

from rapport.kernel.refusals import NotFound
from rapport.staff.roles import rules
from rapport.staff.roles.models import AccessRules, Department, Team
from rapport.staff.roles.rules import Actor, Colleague, Reach


def reach(actor: Actor) -> Reach:
    """What this actor may see; asked anew for each request, so a change holds from the next one on."""
    return Reach(rules.held(actor), _departments(actor))


def departments_of(members: Sequence[Colleague]) -> dict[int, frozenset[str] | None]:
    """The departments within reach of each of these members of staff (None: all); two queries, however many."""
    found = access_rules()
    if found is None or not found.is_sight_limited:
        return {one.pk: None for one in members}
    own = {one.pk: {one.department} for one in members}
    rows = Team.objects.filter(members__in=own, closed_at=None).values_list("members", "department__name")
    for member_id, name in rows:
        own[member_id].add(name)
    limited = {member_id: frozenset(names) - {""} for member_id, names in own.items()}
    return {one.pk: None if one.role in rules.SEE_ALL else limited[one.pk] for one in members}


def access_rules() -> AccessRules | None:
    """What the organisation decided of sight; None: it decided nothing."""
    return AccessRules.objects.filter(id=1).first()


def open_departments() -> list[str]:
    """The departments that something may belong to, by name."""
    return list(Department.objects.filter(closed_at=None).order_by("name").values_list("name", flat=True))


def all_departments() -> list[Department]:
    """Every department, open ones first, with its open teams and their members."""
    teams = Prefetch("teams", Team.objects.filter(closed_at=None).order_by("name"))
    return list(
        Department.objects.order_by(F("closed_at").asc(nulls_first=True), "name").prefetch_related(
            teams, "teams__members"
        )
    )


def team(team_id: int) -> Team:
    """The open team with this number."""
    found = Team.objects.filter(pk=team_id, closed_at=None).prefetch_related("members").first()
    if found is None:
        raise NotFound("There is no such team.", field="team", value=team_id)
    return found


def teams_of(member_ids: list[int]) -> dict[int, list[str]]:
    """The open teams of each of these members of staff, by name."""
    found: dict[int, list[str]] = {}
    rows = Team.objects.filter(members__in=member_ids, closed_at=None).order_by("name")
    for member_id, name in rows.values_list("members", "name"):
        found.setdefault(member_id, []).append(name)
    return found


def _departments(actor: Actor) -> frozenset[str] | None:
    """None: those of all. Keys and the system belong to no department, and see all of what they may see."""
    if actor.role in rules.SEE_ALL or not isinstance(actor, rules.Colleague):
        return None
    found = access_rules()
    if found is None or not found.is_sight_limited:
        return None
    of_teams = Team.objects.filter(members=actor.pk, closed_at=None).values_list(
        "department__name", flat=True
    )
    return frozenset(cast("list[str]", [*of_teams, actor.department])) - {""}
