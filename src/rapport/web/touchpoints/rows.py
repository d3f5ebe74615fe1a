"""A touchpoint as a page shows it: described, and counted."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from rapport.kernel.channels import CHANNELS

if TYPE_CHECKING:
    from rapport.interactions.touchpoints.models import Touchpoint


@dataclass(frozen=True, slots=True)
class Row:
    """One touchpoint; `interactions` is how many happened there lately."""

    id: int
    name: str
    department: str
    channel: str
    note: str
    closed_at: datetime | None
    interactions: int

    @property
    def is_closed(self) -> bool:
        return self.closed_at is not None

    @classmethod
    def of(cls, touchpoint: "Touchpoint", lately: Mapping[int, int]) -> "Row":
        return cls(
            touchpoint.pk,
            touchpoint.name,
            touchpoint.department,
            _(CHANNELS[touchpoint.channel]),
            touchpoint.note,
            touchpoint.closed_at,
            lately.get(touchpoint.pk, 0),
        )


def rows(touchpoints: Iterable["Touchpoint"], lately: Mapping[int, int]) -> list[Row]:
    """One row each, in the order given."""
    return [Row.of(touchpoint, lately) for touchpoint in touchpoints]
