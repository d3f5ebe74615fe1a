"""Who is there, how much they can do at once, and which of them a case goes to."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

AVAILABILITY: dict[str, str] = {"available": "Available", "away": "Away", "off": "Off"}
"""One for all channels. Available: cases are handed to them; away: soon back; off: not working."""
LIVE_CHANNELS = frozenset({"chat", "voice", "in_person"})
"""Here somebody waits for each word; all others are written with time."""
SIGNS_EVERY = timedelta(minutes=1)
"""A page that is open gives a sign of its reader about as often."""
AWAY_AFTER = timedelta(minutes=10)
"""Whoever gave no sign for so long is away: they signed out, or closed the page, or the machine sleeps."""
OFF_AFTER = timedelta(hours=1)
"""Whoever gave no sign for so long has gone home."""
LIVELY_FOR = timedelta(minutes=10)
"""A chat counts as going on for so long after our last word; then it leaves room for another."""
MOST_AT_ONCE = 1_000


@dataclass(slots=True)
class Seat:
    """Somebody who is available: what they can do, where, and how many cases they have of how many.

    `departments` None: those of all. `idle_since`: when something was given to them last.
    """

    staff_id: int
    skills: frozenset[int]
    departments: frozenset[str] | None
    live_capacity: int
    written_capacity: int
    live: int = 0
    written: int = 0
    idle_since: datetime | None = None

    def has_room(self, channel: str) -> bool:
        """Whether one more case of this channel fits in."""
        if channel in LIVE_CHANNELS:
            return self.live < self.live_capacity
        return self.written < self.written_capacity

    def take(self, channel: str, at: datetime) -> None:
        """Have one more case."""
        if channel in LIVE_CHANNELS:
            self.live += 1
        else:
            self.written += 1
        self.idle_since = at

    def fullness(self, channel: str) -> float:
        """How much of what they can do of this sort they do already, 0 to 1."""
        has, can = (
            (self.live, self.live_capacity)
            if channel in LIVE_CHANNELS
            else (self.written, self.written_capacity)
        )
        return has / can if can else 1.0


@dataclass(frozen=True, slots=True)
class Waiting:
    """A case that waits for somebody. `knows_them`: the colleague who had this customer last."""

    case_id: int
    queue_id: int
    department: str
    channel: str
    needs: frozenset[int] = field(default_factory=frozenset)
    knows_them: int | None = None


def may_serve(seat: Seat, waiting: Waiting) -> bool:
    """Whether they can do what it needs, where it is. How full they are does not matter here."""
    is_within = seat.departments is None or not waiting.department or waiting.department in seat.departments
    return is_within and waiting.needs <= seat.skills


def chosen(waiting: Waiting, seats: Iterable[Seat]) -> Seat | None:
    """Who gets it: whoever knows the customer, if they have room; else the least full of those who may serve it.

    Among equally full ones those who can do least come first, so that who can do more stays free for what needs them;
    then whoever was given nothing for longest. None: nobody who may serve it has room.

    >>> ben = Seat(1, frozenset(), None, 3, 10, written=4)
    >>> amina = Seat(2, frozenset({7}), None, 3, 10, written=1)
    >>> chosen(Waiting(12, 1, "", "email"), [ben, amina]).staff_id
    2
    >>> chosen(Waiting(12, 1, "", "email", knows_them=1), [ben, amina]).staff_id
    1
    """
    able = [one for one in seats if one.has_room(waiting.channel) and may_serve(one, waiting)]
    if not able:
        return None
    known = next((one for one in able if one.staff_id == waiting.knows_them), None)
    return known or min(able, key=lambda one: _turn(one, waiting.channel))


def _turn(seat: Seat, channel: str) -> tuple[float, int, float, int]:
    idle = seat.idle_since.timestamp() if seat.idle_since else 0.0
    return (seat.fullness(channel), len(seat.skills), idle, seat.staff_id)
