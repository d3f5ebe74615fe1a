from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q, QuerySet

from rapport.customers.directory.models import Proposal

PAGE = 10
COUNTED = 1000


@dataclass(frozen=True, slots=True)
class Waiting:
    """A proposal with the customers that its two sides belong to now."""

    id: int
    first: int
    second: int
    likeness: float
    reasons: tuple[str, ...]
    made_at: datetime
    decision: str
    decided_by: str
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class Page:
    """Proposals, likeliest first; `after` names the last one where there are more."""

    proposals: tuple[Waiting, ...]
    after: str


def count_waiting() -> int:
    """How many proposals wait for a person; counting stops at a thousand."""
    return _open()[:COUNTED].count()


def waiting(*, customer_id: int = 0, after: str = "") -> Page:
    """Proposals that nobody has decided, of everybody or of one customer, from `after` on."""
    found = _open()
    if customer_id:
        found = found.filter(Q(first__customer_id=customer_id) | Q(second__customer_id=customer_id))
    likeness, _colon, proposal_id = after.partition(":")
    if _is_number(likeness) and proposal_id.isdecimal() and proposal_id.isascii():
        place = float(likeness)
        found = found.filter(Q(likeness__lt=place) | Q(likeness=place, id__gt=int(proposal_id)))
    rows = [_waiting(row) for row in found.order_by("-likeness", "id")[: PAGE + 1]]
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    return Page(tuple(rows[:PAGE]), f"{last.likeness!r}:{last.id}" if last else "")


def decided(proposal_id: int) -> Waiting | None:
    """A proposal that somebody has decided, or None."""
    row = (
        Proposal.objects.filter(id=proposal_id, decided_at__isnull=False)
        .select_related("first", "second")
        .first()
    )
    return _waiting(row) if row else None


def _open() -> QuerySet[Proposal]:
    still_two = Proposal.objects.filter(decided_at=None).exclude(first__customer_id=F("second__customer_id"))
    return still_two.select_related("first", "second")


def _waiting(row: Proposal) -> Waiting:
    return Waiting(
        row.pk,
        row.first.customer_id,
        row.second.customer_id,
        row.likeness,
        tuple(row.reasons),
        row.made_at,
        row.decision,
        row.decided_by,
        row.decided_at,
    )


def _is_number(text: str) -> bool:
    try:
        return 0.0 <= float(text) <= 1.0
    except ValueError:
        return False
