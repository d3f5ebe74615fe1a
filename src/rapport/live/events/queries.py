from django.db import connection

from rapport.live.events.models import Event
from rapport.live.events.rules import Heard, News

_COLUMNS = ("id", "topic", "permission", "department")
MOST = 20_000
"""Events read at once."""


class Reader:
    """Reads on from where it was, each event once, whichever transaction commits first.

    On PostgreSQL the cursor is the oldest transaction that was still running: what it and later ones tell stands
    behind it. Events behind the cursor that were heard already are remembered and not heard again.
    """

    def __init__(self, cursor: int) -> None:
        self.cursor = cursor
        self._heard: set[int] = set()

    def read(self) -> Heard:
        """What is new since the last time."""
        rows, self.cursor = _since(self.cursor)
        fresh = [row for row in rows if row[0] not in self._heard]
        is_sqlite = connection.vendor != "postgresql"
        self._heard = set() if is_sqlite else {row[0] for row in rows if row[-1] >= self.cursor}
        news = tuple(dict.fromkeys(News(*row[1:4]) for row in fresh))
        return Heard(news, self.cursor, is_ahead=bool(self._heard))


def now() -> int:
    """The cursor of whoever has read everything."""
    if connection.vendor == "postgresql":
        return _oldest_running()
    return (Event.objects.order_by("-id").values_list("id", flat=True).first() or 0) + 1


def earliest(*, most: int = MOST) -> int:
    """The earliest cursor that misses nothing of what is kept, or of the newest `most` events."""
    newest_first = Event.objects.order_by("-id").values_list("id", "turn")
    oldest = (
        newest_first[most : most + 1].first()
        or Event.objects.order_by("id").values_list("id", "turn").first()
    )
    if oldest is None:
        return now()
    return oldest[1] if oldest[1] is not None else oldest[0]


def _since(cursor: int) -> tuple[list[tuple[int, str, str, str, int]], int]:
    if connection.vendor != "postgresql":
        found = Event.objects.filter(id__gte=cursor).order_by("id").values_list(*_COLUMNS)[:MOST]
        rows = [(*row, 0) for row in found]
        return rows, max((row[0] + 1 for row in rows), default=cursor)
    running = _oldest_running()
    found = Event.objects.filter(turn__gte=cursor).order_by("turn", "id").values_list(*_COLUMNS, "turn")
    rows = list(found[:MOST])
    reached = running if len(rows) < MOST else min(running, rows[-1][-1])
    return rows, max(cursor, reached)


def _oldest_running() -> int:
    """Asked before the events are read: what commits in between is heard twice rather than never."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        return int(cursor.fetchone()[0])
