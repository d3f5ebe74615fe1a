"""The lake in the background: following the log, and measuring what pages show."""

from datetime import UTC, datetime

from rapport.analytics.measures import periods
from rapport.interactions.lake import commands
from rapport.interactions.lake.commands import measuring
from rapport.interactions.lake.rules import LakeBusy, Selection
from rapport.jobs.queue import rules as jobs

_AN_HOUR_SECONDS = 3600.0


class Later(Exception):  # noqa: N818 - no error: somebody else writes the lake
    """Raised so that the queue tries again after a pause."""


@jobs.task(measuring.REFRESH, most_seconds=_AN_HOUR_SECONDS)
def refresh(context: jobs.Context) -> None:
    """Bring the lake up to the end of the log, then measure what pages show."""
    try:
        commands.refresh(at=datetime.now(UTC))
    except LakeBusy as busy:
        raise Later(busy.message) from busy
    if not measuring.measure_standard(should_stop=context.should_stop):
        raise jobs.Unfinished


@jobs.task(measuring.MEASURE, most_seconds=_AN_HOUR_SECONDS)
def measure(context: jobs.Context, *, period: str, channel: str, department: str) -> None:
    """Measure one selection that somebody asked for, and the period before it."""
    wanted = [Selection(name, channel, department) for name in (period, periods.before(period))]
    if not measuring.measure(wanted, should_stop=context.should_stop):
        raise jobs.Unfinished
