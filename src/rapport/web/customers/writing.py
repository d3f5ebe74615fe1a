"""Whether we may write to a customer now, in words for their page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from rapport.channels.contact import queries
from rapport.channels.contact.rules import REASONS
from rapport.customers.consent.rules import PURPOSES

if TYPE_CHECKING:
    from rapport.channels.contact.models import Asked, Pause, Suppression


@dataclass(frozen=True, slots=True)
class Decided:
    """One answer of the arbiter, with its reason in words."""

    answer: str
    purpose: str
    channel: str
    because: str
    at: datetime
    until: datetime | None
    released_at: datetime | None


@dataclass(frozen=True, slots=True)
class Writing:
    """What keeps us from writing, and what was decided of late."""

    suppressions: "tuple[Suppression, ...]"
    pauses: "tuple[Pause, ...]"
    asked: tuple[Decided, ...]


def writing(identifier_ids: Sequence[int]) -> Writing:
    """What the page of a customer shows; three queries."""
    found = queries.standing(identifier_ids)
    return Writing(found.suppressions, found.pauses, tuple(map(_decided, found.asked)))


def _decided(one: "Asked") -> Decided:
    because = _(REASONS.get(one.why, one.why))
    purpose = _(PURPOSES[one.purpose])
    return Decided(one.answer, purpose, one.channel, because, one.at, one.until, one.released_at)
