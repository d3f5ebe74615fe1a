"""When something happened, from clocks that cannot be trusted."""

from datetime import UTC, datetime, timedelta
from typing import Any

from rapport.interactions.ingestion.rules.received import repeated

_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
"""What is said to have happened before is a clock that was never set (most start in 1970)."""
_FORGIVEN = timedelta(seconds=60)
"""A clock may run ahead by this much before anybody is told."""
_LARGEST_SECONDS = 10**11
"""Larger numbers count milliseconds (as seconds they would lie beyond the year 5000)."""


def read(value: Any) -> datetime | None:
    """A moment in UTC from ISO 8601 text (without an offset: UTC) or seconds or milliseconds since 1970.

    None for anything else, and for moments outside the years 1 to 9999.

    >>> read("2026-11-03T10:00:00+01:00")
    datetime.datetime(2026, 11, 3, 9, 0, tzinfo=datetime.timezone.utc)
    """
    try:
        if isinstance(value, str):
            moment = datetime.fromisoformat(value)
            return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return datetime.fromtimestamp(value / 1000 if abs(value) > _LARGEST_SECONDS else value, UTC)
    except (ValueError, OverflowError, OSError):
        pass
    return None


def occurred(said: Any, *, sent_at: datetime | None, received_at: datetime) -> tuple[datetime, str]:
    """When it happened by our clock, and a warning where the sender's word could not stand.

    The sender's clock is set right by what it showed when it sent: received - (sent - said).
    A moment still to come, or before 1990, becomes the moment of receipt.
    """
    if said is None or said == "":
        return received_at, ""
    moment = read(said)
    if moment is None:
        return received_at, f"'{repeated(said)}' is not a moment; stored as happened when received"
    if sent_at is not None:
        moment = _set_right(moment, sent_at, received_at)
    if moment < _EARLIEST:
        return received_at, f"'{repeated(said)}' is long past; stored as happened when received"
    if moment > received_at:
        late = moment - received_at > _FORGIVEN
        return (
            received_at,
            f"'{repeated(said)}' is still to come; stored as happened when received" if late else "",
        )
    return moment, ""


def _set_right(moment: datetime, sent_at: datetime, received_at: datetime) -> datetime:
    try:
        return received_at - (sent_at - moment)
    except OverflowError:
        return moment
