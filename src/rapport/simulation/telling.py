"""How one customer's interactions are told: numbered, dated, placed. The `tell_*` modules say what there is to tell."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple, TypeVar

from rapport.interactions.log.rules import Entry
from rapport.simulation import company
from rapport.simulation.company import PLACE_NUMBER, PLACES, Register
from rapport.simulation.people import Person
from rapport.simulation.products import NAMES

Part = TypeVar("Part")


class Told(NamedTuple):
    """One interaction, with the Unix second it happened and the position of its source in `company.SOURCES`."""

    moment: int
    source: int
    entry: Entry


def iso(moment: int) -> str:
    """The moment as in JSON: 2026-03-02T09:30:00Z."""
    return f"{datetime.fromtimestamp(moment, UTC):%Y-%m-%dT%H:%M:%SZ}"


def length(seconds: int) -> str:
    """How long it took, as one says it.

    >>> length(48), length(120), length(95)
    ('48 s', '2 min', '1 min 35 s')
    """
    minutes, rest = divmod(seconds, 60)
    return (
        " ".join(part for part in (f"{minutes} min" * bool(minutes), f"{rest} s" * bool(rest)) if part)
        or "0 s"
    )


def yes(fact: object) -> str:
    """A truth value as in JSON."""
    return "true" if fact else "false"


def pick(parts: Sequence[Part], luck: int) -> Part:
    """One of the parts, by luck alone."""
    return parts[luck % len(parts)]


@dataclass(slots=True)
class Teller:
    """Tells the life of one person, chapter by chapter.

    Message ids count what is told within a chapter, also what lies beyond the end: told up to a later end, the same
    things keep their ids.

    `latest` is the last moment at which the customer themselves did something or was served.
    """

    person: Person
    prefix: str
    ends: int
    register: Register
    told: list[Told]
    chapter: str = ""
    number: int = 0
    latest: int = 0

    def open(self, chapter: str) -> None:
        """What follows belongs together and is numbered for itself."""
        self.chapter, self.number = chapter, 0

    def tell(self, moment: int, kind: str, source: int, place: int, **more: Any) -> None:
        """Add one interaction at a touchpoint, unless it lies after the end."""
        self.number += 1
        if moment > self.ends:
            return
        more.setdefault("channel", PLACES[place].channel)
        self.told.append(
            Told(
                moment,
                source,
                Entry(
                    message_id=f"{self.prefix}{self.chapter}{self.number}",
                    kind=kind,
                    occurred_at=datetime.fromtimestamp(moment, UTC),
                    touchpoint_id=self.register.touchpoints[place],
                    **more,
                ),
            )
        )

    def met(self, moment: int) -> None:
        """Remember that the customer and we had to do with each other at this moment."""
        self.latest = max(self.latest, moment)

    def staff(self, position: int) -> int:
        """The stored id of a colleague."""
        return self.register.staff[position]


def place(name: str) -> int:
    """The position of a touchpoint in PLACES."""
    return PLACE_NUMBER[name]


SHOPS = tuple(place(f"{town} shop") for town in company.TOWNS)
WEB_SHOP, APP, HELP_LINE, ROBOT = (
    place("Web shop"),
    place("Wrenfield app"),
    place("Help line"),
    place("Help line robot"),
)
CHAT, SERVICE_MAIL, HELP_PAGES = place("Chat"), place("Service mail"), place("Help pages")
MEMBERSHIP_DESK, REVIEW_PAGE, SURVEY = place("Membership desk"), place("Review page"), place("Short survey")
PARCEL_NOTES, PARCELS, MEMBER_NEWS = place("Parcel notes"), place("Parcels"), place("Member news")


def items_of(packed: int, count: int) -> list[int]:
    """Products of a basket (positions in PRODUCTS) from their packed number."""
    return [packed % 100, packed // 100 % 100, packed // 10_000][:count]


def item_name(packed: int) -> str:
    """The first thing in a basket as people say it: without size or place, first letter small."""
    name = NAMES[packed % 100].split(",")[0]
    return name[0].lower() + name[1:]
