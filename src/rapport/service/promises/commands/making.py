"""What staff do with promises."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from rapport.customers.directory import commands as directory
from rapport.customers.directory import queries as customers
from rapport.kernel.refusals import NotFound, Refusal
from rapport.service.clocks import commands as clocks
from rapport.service.promises import rules
from rapport.service.promises.commands import telling
from rapport.service.promises.commands.telling import Said
from rapport.service.promises.models import Promise
from rapport.staff.audit import commands as audit
from rapport.staff.roles import queries as roles
from rapport.staff.roles.rules import Actor, Colleague, require


class BadPromise(Refusal):
    """A promise that says nothing, or is due when nobody can keep it."""


class PromiseSettled(Refusal):
    """A promise that was kept or withdrawn already."""


@dataclass(frozen=True, slots=True)
class NewPromise:
    """What we say we will do, to whom (an identifier of theirs), until when, and in which case (None: in none)."""

    identifier_id: int
    what: str
    due_at: datetime
    case_id: int | None = None


@transaction.atomic
def make(new: NewPromise, *, by: Actor, at: datetime) -> Promise:
    """Write down a promise; from now on it runs on a clock. Who calls sees to it that they see the case."""
    require(by, "promises.make")
    what = _checked(new, at)
    directory.lock_writers()
    before = rules.warning_before(at, new.due_at)
    promise = Promise.objects.create(
        identifier_id=new.identifier_id,
        case_id=new.case_id,
        what=what,
        due_at=new.due_at,
        made_by_id=_staff_id(by),
        made_at=at,
        clock=clocks.start_until(new.due_at, at=at, warn_before=before, case_id=new.case_id),
    )
    telling.record([(promise, Said("promise_made", at, _staff_id(by)))], at=at)
    telling.tell([promise], at=at)
    _record("make", promise, by, at, {"due_at": new.due_at.isoformat()})
    return promise


@transaction.atomic
def keep(promise_id: int, *, by: Actor, at: datetime) -> Promise:
    """What was promised is done. After its time it was broken all the same, and is kept late."""
    require(by, "promises.make")
    promise = _open(promise_id, by)
    clock = clocks.end(promise.clock_id, is_fulfilled=True, at=at)
    happened = [(promise, Said("promise_kept", at, _staff_id(by)))]
    if promise.broken_at is None and clock.breached_at is not None:
        promise.broken_at = clock.breached_at
        happened.insert(0, (promise, Said("promise_broken", clock.breached_at)))
    promise.kept_at, promise.kept_by_id = at, _staff_id(by)
    promise.save(update_fields=["broken_at", "kept_at", "kept_by"])
    telling.record(happened, at=at)
    telling.tell([promise], at=at)
    _record("keep", promise, by, at)
    return promise


@transaction.atomic
def withdraw(promise_id: int, why: str, *, by: Actor, at: datetime) -> Promise:
    """Nobody waits for it any more, and says why; one that was broken stays broken."""
    require(by, "promises.make")
    tidy = " ".join(why.split())
    if not tidy or len(tidy) > rules.LONGEST:
        raise BadPromise(f"Say why, in at most {rules.LONGEST} characters.", field="why", value=tidy)
    promise = _open(promise_id, by)
    clocks.end(promise.clock_id, is_fulfilled=False, at=at)
    promise.withdrawn_at, promise.withdrawn_why = at, tidy
    promise.save(update_fields=["withdrawn_at", "withdrawn_why"])
    telling.tell([promise], at=at)
    _record("withdraw", promise, by, at)
    return promise


def _checked(new: NewPromise, at: datetime) -> str:
    what = " ".join(new.what.split())
    if not what or len(what) > rules.LONGEST:
        raise BadPromise(f"Say what, in at most {rules.LONGEST} characters.", field="what", value=what)
    if not at < new.due_at <= at + rules.FURTHEST:
        raise BadPromise("Promise a time that is still to come.", field="due_at", value=str(new.due_at))
    if not customers.whose().filter(id=new.identifier_id).exists():
        raise NotFound("Nobody is known by this.", field="identifier", value=new.identifier_id)
    return what


def _open(promise_id: int, by: Actor) -> Promise:
    """The promise, locked after the writers' lock, if whoever asks sees it and it is open."""
    directory.lock_writers()
    within = Promise.objects.seen_by(roles.reach(by)).filter(pk=promise_id)
    rows = within.select_for_update(of=("self",)).select_related("case", "identifier")
    promise = rows.first()
    if promise is None:
        raise NotFound("There is no such promise.", field="promise", value=promise_id)
    if promise.kept_at or promise.withdrawn_at:
        raise PromiseSettled("This promise was kept or withdrawn already.", field="promise", value=promise_id)
    return promise


def _staff_id(by: Actor) -> int | None:
    return by.pk if isinstance(by, Colleague) else None


def _record(
    act: str, promise: Promise, by: Actor, at: datetime, detail: dict[str, Any] | None = None
) -> None:
    audit.record(f"promises.{act}", by=by, subject=f"promise:{promise.pk}", at=at, detail=detail)
