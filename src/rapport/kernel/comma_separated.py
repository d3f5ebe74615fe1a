"""The one way in which CSV is given out: no cell is ever a formula to the program that opens it.

A cell that begins like a formula gets an apostrophe in front, which spreadsheets take for "this is text" and do not
show; reading takes it away again, so what is given out and taken in once more is unchanged.
"""

import csv
import re
from collections.abc import Iterable, Sequence
from typing import Protocol

_BEGINS_FORMULA = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20|%")
"""What spreadsheets take for the beginning of a formula or of a command, their full-width forms among them."""
_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)*")


class Target(Protocol):
    """Where text goes: an open file, or anything that is written to."""

    def write(self, text: str, /) -> object: ...


def guarded(value: object) -> str:
    """The cell as it is written. Plain numbers stay numbers.

    >>> guarded("=1+1"), guarded("-12.50"), guarded("'=x"), guarded("O'Hara")
    ("'=1+1", '-12.50', "''=x", "O'Hara")
    """
    text = "" if value is None else str(value)
    if not text.lstrip("' \u00a0\ufeff").startswith(_BEGINS_FORMULA) or _NUMBER.fullmatch(text):
        return text
    return f"'{text}"


def unguarded(text: str) -> str:
    """The value behind a cell that `guarded` wrote; any other cell as it is.

    >>> unguarded("'=1+1"), unguarded("''=x"), unguarded("'tis")
    ('=1+1', "'=x", "'tis")
    """
    bare = text[1:]
    return bare if text.startswith("'") and guarded(bare) == text else text


def write(target: Target, heading: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a table: the names of its columns, then its rows, every cell guarded."""
    writer = csv.writer(target)
    writer.writerow([guarded(cell) for cell in heading])
    writer.writerows([guarded(cell) for cell in row] for row in rows)
