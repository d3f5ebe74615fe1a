"""Workbooks of Excel (XLSX), one sheet, row by row."""

import warnings
import zipfile
from collections.abc import Iterable
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

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


def is_workbook(path: Path) -> bool:
    """Whether a zip file is a workbook."""
    with zipfile.ZipFile(path) as packed:
        return "xl/workbook.xml" in packed.namelist()


def read(path: Path, layout: Layout) -> tuple[list[str], Lines]:
    """Names in the first row that has any, and the rows below it, of the named or the first sheet."""
    _check_size(path)
    from openpyxl import load_workbook

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = load_workbook(path, read_only=True, data_only=True, keep_links=False)
            sheet = book[layout.sheet] if layout.sheet else book.worksheets[0]
            sheet.reset_dimensions()
    except (KeyError, IndexError, ValueError, OSError, zipfile.BadZipFile, SyntaxError) as error:
        raise UnreadableFile(
            f"The workbook cannot be read: {error}", field="file", value=path.name
        ) from error
    rows = _rows(sheet.iter_rows(values_only=True))
    _, first = next(rows, (0, []))
    columns = column_names(first)
    if not columns:
        raise UnreadableFile("The sheet is empty.", field="sheet", value=layout.sheet)
    return columns, _lines(rows, len(columns))


def _check_size(path: Path) -> None:
    with zipfile.ZipFile(path) as packed:
        entries = packed.infolist()
        shared = sum(e.file_size for e in entries if e.filename.endswith("sharedStrings.xml"))
        unpacked = sum(e.file_size for e in entries)
    if len(entries) > MOST_ENTRIES or shared > MOST_SHARED_TEXT or unpacked > MOST_UNPACKED:
        raise UnreadableFile("The workbook is too large once unpacked.", field="file", value=path.name)


def _rows(rows: Iterable[tuple[Any, ...]]) -> Any:
    for number, cells in enumerate(rows, 1):
        values = [as_text(cell) for cell in cells]
        while values and not values[-1]:
            values.pop()
        if values:
            yield number, values


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
