"""Who waits, by queue, and who is there to serve them: for those who lead."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, Q

from rapport.service.desk.models import Case
from rapport.service.routing.models import Queue, Seat, Skill
from rapport.service.routing.queries.queues import queues_with_needs, routing_rules
from rapport.service.routing.queries.seats import Load, capacities, loads_of
from rapport.service.routing.rules.seats import AVAILABILITY, AWAY_AFTER
from rapport.staff.people import queries as staff
from rapport.staff.roles.rules import EVERYTHING, PERMISSIONS, Reach

MOST_PEOPLE = 200
_MOST_NEEDING = 1_000


@dataclass(frozen=True, slots=True)
class QueueLine:
    """A queue: how many wait in it, how many of them nobody has, and since when the one who waits longest does."""

    queue: Queue
    waiting: int = 0
    unowned: int = 0
    oldest: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who works at the desk: whether they are there, what they can do, and how much of it they have."""

    staff_id: int
    name: str
    availability: str
    since: datetime | None
    skills: tuple[str, ...]
    skill_ids: frozenset[int]
    load: Load
    live_capacity: int
    written_capacity: int
    open_cases: int


@dataclass(frozen=True, slots=True)
class Unmet:
    """What some who wait need and nobody who is there can do, how many they are, and since when the first waits."""

    languages: tuple[str, ...]
    skills: tuple[str, ...]
    waiting: int
    oldest: datetime


def queue_lines(*, reach: Reach) -> list[QueueLine]:
    """Every open queue within reach, the longest wait first; three queries, along the index of those who wait."""
    waiting = Case.objects.seen_by(reach).waiting().standing().order_by()
    rows = waiting.values_list("queue").annotate(
        many=Count("id"), free=Count("id", filter=Q(owner=None)), oldest=Min("waiting_since")
    )
    counted = {queue: (many, free, oldest) for queue, many, free, oldest in rows}
    found = [
        QueueLine(one, *counted[one.pk]) if one.pk in counted else QueueLine(one)
        for one in queues_with_needs(reach=reach)
    ]
    return sorted(found, key=lambda one: (one.oldest is None, one.oldest, one.queue.name))


def people(*, reach: Reach, at: datetime) -> list[Person]:
    """Whoever works at the desk within reach, those who are there first; seven queries, however many they are."""
    members = staff.active(reach=EVERYTHING).filter(role__in=PERMISSIONS["desk.work"])
    if reach.departments is not None:
        members = members.filter(department__in=["", *reach.departments])
    found = list(members[:MOST_PEOPLE])
    ids = [one.pk for one in found]
    seats = {one.staff_id: one for one in Seat.objects.filter(staff__in=ids).prefetch_related("skills")}
    loads, house, owned = loads_of(ids, at=at), routing_rules(), _open_of(ids)
    shown = []
    for one in found:
        seat = seats.get(one.pk)
        skills = [skill for skill in seat.skills.all() if skill.closed_at is None] if seat else []
        live, written = capacities(seat, house)
        shown.append(
            Person(
                staff_id=one.pk,
                name=str(one),
                availability=_is_there(seat, at),
                since=seat.since if seat else None,
                skills=tuple(skill.name for skill in skills),
                skill_ids=frozenset(skill.pk for skill in skills),
                load=loads[one.pk],
                live_capacity=live,
                written_capacity=written,
                open_cases=owned.get(one.pk, 0),
            )
        )
    return sorted(shown, key=lambda one: (list(AVAILABILITY).index(one.availability), one.name))


def unmet(lines: Sequence[QueueLine], present: Sequence[frozenset[int]], *, reach: Reach) -> list[Unmet]:
    """What cases that nobody has need, and none of those present (their skills) can do altogether; one query more."""
    found: dict[frozenset[Skill], tuple[int, datetime]] = {}
    queues = {
        one.queue.pk: frozenset(skill for skill in one.queue.needs.all() if not skill.closed_at)
        for one in lines
    }
    lost = {number for number, needs in queues.items() if not _is_met(needs, present)}
    for line in lines:
        if line.queue.pk in lost and line.unowned and line.oldest:
            found[queues[line.queue.pk]] = (line.unowned, line.oldest)
    for queue_id, since, own in _with_needs(reach):
        needs = own | queues.get(queue_id, frozenset())
        if queue_id not in lost and not _is_met(needs, present):
            many, oldest = found.get(needs, (0, since))
            found[needs] = (many + 1, min(oldest, since))
    return sorted(
        (_unmet(needs, present, many, oldest) for needs, (many, oldest) in found.items()),
        key=lambda one: one.oldest,
    )


def _is_met(needs: Iterable[Skill], present: Iterable[frozenset[int]]) -> bool:
    wanted = {one.pk for one in needs}
    return not wanted or any(wanted <= skills for skills in present)


def _unmet(needs: frozenset[Skill], present: Iterable[frozenset[int]], many: int, oldest: datetime) -> Unmet:
    """Named is what nobody can do; where each is done by somebody and no one does all, all of it."""
    somebody_can = frozenset[int]().union(*present)
    missing = [one for one in needs if one.pk not in somebody_can] or list(needs)
    return Unmet(
        tuple(sorted(one.name for one in missing if one.code)),
        tuple(sorted(one.name for one in missing if not one.code)),
        many,
        oldest,
    )


def _with_needs(reach: Reach) -> list[tuple[int, datetime, frozenset[Skill]]]:
    """Queue, since when, and what it needs of itself, of the cases that nobody has and that need something."""
    through = Case.needs.through.objects.filter(
        case__in=Case.objects.seen_by(reach).unowned(), skill__closed_at=None
    )
    rows = through.select_related("case", "skill").order_by("case__waiting_since", "case")[:_MOST_NEEDING]
    whose: dict[int, tuple[int, datetime, set[Skill]]] = {}
    for one in rows:
        if since := one.case.waiting_since:
            whose.setdefault(one.case_id, (one.case.queue_id, since, set()))[2].add(one.skill)
    return [(queue, since, frozenset(skills)) for queue, since, skills in whose.values()]


def _open_of(staff_ids: Sequence[int]) -> dict[int, int]:
    rows = Case.objects.open().standing().filter(owner__in=staff_ids).order_by()
    return dict(rows.values_list("owner").annotate(many=Count("id")))


def _is_there(seat: Seat | None, at: datetime) -> str:
    """What somebody is, as far as is known: whoever gave no sign for long is away before anybody noted it."""
    if seat is None:
        return "off"
    is_gone = seat.availability == "available" and seat.seen_at <= at - AWAY_AFTER
    return "away" if is_gone else seat.availability
