"""Putting a case off until a moment; it comes back then, or with the customer's next word."""

from datetime import datetime

from django.db import transaction

from rapport.jobs.queue import commands as jobs
from rapport.kernel.refusals import Refusal
from rapport.service.desk.commands import changing, states, telling
from rapport.service.desk.models import Case
from rapport.staff.audit import commands as audit
from rapport.staff.roles.rules import Actor, System, require

WAKE = "desk.wake"


class BadMoment(Refusal):
    """A moment that has passed, or a case that is settled."""


@transaction.atomic
def snooze(case_id: int, until: datetime, *, by: Actor, at: datetime) -> Case:
    """Put the case off until then."""
    require(by, "desk.work")
    case = changing.held(case_id, by=by)
    if until <= at or case.closed_at is not None:
        raise BadMoment("An open case is put off until a moment to come.", field="until", value=until)
    case.snoozed_until = until
    changing.note(case, "snoozed", by=by, at=at, until=until.isoformat())
    jobs.enqueue(WAKE, {"case_id": case.pk}, at=at, due_at=until)
    states.finish(case, at=at)
    audit.record("desk.snooze", by=by, subject=f"case:{case.pk}", at=at, detail={"until": until.isoformat()})
    return case


@transaction.atomic
def wake(case_id: int, *, by: Actor, at: datetime) -> Case:
    """Take up a case now that was put off."""
    require(by, "desk.work")
    case = changing.held(case_id, by=by)
    if case.snoozed_until is not None:
        _wake(case, by, at, why="by hand")
        audit.record("desk.wake", by=by, subject=f"case:{case.pk}", at=at)
    return case


@transaction.atomic
def wake_due(case_id: int, *, at: datetime) -> None:
    """The moment has come; unless it was put off further, or woke before."""
    case = changing.held(case_id, by=System())
    if case.snoozed_until is not None and case.snoozed_until <= at:
        _wake(case, System(), at, why="time")
        telling.tell([case.owner_id], "woken", case, by=System(), at=at)


def _wake(case: Case, by: Actor, at: datetime, *, why: str) -> None:
    case.snoozed_until = None
    changing.note(case, "woken", by=by, at=at, why=why)
    states.finish(case, at=at)
