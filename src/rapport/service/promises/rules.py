"""Promises on plain values: how they stand, and when they warn."""

from datetime import datetime, timedelta

LONGEST = 300
"""Characters in which it is said what was promised, or why it is withdrawn."""
FURTHEST = timedelta(days=5 * 366)
"""A promise for later than this is a slip of the pen."""
_EARLIEST_WARNING = timedelta(hours=1)


def warning_before(made_at: datetime, due_at: datetime) -> timedelta:
    """With how much time left somebody is reminded: a quarter of all there was, an hour at most.

    >>> noon = datetime(2026, 3, 2, 12)
    >>> str(warning_before(noon, noon + timedelta(minutes=20))), str(warning_before(noon, noon + timedelta(days=3)))
    ('0:05:00', '1:00:00')
    """
    return min((due_at - made_at) / 4, _EARLIEST_WARNING)
