"""Since when a customer has been waiting, told from what was said alone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

LONGEST_ON_ITS_WAY = timedelta(days=2)
"""A word that claims to be older than this when it reaches us, or from the future, counts from when it reached us."""


@dataclass(frozen=True, slots=True)
class Word:
    """One thing said in a case, as far as waiting is concerned. Notes and side threads are no words.

    `is_settled`: somebody decided that it needs no answer.
    """

    message_id: int
    direction: str
    at: datetime
    is_automatic: bool = False
    is_settled: bool = False


def heard_at(said_at: datetime, stored_at: datetime) -> datetime:
    """From when a customer waits who says that they wrote then."""
    return said_at if stored_at - LONGEST_ON_ITS_WAY <= said_at <= stored_at else stored_at


def unanswered(words: Iterable[Word]) -> Sequence[Word]:
    """The customer's words that nobody answered or settled. `words` in the order of their storing.

    What a machine wrote neither waits nor answers.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
    >>> words = [Word(1, "in", noon), Word(2, "out", noon), Word(3, "in", noon)]
    >>> [word.message_id for word in unanswered([*words, Word(4, "out", noon, is_automatic=True)])]
    [3]
    """
    open_words: list[Word] = []
    for word in words:
        if word.is_automatic:
            continue
        if word.direction == "out":
            open_words.clear()
        elif word.direction == "in" and not word.is_settled:
            open_words.append(word)
    return open_words


def waiting_since(words: Iterable[Word]) -> datetime | None:
    """The moment of the oldest word of the customer that nobody answered; None: they do not wait."""
    return min((word.at for word in unanswered(words)), default=None)
