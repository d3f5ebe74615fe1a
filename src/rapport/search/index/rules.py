"""What words a text has, what somebody who types is asking for, and where a look through the index goes on.

A word is kept under each of its beginnings ("del", "deli", "deliv" ...), so a search never gathers the rows of all
words that begin alike: it reads one list per word typed, newest first, and stops when a page is full.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

SHORTEST = 2
"""Fewer letters find nothing."""
LONGEST_WORD = 24
"""Letters of a word that count: two words that agree in so many are the same word to a search."""
LONGEST_TEXT = 20_000
"""Letters of a text that are looked at for words."""
MOST_WORDS = 2_000
"""Different words kept of one document."""
LONGEST_QUESTION = 200
MOST_ASKED = 8

NUMBER_BITS = 44
"""A place in the index is the shelf and, below it, the number of the thing: newer things stand higher."""

_WORD = re.compile(r"[^\W_]+")
_CLOSE = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+")
"""Scripts written without spaces (Japanese, Chinese): two neighbouring signs are taken for a word."""


@dataclass(frozen=True, slots=True)
class Document:
    """A thing to be found by its words: its number, and the permission and department it is seen with."""

    number: int
    text: str
    permission: str
    department: str = ""


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of places, both ends included, that one look goes through."""

    low: int
    high: int


def words_of(text: str) -> list[str]:
    """The different words of a text, without case and accents, in order of the alphabet.

    >>> words_of("Café CAFE order #A-17")
    ['17', 'a', 'cafe', 'order']
    """
    found = dict.fromkeys(_words(text[:LONGEST_TEXT]))
    return sorted(word for _, word in zip(range(MOST_WORDS), found, strict=False))


def asked(text: str) -> list[str]:
    """The words somebody asks for; each finds words that begin with it. Empty: too little to go by.

    >>> asked('Deliv "late" OR x')
    ['deliv', 'late', 'or']
    """
    found = dict.fromkeys(word for word in _words(text[:LONGEST_QUESTION]) if len(word) >= SHORTEST)
    return list(found)[:MOST_ASKED]


def _words(text: str) -> Iterator[str]:
    if text.isascii():
        yield from (word[:LONGEST_WORD] for word in _WORD.findall(text.lower()))
        return
    for word in _WORD.findall(folded(text)):
        if _CLOSE.search(word):
            yield from _neighbours(word)
        else:
            yield word[:LONGEST_WORD]


def _neighbours(word: str) -> Iterator[str]:
    yield from (word[at : at + 2] for at in range(max(1, len(word) - 1)))


def folded(text: str) -> str:
    """The text without case and accents, so that Zoë finds zoe and the other way round.

    >>> folded("Größe")
    'grosse'
    """
    apart = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(sign for sign in apart if not unicodedata.combining(sign))
    return unicodedata.normalize("NFKC", plain)


def excerpt(text: str, typed: str, *, letters: int = 120) -> str:
    """A piece of one line around the first word that was asked for; the beginning where none is.

    >>> excerpt("It came " + "very " * 40 + "late indeed", "LAT", letters=20)
    '…very very late indee…'
    """
    line, words = " ".join(text[:LONGEST_TEXT].split()), asked(typed)
    starts = (word.start() for word in _WORD.finditer(line) if folded(word[0]).startswith(tuple(words)))
    at = next(starts, 0) if words else 0
    begin = 0 if at < letters // 2 else line.rfind(" ", 0, at - letters // 2) + 1
    piece = line[begin : begin + letters]
    return ("…" if begin else "") + piece + ("…" if begin + letters < len(line) else "")


@lru_cache(200_000)
def beginnings(word: str) -> str:
    """Every beginning of a word that can be asked for, with spaces between.

    >>> beginnings("late")
    'la lat late'
    """
    return " ".join([word[:length] for length in range(SHORTEST, len(word) + 1)])


def keys(words: str) -> str:
    """What the words of a document are kept under, with spaces between."""
    return " ".join(filter(None, map(beginnings, words.split())))


def place(shelf: int, number: int) -> int:
    """Where on the shelf the thing with this number stands."""
    return (shelf << NUMBER_BITS) | number


def shelf_of(place: int) -> int:
    return place >> NUMBER_BITS


def number_of(place: int) -> int:
    return place & ((1 << NUMBER_BITS) - 1)


def growing(low: int, high: int, *, first_bits: int, last_bits: int, step_bits: int) -> Iterator[Window]:
    """Windows from `high` down to `low`, each 2**step_bits times as long as the one before, up to 2**last_bits.

    >>> [window.high - window.low + 1 for window in growing(0, 24, first_bits=1, last_bits=4, step_bits=2)]
    [2, 8, 15]
    """
    bits = first_bits
    while high >= low:
        window = Window(max(low, high - (1 << bits) + 1), high)
        yield window
        high, bits = window.low - 1, min(bits + step_bits, last_bits)
