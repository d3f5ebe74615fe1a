"""What was measured last, as it was kept: pages read these and compute nothing."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
from django.db.models import QuerySet

from rapport.analytics.measures import periods
from rapport.analytics.measures.periods import Period
from rapport.analytics.measures.results import Result
from rapport.interactions.lake.queries import state
from rapport.interactions.lake.rules import Selection
from rapport.interactions.touchpoints.models import Touchpoint
from rapport.staff.organisation import queries as organisation
from rapport.staff.roles.rules import Reach


class Answers(msgspec.Struct, frozen=True):
    """All measures of one selection, from one version of the lake; `seconds` is what computing them took."""

    selection: Selection
    version: int
    as_of: datetime
    seconds: float
    results: tuple[Result, ...] = ()

    def of(self, measure: str) -> Result | None:
        """The result of one measure; None where it was not registered then."""
        return next((one for one in self.results if one.measure == measure), None)


def path(selection: Selection) -> Path:
    """Where the answers to a selection are kept."""
    return state.folder() / "answers" / f"{selection.key}.json"


def answers(selection: Selection) -> Answers | None:
    """What was measured of this selection; None when it never was, or was kept in another shape."""
    try:
        return msgspec.json.decode(path(selection).read_bytes(), type=Answers)
    except (FileNotFoundError, msgspec.DecodeError):
        return None


def zone() -> ZoneInfo:
    """The time zone in which the organisation's days run."""
    found = organisation.current()
    return ZoneInfo(found.time_zone if found else "UTC")


def period(name: str, *, known_until: datetime) -> Period:
    """The period of this name in the organisation's days."""
    return periods.named(name, zone=zone(), known_until=known_until)


def departments(*, reach: Reach) -> list[str]:
    """The departments with a touchpoint, by name, as far as they are within reach."""
    found: QuerySet[Touchpoint, str] = Touchpoint.objects.order_by("department").values_list(
        "department", flat=True
    )
    return [name for name in found.distinct() if reach.covers("measures.view", name)]
