"""Putting periodic jobs into the queue."""

from collections.abc import Mapping
from datetime import UTC, datetime

from django.db import transaction

from rapport.jobs.queue import commands as queue
from rapport.jobs.schedule.models import LastSlot
from rapport.jobs.schedule.rules import Periodic, slot

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def tick(schedule: Mapping[str, Periodic], *, at: datetime) -> list[str]:
    """Put in the jobs whose slot has come; their names. Any number of processes may tick at once.

    A slot is taken by moving its row forward, in the transaction that puts the job in: whoever comes second
    moves nothing. A clock that was set back takes no slot again. While the job of an earlier slot is not
    finished, the new slot is left to it.
    """
    taken = dict(LastSlot.objects.values_list("name", "slot_at"))
    due = {name: slot(one, at) for name, one in schedule.items()}
    return [
        name
        for name, slot_at in due.items()
        if taken.get(name, _NEVER) < slot_at and _take(name, schedule[name], slot_at, at)
    ]


@transaction.atomic
def _take(name: str, periodic: Periodic, slot_at: datetime, at: datetime) -> bool:
    LastSlot.objects.get_or_create(name=name, defaults={"slot_at": _NEVER})
    if not LastSlot.objects.filter(name=name, slot_at__lt=slot_at).update(slot_at=slot_at):
        return False
    queue.enqueue(periodic.task, periodic.arguments, at=at, key=f"periodic:{name}")
    return True
