"""What a timeline may be narrowed to, and how an address names a place in it. Plain values only."""

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import datetime

from rapport.kernel import kinds
from rapport.kernel.refusals import Refusal
from rapport.kernel.text import storable

ALL = "all"
LONGEST_WORDS = 100


class BadTimeline(Refusal):
    """A group or a place that no timeline has."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A place in a timeline: before the interaction with this moment and id."""

    occurred_at: datetime
    id: int


@dataclass(frozen=True, slots=True)
class View:
    """What of a timeline is wanted: one group of kinds or all, holding some words or not, from a place on."""

    group: str = ALL
    words: str = ""
    before: Moment | None = None

    @property
    def is_narrow(self) -> bool:
        return self.group != ALL or bool(self.words)


def read(*, group: str = ALL, words: str = "", before: str = "") -> View:
    """A view from what an address says; refuses a group or place that does not exist."""
    group = group or ALL
    if group != ALL and group not in kinds.GROUPS:
        raise BadTimeline(f"'{group[:40]}' is not a part of a timeline.", field="show", value=group)
    return View(group, storable(words).strip()[:LONGEST_WORDS], _moment(before) if before else None)


def written(moment: Moment) -> str:
    """A place as it stands in an address."""
    text = json.dumps([moment.occurred_at.isoformat(), moment.id])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _moment(text: str) -> Moment:
    try:
        at, interaction_id = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        moment = Moment(datetime.fromisoformat(at), int(interaction_id))
    except (ValueError, TypeError, binascii.Error, RecursionError) as error:
        raise BadTimeline("This place in the timeline does not exist.", field="before", value=text) from error
    if moment.occurred_at.tzinfo is None or abs(moment.id) >= 2**63:
        raise BadTimeline("This place in the timeline does not exist.", field="before", value=text)
    return moment
