"""Lines that share a key, one group at a time, never more of them in memory than one interaction may have."""

from collections.abc import Iterator
from operator import itemgetter
from typing import NamedTuple

from rapport.interactions.ingestion.files.joining import Selection
from rapport.interactions.ingestion.files.spill import Spill
from rapport.interactions.ingestion.rules.reading import Row
from rapport.interactions.ingestion.rules.shaping import MOST_LINES

_AT_ONCE = 2_000


class Group(NamedTuple):
    """The lines of one key; `is_overfull`: a piece of a group that is too large to be one interaction."""

    rows: list[Row]
    is_overfull: bool = False


def groups(spill: Spill, selection: Selection) -> Iterator[Group]:
    """Every group in the order of its key. Pieces of an overfull one follow each other."""
    cursor = spill.execute(selection.statement)
    key_of = itemgetter(*(place + 2 for place in selection.key)) if selection.key else itemgetter(0)
    rows: list[Row] = []
    key, is_overfull = None, False
    while found := cursor.fetchmany(_AT_ONCE):
        for row in found:
            if (mine := key_of(row)) != key:
                if rows:
                    yield Group(rows, is_overfull)
                rows, key, is_overfull = [], mine, False
            elif len(rows) > MOST_LINES:
                yield Group(rows, is_overfull=True)
                rows, is_overfull = [], True
            rows.append(Row(row[0], row[1], row[2:]))
    if rows:
        yield Group(rows, is_overfull)
