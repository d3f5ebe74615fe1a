"""Slots: which run a moment belongs to."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

_FIRST = datetime(2001, 1, 1, tzinfo=UTC)
"""A Monday: slots of a week begin on one."""


class Periodic(msgspec.Struct, frozen=True):
    """Something to be done every so often, beginning `at` after midnight UTC (after Monday's, for weeks).

    A slot missed while nothing ran is made up for once, however many were missed.
    """

    task: str
    every: timedelta
    at: timedelta = timedelta(0)
    arguments: dict[str, Any] = {}


def slot(periodic: Periodic, moment: datetime) -> datetime:
    """The beginning of the slot that this moment lies in.

    >>> nightly = Periodic("tidy", timedelta(days=1), at=timedelta(hours=3))
    >>> slot(nightly, datetime(2026, 3, 29, 2, 59, tzinfo=UTC)).isoformat()
    '2026-03-28T03:00:00+00:00'
    """
    begin = _FIRST + periodic.at
    return begin + (moment - begin) // periodic.every * periodic.every
