import secrets as random
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.db.models import Count, Q, QuerySet

from rapport.channels.outbound.models import Dispatch, NamingKey, Pace
from rapport.channels.outbound.rules import OPEN, WAITING
from rapport.kernel import secrets
from rapport.staff.roles.rules import Reach

SEALED_FOR = "channels.names"
_NOBODYS = random.token_bytes(32)


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of a message for one recipient, as a screen shows it.

    `can_be_taken_back`: nothing has left yet. `due_at`: when it leaves, or is tried again. `unknowns`: how many
    tries ended without a word from the other side; the recipient may have it beside once.
    """

    id: int
    message_id: int
    address: str
    role: str
    state: str
    code: str
    reason: str
    tries: int
    unknowns: int
    due_at: datetime | None
    changed_at: datetime

    @property
    def can_be_taken_back(self) -> bool:
        return self.state in WAITING


@dataclass(frozen=True, slots=True)
class Numbers:
    """How sending stands: what waits, what is in hand, what ended without a word, and what went wrong."""

    waiting: int
    sending: int
    unknown: int
    failed: int


def naming_key() -> bytes:
    """The key under which our names are made. Before the first was made, a key that opens nothing."""
    sealed = NamingKey.objects.values_list("sealed", flat=True).first()
    return _opened(sealed) if sealed else _NOBODYS


@lru_cache(maxsize=4)
def _opened(sealed: str) -> bytes:
    return bytes.fromhex(secrets.unseal(sealed, purpose=SEALED_FOR))


def deliveries(message_ids: Collection[int], *, reach: Reach) -> dict[int, list[Delivery]]:
    """What became of these messages, recipient by recipient; one query, however many. Notes have none."""
    found: dict[int, list[Delivery]] = {}
    rows = Dispatch.objects.filter(message_id__in=message_ids)
    if not reach.covers("desk.view"):
        return {}
    if reach.departments is not None:
        rows = rows.filter(Q(message__department="") | Q(message__department__in=reach.departments))
    for row in rows.order_by("message_id", "id"):
        found.setdefault(row.message_id, []).append(
            Delivery(
                row.pk,
                row.message_id,
                row.address,
                row.role,
                row.state,
                row.code,
                row.reason,
                row.tries,
                row.unknowns,
                row.due_at,
                row.changed_at,
            )
        )
    return found


def message_of(dispatch_id: int) -> int | None:
    """The number of the message that a dispatch carries; None: it was forgotten since."""
    return Dispatch.objects.filter(pk=dispatch_id).values_list("message_id", flat=True).first()


def unsent(message_ids: Collection[int]) -> set[int]:
    """Those of these messages that no recipient may see yet, or any more: still held, or taken back."""
    hidden = Dispatch.objects.filter(message_id__in=message_ids, state__in=["held", "taken_back"])
    seen = Dispatch.objects.filter(message_id__in=message_ids).exclude(state__in=["held", "taken_back"])
    return set(hidden.values_list("message_id", flat=True)) - set(seen.values_list("message_id", flat=True))


def numbers() -> Numbers:
    """How sending stands, for the page of background work and for doctor."""
    counted = dict(
        Dispatch.objects.filter(state__in=[*OPEN, "unknown", "failed"])
        .order_by()
        .values_list("state")
        .annotate(n=Count("id"))
    )
    waiting = sum(counted.get(state, 0) for state in WAITING)
    return Numbers(waiting, counted.get("sending", 0), counted.get("unknown", 0), counted.get("failed", 0))


def in_doubt(*, before: int | None = None, limit: int = 50) -> tuple[list[Dispatch], int | None]:
    """Dispatches of which a try ended without a word: whoever they went to may have them twice. Newest first."""
    found = Dispatch.objects.filter(unknowns__gt=0).order_by("-id")
    if before is not None:
        found = found.filter(id__lt=before)
    page = list(found[: limit + 1])
    return page[:limit], page[limit - 1].pk if len(page) > limit else None


def is_anything_due(at: datetime) -> bool:
    """Whether a dispatch waits that may leave now, or was lost by whoever had it in hand."""
    return Dispatch.objects.filter(due_at__lte=at).filter(free(at)).exists()


def free(at: datetime) -> Q:
    """Dispatches in nobody's hands."""
    return Q(leased_until=None) | Q(leased_until__lte=at)


def resting(endpoint_ids: Iterable[int] | None = None, *, at: datetime) -> set[tuple[int, str]]:
    """Endpoint and domain of what is left alone for now; domain "" is the whole endpoint."""
    found = Pace.objects.filter(rests_until__gt=at)
    if endpoint_ids is not None:
        found = found.filter(endpoint_id__in=list(endpoint_ids))
    return set(found.values_list("endpoint_id", "domain"))


def troubles(*, at: datetime) -> QuerySet[Pace]:
    """Mailboxes and domains that are left alone because something is wrong there; whole mailboxes first."""
    return Pace.objects.filter(rests_until__gt=at, failures__gt=0).order_by("domain", "endpoint_id")
