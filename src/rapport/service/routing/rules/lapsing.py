"""When a case that was given to somebody goes back to its queue."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from rapport.service.routing.rules.seats import LIVE_CHANNELS


@dataclass(frozen=True, slots=True)
class Given:
    """A case that somebody was given and that still waits, as it stands. `availability`: theirs, now."""

    channel: str
    is_push: bool
    given_at: datetime
    opened_at: datetime | None
    availability: str


UNOPENED, GONE = "not opened in time", "nobody there"


def lapse(given: Given, *, at: datetime, open_within: timedelta) -> str:
    """Why it goes back to the queue; empty: it stays.

    What was handed out and not opened in time goes back; so does everything unanswered of whoever went home, and, of
    whoever is merely away, what people wait for word by word.
    """
    if given.availability == "off":
        return GONE
    if given.availability == "away" and given.channel in LIVE_CHANNELS:
        return GONE
    if given.is_push and given.opened_at is None and at - given.given_at >= open_within:
        return UNOPENED
    return ""
