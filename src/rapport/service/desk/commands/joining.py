"""Two cases that are one matter: merging is a link, counted when cases are read, and undone exactly."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from rapport.kernel.refusals import NotFound, Refusal
from rapport.service.clocks import commands as clocks
from rapport.service.clocks.rules.running import RESOLUTION
from rapport.service.desk.commands import changing, counting, states
from rapport.service.desk.models import Case, Merge
from rapport.staff.audit import commands as audit
from rapport.staff.roles.rules import Actor, require

MOST_MERGED = 200


class CannotMerge(Refusal):
    """Cases that are not one matter."""


@transaction.atomic
def merge(case_id: int, into_id: int, *, by: Actor, at: datetime) -> Case:
    """Read a case with another one from now on; the one that stands for both. Both are of one customer."""
    require(by, "desk.work")
    case, into = changing.held(case_id, by=by), changing.held(into_id, by=by)
    if case.pk == into.pk:
        raise CannotMerge("They are one case already.", field="into", value=into_id)
    if case.identifier.customer_id != into.identifier.customer_id:
        raise CannotMerge("They are of two customers; join the customers first.", field="into", value=into_id)
    if len(counting.group(case)) + len(counting.group(into)) > MOST_MERGED:
        raise CannotMerge(f"At most {MOST_MERGED} cases can be one.", field="into", value=into_id)
    join(case, into, by=by, at=at)
    audit.record("desk.merge", by=by, subject=f"case:{case.pk}", at=at, detail={"into": into.pk})
    return into


def join(case: Case, into: Case, *, by: Actor, at: datetime) -> None:
    """Link two cases that stand for themselves, and count anew."""
    Merge.objects.create(case=case, into=into, made_at=at, made_by=by.audit_name[:200])
    changing.note(case, "merged", by=by, at=at, into=into.pk)
    changing.note(into, "merged_here", by=by, at=at, case=case.pk)
    clocks.pause([case.pk], at=at)
    _lead(counting.group(case), into.pk)
    counting.recount(into)
    counting.run_clocks(into, at=at)
    states.finish(into, at=at)
    changing.show(case, at=at)


@transaction.atomic
def unmerge(case_id: int, *, by: Actor, at: datetime) -> Case:
    """Let a merged case stand for itself again, as it was; with it, what was merged into it before."""
    require(by, "desk.work")
    root = changing.held(case_id, by=by)
    link = Merge.objects.select_for_update().filter(case_id=case_id, undone_at=None).first()
    if link is None:
        raise NotFound("This case was not merged.", field="case", value=case_id)
    link.undone_at, link.undone_by = at, by.audit_name[:200]
    link.save(update_fields=["undone_at", "undone_by"])
    _part(root, case_id)
    parted = changing.held(case_id, by=by)
    changing.note(parted, "unmerged", by=by, at=at, into=root.pk)
    changing.note(root, "unmerged_here", by=by, at=at, case=case_id)
    for one in (root, parted):
        counting.recount(one)
        counting.run_clocks(one, at=at)
        states.finish(one, at=at)
    if parted.closed_at is None:
        clocks.start([changing.matter(parted)], [RESOLUTION], at=at, goes_on=True)
        clocks.follow_state([parted.pk], parted.kind, at=at)
    audit.record("desk.unmerge", by=by, subject=f"case:{case_id}", at=at, detail={"into": root.pk})
    return parted


def _lead(case_ids: list[int], into_id: int) -> None:
    Case.objects.filter(pk__in=case_ids).update(merged_into=into_id, waiting_since=None)


def _part(root: Case, case_id: int) -> None:
    """Lead each case of the group to where the links that are left lead it."""
    members = counting.group(root)
    links = Merge.objects.filter(case__in=members, undone_at=None)
    into = dict(links.values_list("case_id", "into_id"))
    ours = [one for one in members if one != case_id and _end(one, into) == case_id]
    Case.objects.filter(pk=case_id).update(merged_into=None)
    Case.objects.filter(pk__in=ours).update(merged_into=case_id)


def _end(case_id: int, into: Mapping[int, int]) -> int:
    while case_id in into:
        case_id = into[case_id]
    return case_id
