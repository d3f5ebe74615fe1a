"""What whoever serves a case must be able to do."""

from collections.abc import Collection
from datetime import datetime

from django.apps import apps
from django.db import transaction

from rapport.kernel.refusals import NotFound
from rapport.service.desk.commands import changing, states
from rapport.service.desk.models import Case
from rapport.staff.audit import commands as audit
from rapport.staff.roles.rules import Actor, require


@transaction.atomic
def need(case_id: int, skill_ids: Collection[int], *, by: Actor, at: datetime) -> Case:
    """Say what a case needs of whoever serves it, in place of what was said before."""
    require(by, "desk.work")
    case = changing.held(case_id, by=by)
    skills = apps.get_model("service", "Skill").objects
    found = skills.filter(pk__in=skill_ids, closed_at=None)
    if len(found) != len(set(skill_ids)):
        raise NotFound("There is no such skill.", field="needs", value=sorted(skill_ids))
    case.needs.set(found)
    changing.note(case, "needs", by=by, at=at, skills=sorted(one.name for one in found))
    states.finish(case, at=at)
    audit.record(
        "desk.need", by=by, subject=f"case:{case.pk}", at=at, detail={"skills": sorted(set(skill_ids))}
    )
    return case
