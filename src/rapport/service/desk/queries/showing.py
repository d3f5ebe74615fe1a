"""One case with everything that stands beside it on a screen."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from rapport.channels.outbound import queries as outbound
from rapport.channels.outbound.queries import Delivery
from rapport.channels.threads import queries as threads
from rapport.channels.threads.queries import Said
from rapport.kernel.refusals import NotFound
from rapport.service.desk.models import (
    Case,
    CaseEvent,
    CaseSet,
    CaseState,
    Claim,
    Filing,
    Follower,
    Move,
    Presence,
    SideThread,
)
from rapport.service.desk.rules import PRESENT_FOR
from rapport.staff.roles.rules import EVERYTHING, Reach

PAGE = 50


@dataclass(frozen=True, slots=True)
class Present:
    """A colleague who has the case before them."""

    staff_id: int
    name: str
    is_writing: bool


@dataclass(frozen=True, slots=True)
class Held:
    """Who is answering the case right now, and until when nobody else may."""

    holder: str
    staff_id: int | None
    name: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Shown:
    """A case as its page shows it. `merged`: the cases that are read with it."""

    case: Case
    customer_id: int
    merged: tuple[Case, ...]
    held: Held | None
    present: tuple[Present, ...]
    followers: tuple[tuple[int, str], ...]
    sides: tuple[SideThread, ...]
    moves: tuple[Move, ...]

    @property
    def group(self) -> list[int]:
        """The numbers of the case and of those merged into it."""
        return [self.case.pk, *(one.pk for one in self.merged)]


@dataclass(frozen=True, slots=True)
class Line:
    """One message of a case: what was said, what became of it on its way, and in which side thread (None: none)."""

    said: Said
    case_id: int
    side_id: int | None
    taken_back_at: datetime | None
    deliveries: tuple[Delivery, ...]

    @property
    def can_be_taken_back(self) -> bool:
        return self.taken_back_at is None and any(one.can_be_taken_back for one in self.deliveries)


def case(case_id: int, *, reach: Reach, at: datetime) -> Shown:
    """The case with this number, or what it was merged into, with what stands beside it; seven queries."""
    found = row(case_id, reach=reach)
    merged = Case.objects.filter(merged_into=found).select_related("state").order_by("id")
    ids = [found.pk, *(one.pk for one in merged)]
    return Shown(
        case=found,
        customer_id=found.identifier.customer_id,
        merged=tuple(merged),
        held=_held(found, at),
        present=_present(ids, at),
        followers=tuple(
            (one.staff_id, str(one.staff))
            for one in Follower.objects.filter(case__in=ids).select_related("staff").order_by("id")
        ),
        sides=tuple(
            SideThread.objects.filter(case__in=ids).select_related("thread__identifier").order_by("id")
        ),
        moves=tuple(Move.objects.filter(from_case__in=ids, undone_at=None).order_by("id")),
    )


def row(case_id: int, *, reach: Reach) -> Case:
    """The case with this number, or what it was merged into, as a list shows it."""
    found = _loaded(reach).filter(pk=case_id, merged_into=None).first()
    if found is None and (
        root := Case.objects.filter(merged__id=case_id).values_list("id", flat=True).first()
    ):
        found = _loaded(reach).filter(pk=root).first()
    if found is None:
        raise NotFound("There is no such case.", field="case", value=case_id)
    return found


def _loaded(reach: Reach) -> CaseSet:
    return (
        Case.objects.seen_by(reach)
        .select_related("identifier", "state", "queue", "owner", "thread", "touchpoint")
        .defer("owner__password")
    )


def alone(case_id: int, *, reach: Reach) -> Shown:
    """The case with those merged into it, without who is there and what was done: for its conversation alone."""
    found = row(case_id, reach=reach)
    merged = Case.objects.filter(merged_into=found).select_related("state").order_by("id")
    return Shown(found, found.identifier.customer_id, tuple(merged), None, (), (), (), ())


def outsiders(side_ids: Iterable[int]) -> dict[int, str]:
    """With whom these side threads are."""
    rows = SideThread.objects.filter(pk__in=set(side_ids))
    return dict(rows.values_list("pk", "thread__identifier__value"))


def conversation(
    case_id: int,
    *,
    reach: Reach,
    before: int | None = None,
    limit: int = PAGE,
    group: Sequence[int] | None = None,
) -> list[Line]:
    """What was said in the case and in those merged into it, the oldest first; `before` is the message to end above.

    Notes and side threads are among it, each marked. Who sees the case sees all of it: whichever mailbox it came by.
    `group`: the numbers of all these cases (`Shown.group`), where they are at hand.
    """
    ids = group or _group(case_id, reach)
    filings = Filing.objects.filter(case__in=ids).order_by("-message_id")
    if before is not None:
        filings = filings.filter(message_id__lt=before)
    filed = {one.message_id: one for one in filings[:limit]}
    deliveries = outbound.deliveries(filed, reach=EVERYTHING)
    return [
        Line(
            one,
            filed[one.id].case_id,
            filed[one.id].side_id,
            filed[one.id].taken_back_at,
            tuple(deliveries.get(one.id, ())),
        )
        for one in threads.said_among(filed, reach=EVERYTHING)
    ]


def history(
    case_id: int,
    *,
    reach: Reach,
    before: int | None = None,
    limit: int = PAGE,
    group: Sequence[int] | None = None,
) -> list[CaseEvent]:
    """What was done to the case and to those merged into it (`group`, as above), the newest first."""
    ids = group or _group(case_id, reach)
    events = CaseEvent.objects.filter(case__in=ids).select_related("staff").order_by("-id")
    return list((events.filter(id__lt=before) if before is not None else events)[:limit])


def _group(case_id: int, reach: Reach) -> list[int]:
    found = row(case_id, reach=reach)
    return [found.pk, *Case.objects.filter(merged_into=found).values_list("id", flat=True)]


def case_of_message(message_id: int, *, reach: Reach) -> int:
    """The number of the case that a message is read in."""
    seen = Case.objects.seen_by(reach)
    found = Filing.objects.filter(message_id=message_id, case__in=seen).select_related("case").first()
    if found is None:
        raise NotFound("There is no such message.", field="message", value=message_id)
    return found.case.merged_into_id or found.case_id


def cases_of_messages(message_ids: Sequence[int], *, reach: Reach) -> dict[int, int]:
    """The case each of these messages is read in, where it is within reach: for results of a search."""
    rows = Filing.objects.filter(message_id__in=message_ids, case__in=Case.objects.seen_by(reach))
    columns = rows.values_list("message_id", "case_id", "case__merged_into_id")
    return {message: merged or own for message, own, merged in columns}


def states() -> list[CaseState]:
    """The states in use, in their order."""
    return list(CaseState.objects.filter(closed_at=None).order_by("position", "id"))


def _held(found: Case, at: datetime) -> Held | None:
    one = Claim.objects.filter(case=found, until__gt=at).select_related("staff").first()
    if one is None:
        return None
    return Held(one.holder, one.staff_id, str(one.staff) if one.staff else one.holder, one.until)


def _present(case_ids: Sequence[int], at: datetime) -> tuple[Present, ...]:
    rows = Presence.objects.filter(case__in=case_ids, at__gt=at - PRESENT_FOR)
    found = rows.select_related("staff").order_by("since", "id")
    return tuple(Present(one.staff_id, str(one.staff), one.is_writing) for one in found)
