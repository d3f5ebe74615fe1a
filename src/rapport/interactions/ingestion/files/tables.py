"""What every reader hands over, and the bounds that all of them keep."""

from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from rapport.kernel.refusals import Refusal

LONGEST_FIELD = 131_072
"""Characters in one field."""
LONGEST_RECORD = 1_048_576
"""Characters in one line, or in the several lines of one quoted record."""
MOST_COLUMNS = 1_000


class UnreadableFile(Refusal):
    """The file is not a table we can read: broken, of another sort, or blown up beyond bounds."""


class Layout(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a file is written, where that is not plain from the file itself.

    `delimiter`: one character, or `whitespace` for columns in fixed places; `columns` names them where the file
    has no first line of names; `sheet` is the name of a sheet in a workbook.
    """

    delimiter: str = ""
    encoding: str = ""
    columns: tuple[str, ...] = ()
    sheet: str = ""


class Line(NamedTuple):
    """One line of a table; `number` is its place in the file, counted from 1."""

    number: int
    values: list[str]


class BadLine(NamedTuple):
    """A line that could not be read, with the reason in words and the line as it stands."""

    number: int
    reason: str
    raw: str


Lines = Iterator[Line | BadLine]


class Table(NamedTuple):
    """A named table; its lines can be read once, from the first to the last."""

    name: str
    columns: list[str]
    lines: Lines


def column_names(first_line: list[str]) -> list[str]:
    """Names for columns: trimmed, numbered where empty, with `_2` behind a name used before.

    >>> column_names(["id", " city", "", "city"])
    ['id', 'city', 'column_3', 'city_2']
    """
    if len(first_line) > MOST_COLUMNS:
        raise UnreadableFile(
            f"The first line has {len(first_line):,} columns; at most {MOST_COLUMNS:,} can be read.",
            field="columns",
            value=len(first_line),
        )
    names: list[str] = []
    for place, given in enumerate(first_line, 1):
        name = wanted = given.strip().lstrip("\ufeff")[:200] or f"column_{place}"
        copy = 1
        while name in names:
            copy += 1
            name = f"{wanted}_{copy}"
        names.append(name)
    return names
