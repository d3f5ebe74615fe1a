"""JSON lines: one object a line; inner objects become columns with a dot in their name, lists stay JSON."""

import io
from itertools import chain, islice
from typing import Any, BinaryIO

import msgspec

from rapport.interactions.ingestion.files import delimited
from rapport.interactions.ingestion.files.tables import (
    LONGEST_RECORD,
    BadLine,
    Layout,
    Line,
    Lines,
    UnreadableFile,
    column_names,
)

_LOOKED_AT = 1_000
_DEEPEST = 5
_decode = msgspec.json.Decoder(float_hook=str).decode


def read(stream: BinaryIO, layout: Layout, head: bytes) -> tuple[list[str], Lines]:
    """Columns are all names in the first thousand objects; a name that first comes later is left out."""
    text = delimited.text_of(stream, layout.encoding, head)
    objects = _objects(text)
    first = list(islice(objects, _LOOKED_AT))
    names = dict.fromkeys(name for _, row in first if isinstance(row, dict) for name in row)
    columns = column_names(list(layout.columns) or list(names))
    if not columns:
        raise UnreadableFile("No line of the file holds a JSON object.", field="file", value="")
    return columns, _lines(chain(first, objects), columns)


def _lines(objects: Any, columns: list[str]) -> Lines:
    for number, row in objects:
        yield Line(number, [row.get(name, "") for name in columns]) if isinstance(row, dict) else row


def _objects(text: io.TextIOBase) -> Any:
    number = 0
    while line := text.readline(LONGEST_RECORD):
        number += 1
        if len(line) >= LONGEST_RECORD and not line.endswith("\n"):
            while (piece := text.readline(LONGEST_RECORD)) and not piece.endswith("\n"):
                pass
            yield number, BadLine(number, f"longer than {LONGEST_RECORD:,} characters", line[:2000])
        elif not line.isspace():
            yield number, _object(number, line)


def _object(number: int, line: str) -> dict[str, str] | BadLine:
    try:
        given = _decode(line)
        if isinstance(given, dict):
            return _flat(given, "", 0)
        reason = "is not a JSON object"
    except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
        reason = f"is not JSON: {error}"
    return BadLine(number, reason, line.rstrip("\r\n")[:2000])


def _flat(given: dict[str, Any], before: str, depth: int) -> dict[str, str]:
    row: dict[str, str] = {}
    for name, value in given.items():
        if isinstance(value, dict) and depth < _DEEPEST:
            row.update(_flat(value, f"{before}{name}.", depth + 1))
        else:
            row[before + name] = as_text(value)
    return row


def as_text(value: Any) -> str:
    """A JSON value as the text a CSV would hold: nothing for null, true and false as words."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value.replace("\x00", "\ufffd")
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else msgspec.json.encode(value).decode()
