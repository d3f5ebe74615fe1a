"""Handing out what waits, taking the next oneself, and taking back what was let lie."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from rapport.customers.directory import commands as directory
from rapport.kernel.refusals import Refusal
from rapport.service.desk import commands as desk
from rapport.service.desk.commands.changing import staff_id
from rapport.service.desk.models import Case
from rapport.service.routing import queries
from rapport.service.routing.commands import returning
from rapport.service.routing.models import Handout, Queue
from rapport.service.routing.rules import seats as rules
from rapport.service.routing.rules.seats import Seat, Waiting
from rapport.staff.roles import queries as roles
from rapport.staff.roles.rules import Actor, System, require

HANDED_OUT = "handed out"
"""Why somebody has a case that was handed out to them, as its history says."""


class NobodyWaits(Refusal):
    """There is no case that waits and belongs to nobody, of those that this person may serve."""


@transaction.atomic
def hand_out(*, at: datetime) -> list[Handout]:
    """Give what waits in the queues that are handed out to whoever is available and has room, the longest wait first.

    Done again it changes nothing. Whoever else hands out or takes stands in line, and one conditional statement gives
    each case, so none is given twice.
    """
    directory.lock_writers()
    queues = list(Queue.objects.handed_out().prefetch_related("needs"))
    returning.take_back(queues, at=at)
    if not queues:
        return []
    seats = queries.available_seats(at=at)
    return [
        given
        for waiting in _in_their_order(queues, seats, at)
        if (given := _hand(waiting, seats, at)) is not None
    ]


def _in_their_order(queues: Sequence[Queue], seats: Sequence[Seat], at: datetime) -> Any:
    """What the people with room may serve, until nobody has room."""
    live = any(one.has_room("chat") for one in seats)
    written = any(one.has_room("email") for one in seats)
    skills = frozenset[int]().union(*(one.skills for one in seats))
    if not (live or written):
        return
    found = queries.next_to_serve(queues, at=at, skills=skills, channels_live=live, channels_written=written)
    for waiting in found:
        yield waiting
        if not any(one.has_room("chat") or one.has_room("email") for one in seats):
            return


def _hand(waiting: Waiting, seats: Sequence[Seat], at: datetime) -> Handout | None:
    seat = rules.chosen(waiting, seats)
    if seat is None:
        return None
    case = desk.give(waiting.case_id, seat.staff_id, by=System(), at=at, why=HANDED_OUT)
    if case is None:
        return None
    seat.take(waiting.channel, at)
    return _keep(case, seat.staff_id, is_push=True, at=at)


def _keep(case: Case, staff: int, *, is_push: bool, at: datetime) -> Handout:
    Handout.objects.filter(case=case, ended_at=None).update(ended_at=at, ended_as="left")
    return Handout.objects.create(
        case=case,
        queue_id=case.queue_id,
        staff_id=staff,
        is_push=is_push,
        waited_since=case.waiting_since or at,
        at=at,
        opened_at=None if is_push else at,
    )


def take_next(*, by: Actor, at: datetime) -> Any:
    """The case whose customer has waited longest, of those that nobody has and this person may serve: it is theirs.

    Whoever asks stands in line, so of many who ask at once each gets another case, in the order of waiting; but where
    nobody waits, nobody is kept waiting to hear so. Whoever asks for more than their capacity gets it.
    """
    require(by, "desk.work")
    staff, within = staff_id(by), roles.reach(by)
    if staff is not None and queries.longest_for(staff, reach=within) is not None:
        with transaction.atomic():
            directory.lock_writers()
            case_id = queries.longest_for(staff, reach=within)
            case = desk.give(case_id, staff, by=by, at=at) if case_id is not None else None
            if case is not None:
                _keep(case, staff, is_push=False, at=at)
                return case
    raise NobodyWaits("Nobody waits whom you may serve and who is not looked after already.", field="queue")


def opened(case_id: int, *, by: Actor, at: datetime) -> None:
    """Whoever was handed a case looks at it."""
    fresh = Handout.objects.filter(case=case_id, staff=staff_id(by), opened_at=None, ended_at=None)
    if fresh.exists():
        fresh.update(opened_at=at)
