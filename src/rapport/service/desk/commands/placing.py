"""Where a new case goes, and what whoever serves it must be able to do."""

from datetime import datetime
from typing import Any

from django.apps import apps

from rapport.customers.directory import queries as directory
from rapport.customers.reaching import queries as reaching
from rapport.service.desk.commands import queues
from rapport.service.desk.rules.placing import Door, fitting, spoken


def place(
    department: str, channel: str, identifier_id: int, *, at: datetime, queue_id: int | None = None
) -> tuple[Any, list[int]]:
    """The queue for a new case, and the skills it needs of itself: the language of its customer, where that is one.

    The queue with that number; else, of the open ones of the department, the one that fits best.
    """
    languages = dict(_skills().exclude(code="").values_list("code", "id"))
    language = _language(identifier_id) if languages else ""
    needs = [languages[language]] if language in languages else []
    if queue_id is not None:
        return queues.queue_for(department, at=at, queue_id=queue_id), needs
    own = {one.pk: one for one in _queues(department)}
    agreed = [one.identifier_id for one in own.values() if one.identifier_id]
    whose = _customers(identifier_id) if agreed else set()
    owners = dict(directory.whose().filter(id__in=agreed)) if agreed else {}
    doors = [_door(one, languages, owners) for one in own.values()]
    found = fitting(doors, channel=channel, language=language, customers=whose)
    return (own[found.id] if found else queues.made_for(department, at=at)), needs


def _skills() -> Any:
    return apps.get_model("service", "Skill").objects.filter(closed_at=None)


def _queues(department: str) -> list[Any]:
    found = apps.get_model("service", "Queue").objects.filter(closed_at=None, department=department)
    return list(found.order_by("id"))


def _door(queue: Any, languages: dict[str, int], owners: dict[int, int]) -> Door:
    """A queue for a device that several share by now is nobody's."""
    needs = queue.needs.exclude(code="").values_list("code", flat=True) if languages else []
    customer_id = owners.get(queue.identifier_id, -1) if queue.identifier_id else None
    return Door(queue.pk, queue.channel, frozenset(needs), customer_id)


def _customers(identifier_id: int) -> set[int]:
    """The customer themselves, and the organisations they belong to."""
    customer_id = reaching.customers_of([identifier_id])[identifier_id]
    return {customer_id, *directory.organisations_of([customer_id]).get(customer_id, ())}


def _language(identifier_id: int) -> str:
    found = reaching.behind([identifier_id]).get(identifier_id)
    return spoken(found.language) if found else ""
