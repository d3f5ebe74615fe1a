"""Setting up queues, skills, and what each of the staff can do and take at once."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from rapport.customers.reaching import queries as reaching
from rapport.kernel.channels import CHANNELS
from rapport.kernel.refusals import NotFound, Refusal
from rapport.service.desk.commands import handing
from rapport.service.desk.models import Case
from rapport.service.desk.rules.placing import spoken
from rapport.service.routing import queries
from rapport.service.routing.models import Queue, RoutingRules, Seat, Skill
from rapport.service.routing.rules.seats import MOST_AT_ONCE
from rapport.staff.audit import commands as audit
from rapport.staff.people import queries as people
from rapport.staff.roles import queries as roles
from rapport.staff.roles.rules import EVERYTHING, Actor, require

LONGEST_NAME = 80
MOST_MINUTES = 24 * 60


class BadQueue(Refusal):
    """A queue that cannot be as described."""


class BadSkill(Refusal):
    """A skill that cannot be as described."""


class BadCapacity(Refusal):
    """A number of cases, or of minutes, that makes no sense."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueDescription:
    """A queue as it is to be. `identifier_id`: of the customer whose cases come here; None: of all."""

    name: str
    department: str = ""
    is_push: bool = False
    channel: str = ""
    identifier_id: int | None = None
    needs: Collection[int] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatDescription:
    """What somebody can do, and how much at once; a capacity of None is the one of the house."""

    skills: Collection[int] = ()
    live_capacity: int | None = None
    written_capacity: int | None = None


@transaction.atomic
def add_queue(new: QueueDescription, *, by: Actor, at: datetime) -> Queue:
    """Open a queue."""
    require(by, "desk.edit")
    made = Queue.objects.create(**_checked(new, None, by), opened_at=at)
    made.needs.set(_skills(new.needs))
    audit.record("routing.add_queue", by=by, subject=f"queue:{made.pk}", at=at, detail={"name": made.name})
    handing.look(at=at)
    return made


@transaction.atomic
def change_queue(queue_id: int, new: QueueDescription, *, by: Actor, at: datetime) -> Queue:
    """Let a queue be otherwise; its department stays, for what is in it was said to that one."""
    require(by, "desk.edit")
    found = queries.queue(queue_id, reach=roles.reach(by))
    fields = _checked(new, found, by)
    for name, value in fields.items():
        setattr(found, name, value)
    found.save()
    found.needs.set(_skills(new.needs))
    audit.record(
        "routing.change_queue",
        by=by,
        subject=f"queue:{queue_id}",
        at=at,
        detail={"name": found.name, "is_push": found.is_push},
    )
    handing.look(at=at)
    return found


@transaction.atomic
def close_queue(queue_id: int, *, by: Actor, at: datetime) -> Queue:
    """Let nothing new come into a queue; one with open cases is not closed."""
    require(by, "desk.edit")
    found = queries.queue(queue_id, reach=roles.reach(by))
    if Case.objects.open().filter(queue=found).exists():
        raise BadQueue("There are open cases in it; pass them on first.", field="queue", value=found.name)
    found.closed_at = at
    found.save(update_fields=["closed_at"])
    audit.record(
        "routing.close_queue", by=by, subject=f"queue:{queue_id}", at=at, detail={"name": found.name}
    )
    return found


@transaction.atomic
def add_skill(name: str, *, code: str = "", by: Actor, at: datetime) -> Skill:
    """Put a skill on the list; with the code of a language, customers who speak it need it."""
    require(by, "desk.edit")
    words, language = name.strip(), spoken(code)
    if not 0 < len(words) <= LONGEST_NAME - 20:
        raise BadSkill("Say in a few words what it is.", field="name", value=name)
    if language and not (language.isalpha() and len(language) in {2, 3}):
        raise BadSkill(
            "The code of a language has two or three letters, such as fr.", field="code", value=code
        )
    known = Skill.objects.filter(closed_at=None)
    if known.filter(name=words).exists() or (language and known.filter(code=language).exists()):
        raise BadSkill("It is on the list already.", field="name", value=words)
    made = Skill.objects.create(name=words, code=language, added_at=at)
    audit.record("routing.add_skill", by=by, subject=f"skill:{made.pk}", at=at, detail={"name": words})
    return made


@transaction.atomic
def close_skill(skill_id: int, *, by: Actor, at: datetime) -> Skill:
    """Take a skill off the list; nothing needs it any more."""
    require(by, "desk.edit")
    found = Skill.objects.filter(pk=skill_id, closed_at=None).first()
    if found is None:
        raise NotFound("There is no such skill.", field="skill", value=skill_id)
    found.closed_at = at
    found.save(update_fields=["closed_at"])
    audit.record(
        "routing.close_skill", by=by, subject=f"skill:{skill_id}", at=at, detail={"name": found.name}
    )
    handing.look(at=at)
    return found


@transaction.atomic
def change_seat(staff_id: int, new: SeatDescription, *, by: Actor, at: datetime) -> Seat:
    """Say what somebody can do and how much at once."""
    require(by, "desk.edit")
    if not people.active_among([staff_id], reach=EVERYTHING):
        raise NotFound("There is no such member of staff.", field="member", value=staff_id)
    for name in ("live_capacity", "written_capacity"):
        _check_number(getattr(new, name), name, MOST_AT_ONCE)
    seat, _ = Seat.objects.get_or_create(staff_id=staff_id, defaults={"since": at, "seen_at": at})
    seat.live_capacity, seat.written_capacity = new.live_capacity, new.written_capacity
    seat.save(update_fields=["live_capacity", "written_capacity"])
    seat.skills.set(_skills(new.skills))
    detail = {"skills": sorted(new.skills), "live": new.live_capacity, "written": new.written_capacity}
    audit.record("routing.change_seat", by=by, subject=f"staff:{staff_id}", at=at, detail=detail)
    handing.look(at=at)
    return seat


@transaction.atomic
def set_rules(
    *, live_capacity: int, written_capacity: int, open_minutes: int, by: Actor, at: datetime
) -> RoutingRules:
    """Say what holds for everybody who has nothing else."""
    require(by, "desk.edit")
    _check_number(live_capacity, "live_capacity", MOST_AT_ONCE)
    _check_number(written_capacity, "written_capacity", MOST_AT_ONCE)
    if open_minutes < 1:
        raise BadCapacity("It takes a minute at least.", field="open_minutes", value=open_minutes)
    _check_number(open_minutes, "open_minutes", MOST_MINUTES)
    values = {
        "live_capacity": live_capacity,
        "written_capacity": written_capacity,
        "open_minutes": open_minutes,
    }
    kept, _ = RoutingRules.objects.update_or_create(id=1, defaults=values)
    audit.record("routing.set_rules", by=by, subject="routing", at=at, detail=values)
    handing.look(at=at)
    return kept


def _check_number(given: int | None, field: str, most: int) -> None:
    if given is not None and not 0 <= given <= most:
        raise BadCapacity(f"0 to {most}.", field=field, value=given)


def _checked(new: QueueDescription, known: Queue | None, by: Actor) -> dict[str, object]:
    name = new.name.strip()
    if not 0 < len(name) <= LONGEST_NAME:
        raise BadQueue("Say what it is called.", field="name", value=new.name)
    if new.channel and new.channel not in CHANNELS:
        raise BadQueue(f"'{new.channel}' is not a channel.", field="channel", value=new.channel)
    if Queue.objects.open().filter(name=name).exclude(pk=known.pk if known else 0).exists():
        raise BadQueue("Another queue has this name.", field="name", value=name)
    if new.identifier_id is not None and not reaching.customers_of([new.identifier_id]):
        raise BadQueue("There is no such customer.", field="customer", value=new.identifier_id)
    department = known.department if known else new.department
    if not roles.reach(by).covers("desk.view", department):
        raise BadQueue("That department is not yours.", field="department", value=department)
    if department and known is None and department not in roles.open_departments():
        raise BadQueue("There is no such department.", field="department", value=department)
    return {
        "name": name,
        "department": department,
        "is_push": new.is_push,
        "channel": new.channel,
        "identifier_id": new.identifier_id,
    }


def _skills(skill_ids: Collection[int]) -> list[Skill]:
    found = list(Skill.objects.filter(pk__in=skill_ids, closed_at=None))
    if len(found) != len(set(skill_ids)):
        raise NotFound("There is no such skill.", field="skills", value=sorted(skill_ids))
    return found
