"""A desk whose cases are handed out: queues, people who are there, and what became of a case."""

from datetime import datetime

from tests.desk.shop import colleague

from rapport.service.desk.models import Case
from rapport.service.routing import commands as routing
from rapport.service.routing.models import Queue, Seat, Skill
from rapport.staff.people.models import StaffMember
from rapport.staff.roles.rules import Operator


def handed_out(at: datetime, name: str = "Everybody", **more: object) -> Queue:
    """A queue whose cases are handed out."""
    described = routing.QueueDescription(name=name, is_push=True, **more)
    return routing.add_queue(described, by=Operator(), at=at)


def skill(at: datetime, name: str, code: str = "") -> Skill:
    return routing.add_skill(name, code=code, by=Operator(), at=at)


def there(
    name: str, at: datetime, *skills: Skill, live: int | None = None, written: int | None = None
) -> StaffMember:
    """Somebody who works here, is available, and can do this much."""
    member = StaffMember.objects.filter(name=name).first() or colleague(name)
    described = routing.SeatDescription(
        skills=[one.pk for one in skills], live_capacity=live, written_capacity=written
    )
    routing.change_seat(member.pk, described, by=Operator(), at=at)
    routing.be("available", by=member, at=at)
    return member


def stays(member: StaffMember, at: datetime) -> None:
    """A page of theirs is open still."""
    routing.sign(member.pk, at=at)


def owner_of(case: Case) -> str:
    """Who has it by now; empty: nobody."""
    found = Case.objects.select_related("owner").get(pk=case.pk).owner
    return found.name if found else ""


def availability_of(member: StaffMember) -> str:
    return Seat.objects.get(pk=member.pk).availability
