"""What is passed on to somebody else of what was said with a customer: only what was chosen, word for word."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Passage:
    """One thing said, as it is passed on. `at` is in the zone of whoever passes it on."""

    author: str
    at: datetime
    text: str


def passed_on(words: str, passages: Sequence[Passage]) -> str:
    """The words of whoever asks, with the chosen passages beneath, each under who said it and when.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
    >>> print(passed_on("Can you mend this?", [Passage("Amina", noon, "The strap is torn.")]))
    Can you mend this?
    <BLANKLINE>
    Amina, 2026-03-02 12:00:
    The strap is torn.
    """
    pieces = [f"{one.author}, {one.at:%Y-%m-%d %H:%M}:\n{one.text.strip()}" for one in passages]
    return "\n\n".join([words.strip(), *pieces])
