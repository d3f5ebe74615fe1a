"""Which queue a new case goes to."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Door:
    """A queue as seen from outside: whose cases come to it. What is empty is all."""

    id: int
    channel: str = ""
    languages: frozenset[str] = field(default_factory=frozenset)
    customer_id: int | None = None


def fitting(doors: Iterable[Door], *, channel: str, language: str, customers: Collection[int]) -> Door | None:
    """The queue for a case: of those that take it, the one that says most of it, then the one opened first.

    A queue for this customer comes before one for the language, and that before one for the channel.

    >>> doors = [Door(1), Door(2, channel="chat"), Door(3, customer_id=12)]
    >>> [fitting(doors, channel="chat", language="", customers=one).id for one in ([12], [7])]
    [3, 2]
    """
    taking = [
        one
        for one in doors
        if one.channel in {"", channel}
        and (not one.languages or language in one.languages)
        and (one.customer_id is None or one.customer_id in customers)
    ]
    return min(taking, key=lambda one: (-_says(one), one.id), default=None)


def _says(door: Door) -> int:
    return 4 * (door.customer_id is not None) + 2 * bool(door.languages) + bool(door.channel)


def spoken(language: str) -> str:
    """The language itself of a tag such as fr-CA.

    >>> spoken("fr-CA"), spoken("")
    ('fr', '')
    """
    return language.strip().lower().replace("_", "-").partition("-")[0][:8]
