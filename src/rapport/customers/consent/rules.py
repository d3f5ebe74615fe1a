"""Which consent counts: the newest statement per contact point, and the strictest within one customer."""

from collections.abc import Iterable
from datetime import datetime

import msgspec

PURPOSES: dict[str, str] = {
    "service": "answers, orders and promises",
    "surveys": "short questions about how it went",
    "marketing": "news and offers",
}
STATES: dict[str, str] = {"granted": "yes", "denied": "no", "unknown": "never asked"}


class Statement(msgspec.Struct, frozen=True):
    """One thing said about consent for one contact point and purpose."""

    identifier_id: int
    purpose: str
    state: str
    at: datetime
    source: str = ""
    proof: str = ""
    by: str = ""
    id: int = 0


class Standing(msgspec.Struct, frozen=True):
    """May we use this contact point for this purpose, and which statement says so?"""

    identifier_id: int
    purpose: str
    is_allowed: bool
    because: Statement | None
    is_own_word: bool


def standings(contact_points: Iterable[int], statements: Iterable[Statement]) -> list[Standing]:
    """One standing per contact point and purpose of one customer.

    Own newest word first; a `denied` on any other contact point of the same customer overrules a yes
    (the strictest wins). Never asked: service is allowed, surveys and marketing are not.
    """
    newest = _newest(statements)
    points = list(contact_points)
    found = []
    for purpose in PURPOSES:
        words = [newest[point, purpose] for point in points if (point, purpose) in newest]
        denial = max((w for w in words if w.state == "denied"), key=lambda w: (w.at, w.id), default=None)
        for point in points:
            own = newest.get((point, purpose))
            because = denial if denial and not (own and own.state == "denied") else own
            allowed = denial is None and (own.state == "granted" if own else purpose == "service")
            found.append(Standing(point, purpose, allowed, because, because is own))
    return found


def _newest(statements: Iterable[Statement]) -> dict[tuple[int, str], Statement]:
    newest: dict[tuple[int, str], Statement] = {}
    for statement in sorted(statements, key=lambda s: (s.at, s.state == "denied", s.id)):
        newest[statement.identifier_id, statement.purpose] = statement
    return newest
