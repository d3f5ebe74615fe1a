"""What was given and let lie goes back to its queue, where it keeps its place; what was answered is over."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef, Q

from rapport.service.desk import commands as desk
from rapport.service.desk.models import Claim
from rapport.service.routing import queries
from rapport.service.routing.commands import availability
from rapport.service.routing.models import Handout, Queue, Seat
from rapport.service.routing.rules.lapsing import UNOPENED, Given, lapse
from rapport.staff.roles.rules import System

_AT_ONCE = 500


def take_back(queues: Collection[Queue], *, at: datetime) -> int:
    """Return to these queues what nobody looks after any more; how many cases."""
    returned = 0
    pushed = {one.pk for one in queues}
    open_within = timedelta(minutes=queries.routing_rules().open_minutes)
    found = _to_look_at(at, open_within)
    there = _availabilities({one.staff_id for one in found})
    answering = set(
        Claim.objects.filter(case__in=[one.case_id for one in found], until__gt=at).values_list(
            "case", flat=True
        )
    )
    for one in found:
        if ended_as := _over(one):
            _end(one, ended_as, at)
        elif one.case.queue_id in pushed and one.case_id not in answering:
            returned += _return_if_lapsed(one, there.get(one.staff_id, "off"), open_within, at)
    for case_id in queries.owned_by_the_absent(queues=pushed):
        desk.assign(case_id, None, by=System(), at=at, why="nobody there")
        returned += 1
    return returned


def _to_look_at(at: datetime, open_within: timedelta) -> list[Handout]:
    """Of what is not ended, what is over or may be let lie: told by the database, for most of it is neither."""
    available = Seat.objects.filter(staff=OuterRef("staff"), availability="available")
    case = ~Q(case__owner=F("staff")) | Q(case__waiting_since=None) | Q(case__waiting_since__gt=F("at"))
    unopened = Q(is_push=True, opened_at=None, at__lte=at - open_within)
    found = Handout.objects.filter(case | unopened | ~Exists(available), ended_at=None)
    return list(found.select_related("case").order_by("id")[:_AT_ONCE])


def _availabilities(staff_ids: Collection[int]) -> dict[int, str]:
    return dict(Seat.objects.filter(staff__in=staff_ids).values_list("staff", "availability"))


def _over(handout: Handout) -> str:
    """What came of it, if it is over: answered by whoever got it, or out of their hands."""
    case = handout.case
    if case.owner_id != handout.staff_id:
        return "left"
    if case.waiting_since is None or case.waiting_since > handout.at:
        return "answered"
    return ""


def _return_if_lapsed(handout: Handout, availability_now: str, open_within: timedelta, at: datetime) -> int:
    case = handout.case
    given = Given(case.channel, handout.is_push, handout.at, handout.opened_at, availability_now)
    why = lapse(given, at=at, open_within=open_within)
    if not why:
        return 0
    _end(handout, "returned", at)
    desk.assign(case.pk, None, by=System(), at=at, why=why)
    if why == UNOPENED:
        availability.send_away(handout.staff_id, at=at)
    return 1


def _end(handout: Handout, ended_as: str, at: datetime) -> None:
    Handout.objects.filter(pk=handout.pk).update(ended_at=at, ended_as=ended_as)
