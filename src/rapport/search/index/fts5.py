"""The index on SQLite: an FTS5 table that holds, under each beginning of a word, the places where it stands.

A place stands there with its sign turned: FTS5 leaps forwards along its lists in one go, backwards it reads what lies
before each page again and again. So the newest come first, forwards and without sorting.
"""

from collections.abc import Iterator, Sequence

from django.db import connection

from rapport.search.index import rules
from rapport.search.index.rules import Window

Row = tuple[int, str]
_FIRST_BITS, _LAST_BITS, _STEP_BITS = 21, 26, 3
"""A look costs about a millisecond for itself, and three per million places: few windows, the first ones small."""
_MERGED_PAGES = 500
"""Of 4 kB, about what a step may write while everybody waits."""


def insert(rows: Sequence[Row]) -> None:
    """Lay in documents whose places are free, and rise."""
    with connection.cursor() as cursor:
        cursor.executemany("INSERT INTO search_document (id, words) VALUES (%s, %s)", rows)
        cursor.executemany("INSERT INTO search_words (rowid, keys) VALUES (%s, %s)", _keyed(rows))


def remove(rows: Sequence[Row]) -> None:
    """Take out documents, given as they were laid in: FTS5 does not know which lists a place is on."""
    statement = "INSERT INTO search_words (search_words, rowid, keys) VALUES ('delete', %s, %s)"
    with connection.cursor() as cursor:
        cursor.executemany(statement, _keyed(rows))
        cursor.executemany("DELETE FROM search_document WHERE id = %s", [(place,) for place, _ in rows])


def scrub() -> bool:
    """One short step of letting go of words that were taken out: they stay in older pieces until these are merged.

    Whether there is more to do.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT total_changes()")
        before = cursor.fetchone()[0]
        cursor.execute("INSERT INTO search_words (search_words, rank) VALUES ('merge', %s)", [-_MERGED_PAGES])
        cursor.execute("SELECT total_changes()")
        return bool(cursor.fetchone()[0] - before >= 2)


def _keyed(rows: Sequence[Row]) -> list[Row]:
    """As FTS5 has them, in the order in which it is quick."""
    return [(-place, rules.keys(words)) for place, words in reversed(rows)]


def windows(top: int, words: Sequence[str]) -> Iterator[Window]:
    """One word is found at once. Two may each be everywhere and never together: they are sought in pieces."""
    if len(words) == 1:
        return iter([Window(0, top)])
    return rules.growing(0, top, first_bits=_FIRST_BITS, last_bits=_LAST_BITS, step_bits=_STEP_BITS)


def look(words: Sequence[str], shelves: Sequence[int], window: Window, limit: int) -> list[int]:
    """The highest numbers in the window under which all the words stand. Words hold letters and digits only."""
    match = " AND ".join(f'"{word}"' for word in words)
    found: list[int] = []
    with connection.cursor() as cursor:
        for shelf in shelves:
            low, high = rules.place(shelf, window.low), rules.place(shelf, window.high)
            cursor.execute(
                """SELECT -rowid FROM search_words WHERE search_words MATCH %s AND rowid BETWEEN %s AND %s
                   ORDER BY rowid LIMIT %s""",
                [match, -high, -low, limit],
            )
            found += (rules.number_of(place) for (place,) in cursor.fetchall())
    return sorted(found, reverse=True)[:limit]
