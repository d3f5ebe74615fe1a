"""Workbooks of Excel (XLSX), one sheet, row by row."""

import warnings
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, BinaryIO

from rapport.interactions.ingestion.files.tables import (
    LONGEST_FIELD,
    MOST_COLUMNS,
    BadLine,
    Layout,
    Line,
    Lines,
    UnreadableFile,
    column_names,
)

MOST_SHARED_TEXT = 512 * 1024 * 1024
"""Bytes of the workbook's table of texts, which has to be in memory while it is read."""
MOST_UNPACKED = 8 * 1024**3
MOST_ENTRIES = 10_000
_DAMAGED = (KeyError, IndexError, ValueError, OSError, zipfile.BadZipFile, SyntaxError)
MOST_ROWS = 1_048_576
"""What Excel itself can hold. A cell that claims to lie further down would have us count empty rows for ever."""


def is_workbook(path: Path) -> bool:
    """Whether a zip file is a workbook."""
    with zipfile.ZipFile(path) as packed:
        return "xl/workbook.xml" in packed.namelist()


def read(path: Path, layout: Layout) -> tuple[list[str], Lines]:
    """Names in the first row that has any, and the rows below it, of the named or the first sheet."""
    _check_size(path)
    file = path.open("rb")
    try:
        sheet = _sheet(file, layout)
    except _DAMAGED as error:
        file.close()
        raise _unreadable(path) from error
    rows = _rows(sheet.iter_rows(values_only=True), file)
    _, first = next(rows, (0, []))
    columns = column_names(first)
    if not columns:
        raise UnreadableFile("The sheet is empty.", field="sheet", value=layout.sheet)
    return columns, _lines(rows, len(columns))


def _sheet(file: BinaryIO, layout: Layout) -> Any:
    from openpyxl import load_workbook

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
    sheet = book[layout.sheet] if layout.sheet else book.worksheets[0]
    sheet.reset_dimensions()
    return sheet


def _unreadable(path: Path) -> UnreadableFile:
    return UnreadableFile(
        "The workbook cannot be read: it is damaged, or the sheet is not in it.",
        field="file",
        value=path.name,
    )


def _check_size(path: Path) -> None:
    with zipfile.ZipFile(path) as packed:
        entries = packed.infolist()
        shared = sum(e.file_size for e in entries if e.filename.endswith("sharedStrings.xml"))
        unpacked = sum(e.file_size for e in entries)
    if len(entries) > MOST_ENTRIES or shared > MOST_SHARED_TEXT or unpacked > MOST_UNPACKED:
        raise UnreadableFile("The workbook is too large once unpacked.", field="file", value=path.name)


def _rows(rows: Iterable[tuple[Any, ...]], file: BinaryIO) -> Iterator[tuple[int, list[str]]]:
    """The rows that hold anything, with their numbers; the file is closed after the last."""
    try:
        for number, cells in enumerate(rows, 1):
            if number > MOST_ROWS:
                raise UnreadableFile(
                    f"The sheet has more than {MOST_ROWS:,} rows.", field="sheet", value=number
                )
            values = [as_text(cell) for cell in cells]
            while values and not values[-1]:
                values.pop()
            if values:
                yield number, values
    except _DAMAGED as error:
        raise _unreadable(Path(file.name)) from error
    finally:
        file.close()


def _lines(rows: Iterable[tuple[int, list[str]]], width: int) -> Lines:
    for number, values in rows:
        if len(values) > width:
            yield BadLine(
                number, f"has {len(values)} columns, not {width}", repr(values[:MOST_COLUMNS])[:2000]
            )
        else:
            yield Line(number, values + [""] * (width - len(values)))


def as_text(cell: Any) -> str:
    """A cell as the text a CSV would hold: whole numbers without a point, moments in ISO form."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell)[:LONGEST_FIELD].replace("\x00", "\ufffd")
