"""How long it takes until somebody is served, and how many come before them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from rapport.channels.chat.rules import waiting
from rapport.channels.chat.rules.waiting import Estimate
from rapport.service.desk.models import Case
from rapport.service.routing.models import Handout, Queue
from rapport.service.routing.rules.seats import LIVE_CHANNELS

_LATELY = timedelta(days=7)
_MOST = 200


@dataclass(frozen=True, slots=True)
class Place:
    """In which queue somebody waits, and how many are served before them."""

    queue_id: int
    ahead: int


def is_handing_out() -> bool:
    """Whether there is a queue whose cases are handed out."""
    return Queue.objects.handed_out().exists()


def waits_of(queue_id: int, *, at: datetime) -> Estimate:
    """How long people in this queue waited lately until somebody took them up; those who still wait count too.

    Empty while there were too few of them to say.
    """
    lately = Handout.objects.filter(queue=queue_id, at__gte=at - _LATELY).exclude(ended_as="returned")
    served = lately.order_by("-at", "-id").values_list("waited_since", "at")[:_MOST]
    unserved = Case.objects.unowned().filter(queue=queue_id).order_by("waiting_since", "id")
    still = unserved.values_list("waiting_since", flat=True)[:_MOST]
    waits = [waiting.Wait(max(0.0, (until - since).total_seconds())) for since, until in served]
    waits += [waiting.Wait(max(0.0, (at - since).total_seconds()), is_over=False) for since in still if since]
    return waiting.estimate(waits)


def place_of(message_id: int) -> Place | None:
    """The place of whoever said this in a queue that is handed out; None: they wait in none."""
    case = Case.objects.waiting().filter(queue__is_push=True, filings__message=message_id).first()
    return Place(case.queue_id, ahead_of(case)) if case is not None else None


def ahead_of(case: Case) -> int:
    """How many are served before this case: of those that nobody has, or, where somebody has it, of theirs.

    Cases of live channels and written ones do not stand in each other's way: each has room of its own.
    """
    before = Q(waiting_since__lt=case.waiting_since) | Q(waiting_since=case.waiting_since, id__lt=case.pk)
    same_sort = Q(channel__in=LIVE_CHANNELS)
    alike = (
        Case.objects.waiting()
        .standing()
        .filter(before, same_sort if case.channel in LIVE_CHANNELS else ~same_sort)
    )
    if case.owner_id is not None:
        return alike.filter(owner=case.owner_id).count()
    return alike.filter(owner=None, queue=case.queue_id).count()
