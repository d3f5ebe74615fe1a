"""States of cases: entering them, closing, opening again."""

from datetime import datetime

from django.db import transaction

from rapport.channels.contact import commands as contact
from rapport.kernel.refusals import NotFound, Refusal
from rapport.kernel.text import storable
from rapport.service.clocks import commands as clocks
from rapport.service.clocks.rules.running import NEXT_ANSWER, RESOLUTION
from rapport.service.desk.commands import changing, counting, handing
from rapport.service.desk.models import Case, CaseState
from rapport.service.desk.rules import FIRST_STATES, WAITING_KINDS
from rapport.staff.audit import commands as audit
from rapport.staff.roles.rules import Actor, require

LONGEST_OUTCOME = 80


class CaseAlreadyClosed(Refusal):
    """The case was settled before."""


class CaseStillOpen(Refusal):
    """Only a case that was settled can be opened again."""


def ensure_states() -> None:
    """Make the states an installation begins with, once."""
    if not CaseState.objects.exists():
        CaseState.objects.bulk_create(
            CaseState(kind=kind, name=name, customer_word=word, position=position)
            for position, (kind, name, word) in enumerate(FIRST_STATES)
        )


def state_of(kind: str) -> CaseState:
    """The first state of this kind that is in use."""
    in_use = CaseState.objects.filter(kind=kind, closed_at=None).order_by("position", "id")
    found = in_use.first()
    if found is None:
        ensure_states()
        found = in_use.first()
    if found is None:
        raise NotFound("There is no state of this kind.", field="state", value=kind)
    return found


@transaction.atomic
def set_state(case_id: int, state_id: int, *, by: Actor, at: datetime, outcome: str = "") -> Case:
    """Put a case into a state, by its number; whatever that means for waiting and clocks follows."""
    require(by, "desk.work")
    state = CaseState.objects.filter(pk=state_id, closed_at=None).first()
    if state is None:
        raise NotFound("There is no such state.", field="state", value=state_id)
    case = changing.held(case_id, by=by)
    if state.pk != case.state_id:
        enter(case, state, by=by, at=at, outcome=outcome)
        finish(case, at=at)
        audit.record("desk.set_state", by=by, subject=f"case:{case.pk}", at=at, detail={"state": state.name})
    return case


@transaction.atomic
def close(case_id: int, *, outcome: str = "", by: Actor, at: datetime) -> Case:
    """Settle a case: nothing said in it so far needs an answer any more."""
    require(by, "desk.work")
    case = changing.held(case_id, by=by)
    if case.closed_at is not None:
        raise CaseAlreadyClosed(f"Case {case.pk} was closed before.", field="case", value=case.pk)
    enter(case, state_of("done"), by=by, at=at, outcome=outcome)
    finish(case, at=at)
    audit.record("desk.close", by=by, subject=f"case:{case.pk}", at=at)
    return case


@transaction.atomic
def reopen(case_id: int, *, by: Actor, at: datetime) -> Case:
    """Open a settled case again: it is with us."""
    require(by, "desk.work")
    case = changing.held(case_id, by=by)
    if case.closed_at is None:
        raise CaseStillOpen(f"Case {case.pk} is open.", field="case", value=case.pk)
    enter(case, state_of("ours"), by=by, at=at)
    finish(case, at=at)
    audit.record("desk.reopen", by=by, subject=f"case:{case.pk}", at=at)
    return case


@transaction.atomic
def mark_junk(case_id: int, *, by: Actor, at: datetime) -> Case:
    """Say that this is no matter of a customer; what the same sender writes later is junk from the beginning."""
    require(by, "desk.work")
    case = changing.held(case_id, by=by)
    if case.kind != "junk":
        enter(case, state_of("junk"), by=by, at=at)
        finish(case, at=at)
        audit.record("desk.mark_junk", by=by, subject=f"case:{case.pk}", at=at)
    return case


def enter(case: Case, state: CaseState, *, by: Actor, at: datetime, outcome: str = "") -> None:
    """Be in the state, with what that means for waiting, clocks and the log. The caller saves (`finish`)."""
    before, was_open = case.state, case.closed_at is None
    case.enter(state)
    detail = {"from": before.kind, "to": state.kind, "name": state.name}
    if state.kind in {"done", "junk"}:
        if was_open:
            counting.settle(case, at=at)
        case.closed_at, case.snoozed_until = case.closed_at or at, None
        contact.resume(case.identifier_id, changing.name_of(case), at=at)
        _say_outcome(case, outcome)
        event = changing.note(case, "closed", by=by, at=at, outcome=case.outcome, **detail)
        if was_open and state.kind == "done":
            changing.record(event, "case_closed", properties={"outcome": case.outcome})
    elif was_open:
        if state.kind not in WAITING_KINDS and case.waiting_since:
            counting.settle(case, at=at)
        changing.note(case, "state", by=by, at=at, **detail)
    else:
        case.closed_at = None
        contact.pause(case.identifier_id, changing.name_of(case), at=at)
        counting.recount(case)
        event = changing.note(case, "reopened", by=by, at=at, **detail)
        changing.record(event, "case_reopened")
        clocks.start([changing.matter(case)], [RESOLUTION], at=at, goes_on=True)
    clocks.follow_state(counting.group(case), state.kind, at=at)


def _say_outcome(case: Case, outcome: str) -> None:
    """Write down what came of it; the case is found by that too."""
    said = storable(outcome.strip())[:LONGEST_OUTCOME]
    if said and said != case.outcome:
        case.outcome = said
        changing.lay_in(case)


def awaken(case: Case, *, by: Actor, at: datetime) -> None:
    """The customer said something: a settled case opens, one that waited for them is ours. The caller saves."""
    if case.snoozed_until is not None:
        case.snoozed_until = None
        changing.note(case, "woken", by=by, at=at, why="customer")
    if case.kind not in WAITING_KINDS:
        enter(case, state_of("ours"), by=by, at=at)
    clocks.start([changing.matter(case)], [NEXT_ANSWER], at=at)


def finish(case: Case, *, at: datetime, is_new: bool = False) -> None:
    """Save a case that changed, tell screens and the router; a new one is to be found from now on."""
    case.save()
    if is_new:
        changing.lay_in(case, is_new=True)
    changing.show(case, at=at)
    handing.after(case, at=at)
