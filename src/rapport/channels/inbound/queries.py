from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from rapport.channels.inbound.models import Envelope, Step
from rapport.files.store import queries as files
from rapport.kernel.refusals import NotFound
from rapport.staff.roles.rules import Reach

PAGE = 30


@dataclass(frozen=True, slots=True)
class Page:
    """Envelopes that wait for a person, the newest first, and the number to go on before (None: that was all)."""

    envelopes: tuple[Envelope, ...]
    before: int | None


def row(envelope_id: int) -> Envelope:
    """The envelope itself with its endpoint: for the area's own work, never to show it to somebody."""
    return _found(Envelope.objects.filter(pk=envelope_id), envelope_id)


def envelope(envelope_id: int, *, reach: Reach) -> Envelope:
    """One envelope; one out of reach is as absent as one that never was."""
    return _found(Envelope.objects.seen_by(reach).filter(pk=envelope_id), envelope_id)


def waiting_for_a_person(*, reach: Reach, before: int | None = None, limit: int = PAGE) -> Page:
    """What is suspended or parked, the newest first."""
    found = _waiting(reach).select_related("endpoint", "thread__identifier").defer("raw").order_by("-id")
    if before is not None:
        found = found.filter(id__lt=before)
    rows = list(found[: limit + 1])
    return Page(tuple(rows[:limit]), rows[limit - 1].pk if len(rows) > limit else None)


def how_many_wait(*, reach: Reach, most: int = 100) -> int:
    """How many are suspended or parked, counted up to `most`."""
    return _waiting(reach).order_by()[:most].count()


def at_the_door(thread_ids: list[int], *, reach: Reach) -> list[Envelope]:
    """What waits to be let into these conversations, the oldest first."""
    found = _waiting(reach).filter(thread_id__in=thread_ids).defer("raw")
    return list(found.select_related("endpoint").order_by("id")[:PAGE])


def steps(envelope_id: int) -> list[Step]:
    """The steps that an envelope walked, in their order; the caller has seen that it is within reach."""
    return list(Step.objects.filter(envelope_id=envelope_id).order_by("id"))


def raw(envelope: Envelope) -> bytes:
    """What arrived, byte for byte; empty where it was not kept."""
    if envelope.raw is not None:
        return bytes(envelope.raw)
    return b"".join(files.content(envelope.file)) if envelope.file else b""


def unwalked(*, before: datetime, limit: int = 500) -> list[int]:
    """Envelopes that arrived before then and were not walked, the oldest first: their walk failed or is to come."""
    found = Envelope.objects.filter(state="waiting", arrived_at__lt=before).order_by("id")
    return list(found.values_list("id", flat=True)[:limit])


def _waiting(reach: Reach) -> QuerySet[Envelope]:
    return Envelope.objects.seen_by(reach).filter(state__in=("suspended", "parked"))


def _found(rows: QuerySet[Envelope], envelope_id: int) -> Envelope:
    found = rows.select_related("endpoint", "thread__identifier", "file").first()
    if found is None:
        raise NotFound("There is no such mail.", field="envelope", value=envelope_id)
    return found
