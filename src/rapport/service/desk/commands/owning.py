"""Whose case it is: giving it to a colleague, passing it on to another queue, following it."""

from datetime import datetime

from django.db import transaction

from rapport.customers.directory import commands as directory
from rapport.kernel.refusals import NotFound, Refusal
from rapport.service.clocks import commands as clocks
from rapport.service.desk.commands import changing, counting, handing, states, telling
from rapport.service.desk.commands.queues import queue_for
from rapport.service.desk.models import Case, Follower
from rapport.staff.audit import commands as audit
from rapport.staff.people import queries as people
from rapport.staff.roles import queries as roles
from rapport.staff.roles.rules import EVERYTHING, Actor, require


class CannotOwn(Refusal):
    """Somebody who cannot be given this case."""


class AlreadyThere(Refusal):
    """The case is in that queue already."""


@transaction.atomic
def assign(case_id: int, owner_id: int | None, *, by: Actor, at: datetime, why: str = "") -> Case:
    """Give the case to a colleague who works at the desk and may see it, or (None) back to its queue."""
    require(by, "desk.work")
    case = changing.held(case_id, by=by)
    if owner_id == case.owner_id:
        return case
    if owner_id is not None:
        _check(owner_id, case.department)
    own(case, owner_id, by=by, at=at, why=why)
    states.finish(case, at=at)
    audit.record("desk.assign", by=by, subject=f"case:{case.pk}", at=at, detail={"owner": owner_id})
    return case


def own(case: Case, owner_id: int | None, *, by: Actor, at: datetime, why: str = "") -> None:
    """Be that colleague's; they are told, and whoever had it has room. The caller saves."""
    before, case.owner_id = case.owner_id, owner_id
    changing.note(case, "assigned", by=by, at=at, owner=owner_id, before=before, why=why)
    telling.tell([owner_id], "assigned", case, by=by, at=at)
    if before is not None:
        handing.look(at=at)


@transaction.atomic
def give(case_id: int, owner_id: int, *, by: Actor, at: datetime, why: str = "") -> Case | None:
    """Give a case that waits and that nobody has. None: somebody was quicker, or it waits no more.

    One conditional statement decides, whatever whoever gives it has read before.
    """
    require(by, "desk.work")
    directory.lock_writers()
    if not Case.objects.unowned().filter(pk=case_id).update(owner_id=owner_id):
        return None
    case = changing.held(case_id, by=by)
    own(case, owner_id, by=by, at=at, why=why)
    states.finish(case, at=at)
    audit.record("desk.assign", by=by, subject=f"case:{case.pk}", at=at, detail={"owner": owner_id})
    return case


@transaction.atomic
def transfer(
    case_id: int, queue_id: int, *, by: Actor, at: datetime, why: str = "", owner_id: int | None = None
) -> Case:
    """Pass a case on to another queue, with a word on what was done and is wanted; drafts of everybody stay.

    It leaves whoever had it; `owner_id` may name who gets it there. Whoever passes it on to a department they do not
    belong to sees it no more.
    """
    require(by, "desk.work")
    case = changing.held(case_id, by=by)
    queue = queue_for("", at=at, queue_id=queue_id)
    if queue.pk == case.queue_id:
        raise AlreadyThere(f"The case is in {queue.name} already.", field="queue", value=queue_id)
    if owner_id is not None:
        _check(owner_id, queue.department)
    before, old_department, old_owner = case.queue, case.department, case.owner_id
    case.queue, case.department, case.owner_id = queue, queue.department, owner_id
    event = changing.note(
        case, "transferred", by=by, at=at, queue=queue.pk, before=before.pk, owner=old_owner, why=why[:2_000]
    )
    changing.record(event, "transfer", properties={"from": before.name, "to": queue.name})
    clocks.retarget([changing.matter(case)], at=at)
    if old_department != queue.department:
        changing.show_to(old_department, case, queues=[before.pk], at=at)
    telling.tell([owner_id], "assigned", case, by=by, at=at)
    case.save()
    changing.lay_in(case)
    changing.show(case, at=at, queues=[before.pk])
    handing.look(at=at)
    audit.record(
        "desk.transfer", by=by, subject=f"case:{case.pk}", at=at, detail={"from": before.pk, "to": queue.pk}
    )
    return case


@transaction.atomic
def follow(case_id: int, *, by: Actor, at: datetime) -> None:
    """Be told from now on when something is said in the case."""
    require(by, "desk.view")
    case, staff = changing.held(case_id, by=by), changing.staff_id(by)
    if staff is None:
        raise CannotOwn("Only members of staff follow cases.", field="by", value=by.audit_name)
    _, is_new = Follower.objects.get_or_create(case=case, staff_id=staff, defaults={"since": at})
    if is_new:
        changing.note(case, "followed", by=by, at=at)
        audit.record("desk.follow", by=by, subject=f"case:{case.pk}", at=at)


@transaction.atomic
def unfollow(case_id: int, *, by: Actor, at: datetime) -> None:
    """Be told no more."""
    require(by, "desk.view")
    case = changing.held(case_id, by=by)
    rows = Follower.objects.filter(case__in=counting.group(case), staff_id=changing.staff_id(by))
    if rows.delete()[0]:
        changing.note(case, "unfollowed", by=by, at=at)
        audit.record("desk.unfollow", by=by, subject=f"case:{case.pk}", at=at)


def _check(owner_id: int, department: str) -> None:
    found = people.active_among([owner_id], reach=EVERYTHING)
    if not found:
        raise NotFound("There is no such member of staff.", field="owner", value=owner_id)
    if not roles.reach(found[0]).covers("desk.work", department):
        raise CannotOwn(f"{found[0]} does not work at this desk.", field="owner", value=owner_id)
