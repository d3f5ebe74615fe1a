"""Who is there, with how much on their hands."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max

from rapport.service.desk.models import Case
from rapport.service.routing.models import Handout, RoutingRules, Seat
from rapport.service.routing.queries.queues import routing_rules
from rapport.service.routing.rules import seats as rules
from rapport.staff.roles import queries as roles
from rapport.staff.roles.rules import PERMISSIONS


@dataclass(frozen=True, slots=True)
class Load:
    """How many cases somebody has to act upon: live ones, written ones."""

    live: int = 0
    written: int = 0


def available_seats(*, at: datetime) -> list[rules.Seat]:
    """Everybody who is available and may work at the desk, with what they have on their hands; seven queries."""
    there = Seat.objects.filter(availability="available", seen_at__gt=at - rules.AWAY_AFTER)
    working = there.filter(staff__is_active=True, staff__role__in=PERMISSIONS["desk.work"])
    found = list(working.select_related("staff").prefetch_related("skills").order_by("staff"))
    if not found:
        return []
    house, ids = routing_rules(), [one.staff_id for one in found]
    departments = roles.departments_of([one.staff for one in found])
    loads, last = loads_of(ids, at=at), _last_given(ids)
    return [
        rules.Seat(
            staff_id=one.staff_id,
            skills=frozenset(skill.pk for skill in one.skills.all() if skill.closed_at is None),
            departments=departments[one.staff_id],
            live_capacity=capacities(one, house)[0],
            written_capacity=capacities(one, house)[1],
            live=loads[one.staff_id].live,
            written=loads[one.staff_id].written,
            idle_since=last.get(one.staff_id),
        )
        for one in found
    ]


def capacities(seat: Seat | None, house: RoutingRules) -> tuple[int, int]:
    """How many live and written cases somebody can have at once: their own numbers, or those of the house."""
    live = seat.live_capacity if seat is not None else None
    written = seat.written_capacity if seat is not None else None
    return (
        house.live_capacity if live is None else live,
        house.written_capacity if written is None else written,
    )


def loads_of(staff_ids: Collection[int], *, at: datetime) -> dict[int, Load]:
    """How many cases each has to act upon, and of chats those that go on; two queries along indexes of open cases."""
    live: Counter[int] = Counter()
    written: Counter[int] = Counter()
    acting = Case.objects.at_work().filter(owner__in=staff_ids).order_by()
    for owner, channel, many in acting.values_list("owner", "channel").annotate(many=Count("id")):
        (live if channel in rules.LIVE_CHANNELS else written)[owner] += many
    lively = Case.objects.open().standing().awake().filter(kind="theirs", channel__in=rules.LIVE_CHANNELS)
    lively = lively.filter(owner__in=staff_ids, changed_at__gt=at - rules.LIVELY_FOR).order_by()
    for owner, many in lively.values_list("owner").annotate(many=Count("id")):
        live[owner] += many
    return {one: Load(live[one], written[one]) for one in staff_ids}


def _last_given(staff_ids: Collection[int]) -> dict[int, datetime]:
    """When each was given something last, of what is not ended yet or ended lately."""
    rows = Handout.objects.filter(staff__in=staff_ids, ended_at=None).order_by()
    return dict(rows.values_list("staff").annotate(last=Max("at")))


def colleague_seat(staff_id: int) -> Seat | None:
    """The place of one colleague with their skills."""
    return Seat.objects.filter(staff=staff_id).prefetch_related("skills").first()
