"""Telling staff: on screen and by mail, as each chooses; many alike things are one until they are seen."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction

from rapport.kernel.refusals import Refusal
from rapport.live.events import commands as live
from rapport.live.events.rules import News
from rapport.service.clocks.commands.sweeping import Noted
from rapport.service.clocks.rules.running import BREACH, WARN
from rapport.service.desk.commands import changing
from rapport.service.desk.models import Case, Filing, Follower, Notification, NotificationChoice
from rapport.service.desk.models.telling import NOTIFICATION_KINDS
from rapport.service.desk.rules import PERMISSION
from rapport.staff.audit import commands as audit
from rapport.staff.roles.rules import Actor, Colleague, System, require

MOST_TOLD = 100
"""Members of staff who are told of one act."""
MAIL_AFTER = timedelta(minutes=2)
"""A mail waits so long for more, and goes only if nobody has looked on the screen meanwhile."""


class NobodyToTell(Refusal):
    """Only members of staff are told things."""


def tell(staff_ids: Iterable[int | None], kind: str, case: Case, *, by: Actor, at: datetime) -> None:
    """Tell these colleagues, save whoever did it; what they have not seen yet of the same kind is counted up."""
    wanted = sorted({one for one in staff_ids if one is not None} - {changing.staff_id(by)})[:MOST_TOLD]
    choices = _choices(wanted, kind)
    fresh: list[int] = []
    for one in wanted:
        way = choices.get(one, (True, False))
        if any(way):
            _put(one, kind, case, way, by=by, at=at)
            fresh.append(one)
    if fresh:
        live.tell([News(f"staff:{one}", PERMISSION, case.department) for one in fresh], at=at)


def customer_wrote(case: Case, *, at: datetime) -> None:
    """The customer said something: whose case it is hears of it, and whoever follows it."""
    tell([case.owner_id], "customer_wrote", case, by=System(), at=at)
    followed(case, by=System(), at=at)


def followed(case: Case, *, by: Actor, at: datetime) -> None:
    """Something was said: tell whoever follows the case and does not own it."""
    following = Follower.objects.filter(case=case).exclude(staff_id=case.owner_id)
    tell(following.values_list("staff_id", flat=True)[:MOST_TOLD], "followed", case, by=by, at=at)


def heed(noted: Sequence[Noted], at: datetime) -> None:
    """Clocks warned or ran out: whose cases they are, hear of it; those of cases without an owner stand on the desk."""
    kinds = {WARN: "warning", BREACH: "breach"}
    wanted = [(one.case_id, kinds[one.event]) for one in noted if one.case_id and one.event in kinds]
    owned = Case.objects.exclude(owner=None).in_bulk([case_id for case_id, _ in wanted])
    for case_id, kind in dict.fromkeys(wanted):
        if case := owned.get(case_id):
            tell([case.owner_id], kind, case, by=System(), at=at)


@transaction.atomic
def not_delivered(message_id: int, *, at: datetime) -> None:
    """An answer did not reach somebody: whose case it is hears of it, and who wrote it."""
    filing = Filing.objects.filter(message_id=message_id).select_related("message").first()
    if filing is not None:
        case = changing.held(filing.case_id, by=System())
        tell([case.owner_id, filing.message.staff_id], "undelivered", case, by=System(), at=at)


@transaction.atomic
def see(case_id: int | None, *, by: Actor, at: datetime) -> int:
    """Have seen what one was told of a case, or (None) of all; how many things that were."""
    unseen = Notification.objects.filter(staff_id=_own(by), seen_at=None)
    unseen = unseen if case_id is None else unseen.filter(case_id=case_id)
    if seen := unseen.update(seen_at=at, mail_due_at=None):
        live.tell([News(f"staff:{_own(by)}", PERMISSION)], at=at)
    return seen


@transaction.atomic
def choose(kind: str, *, on_screen: bool, by_mail: bool, by: Actor, at: datetime) -> None:
    """Choose how one wants to be told of one kind of thing."""
    require(by, "desk.view")
    if kind not in NOTIFICATION_KINDS:
        raise NobodyToTell("Nobody is told of such a thing.", field="kind", value=kind)
    NotificationChoice.objects.update_or_create(
        staff_id=_own(by), kind=kind, defaults={"on_screen": on_screen, "by_mail": by_mail}
    )
    detail = {"kind": kind, "on_screen": on_screen, "by_mail": by_mail}
    audit.record("desk.choose_notifications", by=by, subject=f"staff:{_own(by)}", at=at, detail=detail)


def _own(by: Actor) -> int:
    if not isinstance(by, Colleague):
        raise NobodyToTell("Only members of staff are told things.", field="by", value=by.audit_name)
    return by.pk


def _choices(staff_ids: Collection[int], kind: str) -> dict[int, tuple[bool, bool]]:
    rows = NotificationChoice.objects.filter(staff_id__in=staff_ids, kind=kind)
    return {one: (screen, mail) for one, screen, mail in rows.values_list("staff_id", "on_screen", "by_mail")}


def _put(staff: int, kind: str, case: Case, way: tuple[bool, bool], *, by: Actor, at: datetime) -> None:
    on_screen, by_mail = way
    unseen = Notification.objects.select_for_update().filter(
        staff_id=staff, case=case, kind=kind, seen_at=None
    )
    told = unseen.first() or Notification(staff_id=staff, case=case, kind=kind, times=0)
    told.times, told.at, told.by, told.on_screen = told.times + 1, at, by.audit_name[:200], on_screen
    if by_mail and told.mailed_at is None:
        told.mail_due_at = told.mail_due_at or at + MAIL_AFTER
    told.save()
