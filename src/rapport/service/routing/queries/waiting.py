"""Who waits for anybody, in the order in which they are to be served."""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from rapport.service.desk.models import Case, CaseEvent, CaseSet, Claim
from rapport.service.routing.models import Queue, Seat
from rapport.service.routing.rules.seats import LIVE_CHANNELS, Waiting
from rapport.staff.roles.rules import Reach

_AT_ONCE = 100


def next_to_serve(
    queues: Collection[Queue],
    *,
    at: datetime,
    skills: frozenset[int],
    channels_live: bool,
    channels_written: bool,
) -> Iterator[Waiting]:
    """Cases of these queues that nobody has, the longest wait first, some at a time.

    Left out: what needs a skill that nobody has who is there, and the sort of channel for which nobody has room; so a
    crowd that nobody can serve now is not looked through for those behind it.
    """
    needs = {
        one.pk: frozenset(skill.pk for skill in one.needs.all() if skill.closed_at is None) for one in queues
    }
    served = [pk for pk, wanted in needs.items() if wanted <= skills]
    found = can_be_served(Case.objects.unowned().filter(queue__in=served), skills)
    if not channels_live:
        found = found.exclude(channel__in=LIVE_CHANNELS)
    if not channels_written:
        found = found.filter(channel__in=LIVE_CHANNELS)
    claimed = Claim.objects.filter(case=OuterRef("pk"), until__gt=at)
    found = (
        found.exclude(Exists(claimed)).annotate(knows=Subquery(_knows_them())).order_by("waiting_since", "id")
    )
    last: Case | None = None
    while rows := list(_behind(found, last).prefetch_related("needs")[:_AT_ONCE]):
        yield from (_waiting(one, needs[one.queue_id]) for one in rows)
        last = rows[-1]


def can_be_served(cases: CaseSet, skills: Collection[int]) -> CaseSet:
    """Those that need nothing of themselves but these skills."""
    through = Case.needs.through.objects.filter(case=OuterRef("pk"), skill__closed_at=None)
    return cases.filter(~Exists(through.exclude(skill__in=skills)))


def longest_for(staff_id: int, *, reach: Reach) -> int | None:
    """The case whose customer has waited longest, of those that nobody has and that this person may serve."""
    seat = Seat.objects.filter(staff=staff_id).prefetch_related("skills").first()
    skills = frozenset(one.pk for one in seat.skills.all()) if seat is not None else frozenset[int]()
    lacking = Queue.needs.through.objects.filter(queue=OuterRef("queue"), skill__closed_at=None)
    found = can_be_served(Case.objects.seen_by(reach).unowned(), skills)
    found = found.filter(~Exists(lacking.exclude(skill__in=skills)))
    return found.order_by("waiting_since", "id").values_list("id", flat=True).first()


def owned_by_the_absent(*, queues: Collection[int]) -> list[int]:
    """Cases whose customers said something after the case was last given to somebody who is not at work by now.

    What a person gave to somebody who is off, knowing it waits, is left with them.
    """
    gone = Q(owner__in=Seat.objects.filter(availability="off").values("staff")) | Q(owner__is_active=False)
    given = CaseEvent.objects.filter(case=OuterRef("pk"), kind="assigned").order_by("-id").values("at")
    found = (
        Case.objects.waiting().standing().filter(gone, queue__in=queues).annotate(given=Subquery(given[:1]))
    )
    new_word = Q(given=None) | Q(waiting_since__gt=F("given"))
    return list(
        found.filter(new_word).order_by("waiting_since", "id").values_list("id", flat=True)[:_AT_ONCE]
    )


def _knows_them() -> "QuerySet[Case, Any]":
    """Who had the newest other case of the same customer."""
    others = Case.objects.filter(
        identifier__customer_id=OuterRef("identifier__customer_id"), owner__isnull=False
    )
    return others.exclude(pk=OuterRef("pk")).order_by("-changed_at", "-id").values("owner")[:1]


def _behind(found: CaseSet, last: Case | None) -> CaseSet:
    if last is None:
        return found
    later = Q(waiting_since__gt=last.waiting_since) | Q(waiting_since=last.waiting_since, id__gt=last.pk)
    return found.filter(later)


def _waiting(case: Case, of_queue: frozenset[int]) -> Waiting:
    own = frozenset(one.pk for one in case.needs.all() if one.closed_at is None)
    return Waiting(
        case.pk,
        case.queue_id,
        case.department,
        case.channel,
        own | of_queue,
        case.knows,  # type: ignore[attr-defined]  # annotated above
    )
