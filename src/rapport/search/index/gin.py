"""The index on PostgreSQL: a GIN index over every beginning of the words, and over the blocks a place lies in.

GIN gathers all places that match before any can be sorted. So a document is also kept under its block of 1,024, 8,192,
65,536 and about a million places, and a look asks for one or two blocks, small and new ones first: GIN leaps from place
to place within them and gathers no more than they hold. Each shelf has beginnings of its own (`7.late`): what stands on
a hidden shelf is on no list that is read.
"""

from collections.abc import Iterator, Sequence

from django.db import connection

from rapport.search.index import rules
from rapport.search.index.rules import Window

Row = tuple[int, str]
BLOCKS = ((10, "_a"), (13, "_b"), (16, "_c"), (20, "_d"))
"""How many bits of a place a block leaves open, and how it is marked: no word begins with a line."""
MOST_BLOCKS = 4
"""No look asks for more blocks of a shelf."""
_HEAP_KILOBYTES = "65536"
"""So much waits unsorted within one transaction: sorted in at once it costs less than in the usual 4 MB at a time."""


def insert(rows: Sequence[Row]) -> None:
    """Lay in documents whose places are free."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('gin_pending_list_limit', %s, true)", [_HEAP_KILOBYTES])
        with cursor.copy("COPY search_document (id, words, keys) FROM STDIN") as copy:
            for place, words in rows:
                copy.write_row((place, words, f"{_own(place, words)} {_blocks(place)}"))
    _tidy()


def _tidy() -> None:
    """Have what was laid in sorted into the index now: else every search goes through the unsorted heap of it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT gin_clean_pending_list(to_regclass('search_keys_idx'))")


def remove(rows: Sequence[Row]) -> None:
    """Take out documents; the index follows by itself."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM search_document WHERE id = ANY(%s)", [[place for place, _ in rows]])


def _own(place: int, words: str) -> str:
    begin = f"{rules.shelf_of(place)}."
    return begin + rules.keys(words).replace(" ", f" {begin}") if words else ""


def _blocks(place: int) -> str:
    return " ".join(f"{mark}{place >> bits}" for bits, mark in BLOCKS)


def scrub() -> bool:
    """Nothing to do: PostgreSQL's own vacuum lets go of what was taken out."""
    return False


def windows(top: int, words: Sequence[str]) -> Iterator[Window]:  # noqa: ARG001 - as the other engine
    """Of each size of block a whole one, and the rest of the one before; then two, four large ones at once."""
    high = top
    for bits, _ in BLOCKS:
        if high >= 0:
            yield Window(begin := max(0, ((high >> bits) - 1) << bits), high)
            high = begin - 1
    large, count = BLOCKS[-1][0], 2
    while high >= 0:
        yield Window(begin := max(0, high + 1 - (count << large)), high)
        high, count = begin - 1, MOST_BLOCKS


def look(words: Sequence[str], shelves: Sequence[int], window: Window, limit: int) -> list[int]:
    """The highest numbers in the window under which all the words stand. Words hold letters and digits only."""
    each = f"SELECT id & {_NUMBER} AS number FROM search_document WHERE keys @@ %s::tsquery"  # noqa: S608 - a number
    with connection.cursor() as cursor:
        cursor.execute(
            f"""WITH standing AS MATERIALIZED ({" UNION ALL ".join([each] * len(shelves))})
                SELECT number FROM standing WHERE number BETWEEN %s AND %s ORDER BY number DESC LIMIT %s""",  # noqa: S608
            [*(_asked(words, shelf, window) for shelf in shelves), window.low, window.high, limit],
        )
        return [row[0] for row in cursor.fetchall()]


def _asked(words: Sequence[str], shelf: int, window: Window) -> str:
    blocks = " | ".join(f"'{mark}'" for mark in _marks(shelf, window))
    return " & ".join([*(f"'{shelf}.{word}'" for word in words), f"({blocks})"])


_NUMBER = (1 << rules.NUMBER_BITS) - 1


def _marks(shelf: int, window: Window) -> list[str]:
    """The blocks of the shelf that the window lies in, of the smallest size of which a few hold it."""
    low, high = rules.place(shelf, window.low), rules.place(shelf, window.high)
    bits, mark = next(one for one in BLOCKS if (high >> one[0]) - (low >> one[0]) < MOST_BLOCKS)
    return [f"{mark}{block}" for block in range(low >> bits, (high >> bits) + 1)]
