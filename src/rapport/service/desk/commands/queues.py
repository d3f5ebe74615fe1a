"""The queue a new case goes to while nobody said which."""

from datetime import datetime
from typing import Any

from django.apps import apps

from rapport.kernel.refusals import NotFound

EVERYBODY = "Everybody"


def queue_for(department: str, *, at: datetime, queue_id: int | None = None) -> Any:
    """The queue with this number; else the first open one of the department, made if there is none.

    What came to a department is never put where others see it.
    Queues are the router's, which stands beside the desk and hands out its cases: so they are asked for by name.
    """
    queues = apps.get_model("service", "Queue").objects.filter(closed_at=None).order_by("id")
    if queue_id is not None:
        found = queues.filter(pk=queue_id).first()
        if found is None:
            raise NotFound("There is no such queue.", field="queue", value=queue_id)
        return found
    return queues.filter(department=department).first() or made_for(department, at=at)


def made_for(department: str, *, at: datetime) -> Any:
    """A queue for what comes to a department, where none takes it."""
    queues = apps.get_model("service", "Queue").objects.filter(closed_at=None)
    return queues.create(
        name=_free_name(queues, department or EVERYBODY), department=department, opened_at=at
    )


def _free_name(queues: Any, wanted: str) -> str:
    """The name, or where an open queue has it already, the name with what sets it apart."""
    return wanted if not queues.filter(name=wanted).exists() else f"{wanted[:70]} (own)"
