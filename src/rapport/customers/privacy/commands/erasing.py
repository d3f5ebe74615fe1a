"""Forgetting somebody in two steps: asked for with a reason, then confirmed. The second is one transaction."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from rapport.customers.consent.commands import privacy as consent
from rapport.customers.directory import commands as directory
from rapport.customers.forgotten import commands as forgotten
from rapport.customers.privacy import journal, queries
from rapport.customers.privacy.commands import scrubbing
from rapport.customers.privacy.models import Erasure
from rapport.customers.privacy.rules import REASONS
from rapport.jobs.queue import commands as jobs
from rapport.kernel.crashing import reach
from rapport.kernel.persons import Handler, Person
from rapport.kernel.refusals import NotFound, Refusal
from rapport.staff.audit import commands as audit
from rapport.staff.roles.rules import Actor, require

FINISH = "privacy.finish"


class BadReason(Refusal):
    """A reason that is not one of those the law gives."""


class SeveralPeople(Refusal):
    """What was given names more than one customer."""


class AlreadySettled(Refusal):
    """The erasure was done or withdrawn before."""


@transaction.atomic
def ask(customer_id: int, *, why: str, by: Actor, at: datetime) -> Erasure:
    """Ask for somebody to be erased. Nothing goes yet; asking twice finds the first request."""
    require(by, "customers.erase")
    if why not in REASONS:
        raise BadReason(f"'{why}' is not a reason; they are {', '.join(REASONS)}.", field="why", value=why)
    number = queries.person(customer_id).customer_id
    if found := queries.asked(number):
        return found
    made = Erasure.objects.create(customer_id=number, why=why, asked_at=at, asked_by=by.audit_name[:200])
    audit.record("customers.erasure_asked", by=by, subject=f"erasure:{made.pk}", at=at, detail={"why": why})
    return made


@transaction.atomic
def withdraw(erasure_id: int, *, by: Actor, at: datetime) -> Erasure:
    """Leave somebody as they are after all."""
    require(by, "customers.erase")
    found = _open(erasure_id)
    found.withdrawn_at = at
    found.save(update_fields=["withdrawn_at"])
    audit.record("customers.erasure_withdrawn", by=by, subject=f"erasure:{found.pk}", at=at)
    return found


def confirm(erasure_id: int, *, handlers: Sequence[Handler], by: Actor, at: datetime) -> Erasure:
    """Erase somebody everywhere: all of it in one transaction, or nothing. Safe to repeat after a kill.

    Handlers come in their order: what refers to the directory before the directory.
    """
    require(by, "customers.erase")
    with transaction.atomic():
        directory.lock_writers()
        done = _open(erasure_id)
        person = queries.person(done.customer_id)
        done.done_at = at
        erase_person(person, done, handlers, by)
        reach("erase.before_commit")
    return done


def erase_person(person: Person, done: Erasure, handlers: Sequence[Handler], by: Actor) -> None:
    """Remove a person as an erasure says, inside its transaction; files follow the commit, by a job if need be."""
    assert done.done_at is not None
    refused = consent.refusals(person)
    forgotten.mark(person.identifiers, refused=refused, erasure_id=done.pk, at=done.done_at)
    files: list[str] = []
    for handler in handlers:
        gone = handler.erase(person, at=done.done_at)
        done.removed[handler.name] = done.removed.get(handler.name, 0) + gone.things
        files += gone.files
        reach(f"erase.after_{handler.name}")
    done.done_by = by.audit_name[:200]
    done.save(update_fields=["done_at", "done_by", "removed"])
    subject, detail = f"erasure:{done.pk}", {"gone": done.removed}
    audit.record("customers.erased", by=by, subject=subject, at=done.done_at, detail=detail)
    jobs.enqueue(FINISH, {"erasure_id": done.pk, "files": files}, at=done.done_at)
    scrubbing.ask_for_scrub(at=done.done_at)
    transaction.on_commit(lambda: finish(done.pk, files=files), robust=True)


def finish(erasure_id: int, *, files: Sequence[str]) -> None:
    """What follows the commit: the files go, and the journal says so. Safe to repeat."""
    reach("erase.after_commit")
    home = Path(settings.HOME)
    for name in files:
        path = (home / name).resolve()
        if path.is_relative_to(home.resolve()):
            path.unlink(missing_ok=True)
    journal.write(erasure_id)


def _open(erasure_id: int) -> Erasure:
    found = Erasure.objects.select_for_update().filter(pk=erasure_id).first()
    if found is None:
        raise NotFound("There is no such request.", field="erasure", value=erasure_id)
    if found.done_at or found.withdrawn_at:
        raise AlreadySettled("This was done or withdrawn already.", field="erasure", value=erasure_id)
    return found
