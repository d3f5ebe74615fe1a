"""Claims: one person answers a case at a time, and the server sees to it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q

from rapport.kernel.refusals import Refusal
from rapport.service.desk.commands import changing
from rapport.service.desk.models import Case, Claim, Presence
from rapport.service.desk.rules import PRESENT_FOR
from rapport.staff.roles.rules import Actor, require

CLAIM_LASTS = timedelta(minutes=3)
"""After the last sign of whoever holds it; a page that is open renews it long before."""
_PRUNED_AFTER = timedelta(days=1)


class ClaimedBySomebodyElse(Refusal):
    """A colleague is answering this case right now; `value` says who."""


@transaction.atomic
def claim(case_id: int, *, by: Actor, at: datetime) -> Claim:
    """Take a case in hand to answer it, or hold it longer; refused while a colleague does."""
    require(by, "desk.work")
    case = changing.seen(case_id, by=by)
    was = Claim.objects.filter(case=case, until__gt=at).values_list("holder", flat=True).first()
    hold(case, by=by, at=at)
    held = Claim.objects.get(case=case)
    if was != held.holder:
        changing.show(case, at=at)
    return held


@transaction.atomic
def let_go(case_id: int, *, by: Actor, at: datetime) -> None:
    """Give up one's claim, if one has it."""
    require(by, "desk.work")
    case = changing.seen(case_id, by=by)
    if Claim.objects.filter(case=case, holder=_name(by)).update(until=at):
        changing.show(case, at=at)


def hold(case: Case, *, by: Actor, at: datetime) -> None:
    """Hold the claim from now on: one's own goes on, one that ended is taken over, another's is respected.

    One conditional statement decides, so of many who try at once one succeeds.
    """
    mine_or_over = Claim.objects.filter(Q(holder=_name(by)) | Q(until__lte=at), case=case)
    values = {"holder": _name(by), "staff_id": changing.staff_id(by), "until": at + CLAIM_LASTS}
    fresh = mine_or_over.exclude(holder=_name(by), until__gt=at)
    if not fresh.update(**values, since=at) and not mine_or_over.update(**values):
        _insert(case, values, at)


def _insert(case: Case, values: Mapping[str, Any], at: datetime) -> None:
    try:
        with transaction.atomic():
            Claim.objects.create(case=case, since=at, **values)
    except IntegrityError:
        other = Claim.objects.select_related("staff").get(case=case)
        name = str(other.staff) if other.staff else other.holder
        raise ClaimedBySomebodyElse(
            f"{name} is answering this case.", field="case", value=other.holder
        ) from None


def release(case: Case, *, at: datetime) -> None:
    """The case was answered: whoever comes next may take it."""
    Claim.objects.filter(case=case, until__gt=at).update(until=at)


@transaction.atomic
def be_present(case_id: int, *, is_writing: bool, by: Actor, at: datetime) -> None:
    """Say that one has the case before one; screens of others are told when somebody comes or begins to write.

    Whoever writes holds the claim, if it is free.
    """
    require(by, "desk.view")
    case, staff = changing.seen(case_id, by=by), changing.staff_id(by)
    if staff is None:
        return
    seen, is_new = Presence.objects.get_or_create(
        case=case, staff_id=staff, defaults={"since": at, "at": at, "is_writing": is_writing}
    )
    was_gone = seen.at < at - PRESENT_FOR
    changed = is_new or was_gone or seen.is_writing != is_writing
    Presence.objects.filter(pk=seen.pk).update(
        at=at, is_writing=is_writing, since=at if was_gone else seen.since
    )
    if changed:
        changing.show(case, at=at)


@transaction.atomic
def go_away(case_id: int, *, by: Actor, at: datetime) -> None:
    """Say that one has the case before one no more."""
    require(by, "desk.view")
    case = changing.seen(case_id, by=by)
    gone, _ = Presence.objects.filter(case=case, staff_id=changing.staff_id(by)).delete()
    Presence.objects.filter(at__lt=at - _PRUNED_AFTER).delete()
    if gone:
        changing.show(case, at=at)


def _name(by: Actor) -> str:
    return by.audit_name[:200]
