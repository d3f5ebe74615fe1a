"""Queues, skills and what holds for all."""

from rapport.kernel.refusals import NotFound
from rapport.service.routing.models import Queue, RoutingRules, Skill
from rapport.staff.roles.rules import Reach


def open_queues(*, reach: Reach) -> list[Queue]:
    """The queues within reach that cases can be put into, by name."""
    return list(Queue.objects.seen_by(reach).open().order_by("name", "id"))


def queues_with_needs(*, reach: Reach) -> list[Queue]:
    """The open queues within reach by name, each with what it needs; two queries."""
    found = Queue.objects.seen_by(reach).open().select_related("identifier").prefetch_related("needs")
    return list(found.order_by("name", "id"))


def queue(queue_id: int, *, reach: Reach) -> Queue:
    """The open queue with this number, within reach."""
    found = Queue.objects.seen_by(reach).open().select_related("identifier").filter(pk=queue_id).first()
    if found is None:
        raise NotFound("There is no such queue.", field="queue", value=queue_id)
    return found


def open_skills() -> list[Skill]:
    """The skills in use, languages last, by name."""
    return list(Skill.objects.filter(closed_at=None).order_by("code", "name", "id"))


def routing_rules() -> RoutingRules:
    """What holds for everybody who has nothing else; before anybody decided, what Rapport proposes."""
    return RoutingRules.objects.filter(id=1).first() or RoutingRules(id=1)
