"""Marks that agents set with one key: what broke down, so that it can be mended."""

from datetime import datetime

from django.db import transaction

from rapport.kernel.refusals import Refusal
from rapport.kernel.text import shortened, storable
from rapport.service.desk.commands import changing
from rapport.service.desk.models import CaseEvent
from rapport.staff.audit import commands as audit
from rapport.staff.roles.rules import Actor, require

LONGEST_WHY = 1_000


class NoReason(Refusal):
    """A refusal without a reason teaches nobody anything."""


@transaction.atomic
def mark_asked_again(case_id: int, *, what: str = "", by: Actor, at: datetime) -> CaseEvent:
    """The customer had to tell us again what they had told us before; `what` says what it was."""
    require(by, "desk.work")
    return _mark(case_id, "asked_again", what, by, at)


@transaction.atomic
def mark_refusal(case_id: int, *, why: str, by: Actor, at: datetime) -> CaseEvent:
    """We said no, because: a signal of a process that may be broken."""
    require(by, "desk.work")
    if not why.strip():
        raise NoReason("Say why we could not.", field="why", value=why)
    return _mark(case_id, "refusal", why, by, at)


def _mark(case_id: int, kind: str, words: str, by: Actor, at: datetime) -> CaseEvent:
    case = changing.held(case_id, by=by)
    said = shortened(storable(words.strip()), LONGEST_WHY)
    event = changing.note(case, kind, by=by, at=at, what=said)
    changing.record(event, kind, text=said)
    case.save(update_fields=["changed_at"])
    changing.show(case, at=at)
    audit.record(f"desk.mark_{kind}", by=by, subject=f"case:{case.pk}", at=at)
    return event
