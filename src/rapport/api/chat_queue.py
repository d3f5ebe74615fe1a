"""The queue of a chat, looked at once a second for everybody who waits in it."""

from bisect import bisect_left
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from rapport.channels.chat import queries
from rapport.channels.chat.rules.waiting import Estimate, Standing
from rapport.service.routing import queries as routing

if TYPE_CHECKING:
    from rapport.channels.chat.models import Visitor

FRESH: Final = timedelta(seconds=1)
"""A place is as it was at most so long ago: where hundreds wait, counting it for each would be most of the work."""
LASTING: Final = timedelta(seconds=15)
"""How long people waited lately changes slowly."""


class Queues:
    """The queues that were looked at lately, by the number of their chat. For one thread at a time."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[datetime, list[datetime]]] = {}
        self._usually: dict[int, tuple[datetime, Estimate]] = {}
        self._looked_at: datetime | None = None
        self._is_handing_out = False

    def standing(self, visitor: "Visitor", *, at: datetime) -> Standing | None:
        """How long this visitor waits and how many came before; None while they do not wait."""
        own = queries.wait_of(visitor.pk)
        if own is None:
            return None
        began_at, message_id = own
        seconds = max(0.0, (at - began_at).total_seconds())
        place = routing.place_of(message_id) if self._hands_out(at) else None
        if place is not None:
            return Standing(seconds, place.ahead, self._usual(place.queue_id, at))
        return Standing(seconds, bisect_left(self._line(visitor.endpoint_id, at), began_at))

    def _hands_out(self, at: datetime) -> bool:
        """Whether the desk hands out cases at all: then it knows the place, and not the chat."""
        if not _is_fresh(self._looked_at, at, FRESH):
            self._looked_at, self._is_handing_out = at, routing.is_handing_out()
        return self._is_handing_out

    def _usual(self, queue_id: int, at: datetime) -> Estimate:
        looked_at, usual = self._usually.get(queue_id, (None, Estimate()))
        if not _is_fresh(looked_at, at, LASTING):
            usual = routing.waits_of(queue_id, at=at)
            self._usually[queue_id] = (at, usual)
        return usual

    def _line(self, endpoint_id: int, at: datetime) -> list[datetime]:
        looked_at, line = self._known.get(endpoint_id, (None, []))
        if not _is_fresh(looked_at, at, FRESH):
            line = queries.line_of(endpoint_id, at=at)
            self._known[endpoint_id] = (at, line)
        return line


def _is_fresh(looked_at: datetime | None, at: datetime, lasting: timedelta) -> bool:
    return looked_at is not None and looked_at <= at < looked_at + lasting
