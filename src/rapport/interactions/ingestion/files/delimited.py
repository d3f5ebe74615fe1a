"""CSV, TSV and columns set apart by spaces, in any usual encoding, with broken lines set aside one by one."""

import codecs
import csv
import io
from collections import deque
from collections.abc import Iterator
from typing import BinaryIO

from rapport.interactions.ingestion.files.tables import (
    LONGEST_RECORD,
    BadLine,
    Layout,
    Line,
    Lines,
    UnreadableFile,
    column_names,
)

WHITESPACE = "whitespace"
_DELIMITERS = ",;\t|"
_NO_TEXT = bytes(set(range(32)) - set(b"\t\n\r\f\v\x1b"))


def _windows_1252(error: UnicodeError) -> tuple[str, int]:
    """Read bytes that are not UTF-8 as the Windows code page most exports come in."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error("rapport-windows-1252", _windows_1252)


def text_of(stream: BinaryIO, encoding: str, head: bytes) -> io.TextIOWrapper:
    """The stream as text: as told, else by its byte order mark or its zeros, else UTF-8 with Windows-1252."""
    return io.TextIOWrapper(
        stream, encoding=encoding or detected(head), errors="rapport-windows-1252", newline=""
    )


def detected(head: bytes) -> str:
    r"""The encoding that the first bytes show; refuses what is no text.

    >>> detected("né".encode("utf-16")), detected(b"a\x00b\x00"), detected(b"a,b")
    ('utf-16', 'utf-16-le', 'utf-8')
    """
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if odd > len(head) // 3 and even < odd // 4:
        return "utf-16-le"
    if even > len(head) // 3 and odd < even // 4:
        return "utf-16-be"
    if len(head.translate(None, _NO_TEXT)) < len(head) - max(len(head) // 50, 8):
        raise UnreadableFile("The file is not a table that can be read.", field="file", value="binary")
    return "utf-8"


class _Text:
    """Physical lines, those of the current record kept back so that a broken record can be read again."""

    def __init__(self, text: io.TextIOBase) -> None:
        self._text = text
        self._again: deque[str] = deque()
        self.number = 0
        self.record: list[str] = []
        self._length = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else self._text.readline(LONGEST_RECORD)
        if not line:
            raise StopIteration
        self.number += 1
        self.record.append(line)
        self._length += len(line)
        if self._length >= LONGEST_RECORD:
            raise csv.Error("too long")
        return line.replace("\x00", "\ufffd") if "\x00" in line else line

    def begin(self) -> int:
        """Start a new record; its first line's number."""
        self.record.clear()
        self._length = 0
        return self.number + 1

    def give_up_first(self) -> str:
        """Drop the first line of the record, put its other lines back; the dropped line, shortened."""
        first = self.record[0]
        if len(first) >= LONGEST_RECORD and not first.endswith(("\n", "\r")):
            self._skip_to_line_end()
        self.put_back(self.record[1:])
        return first.rstrip("\r\n")[:2000]

    def put_back(self, lines: list[str]) -> None:
        """Let the last lines be read once more."""
        self._again.extendleft(reversed(lines))
        self.number -= len(lines)

    def _skip_to_line_end(self) -> None:
        while (piece := self._text.readline(LONGEST_RECORD)) and not piece.endswith(("\n", "\r")):
            pass


def read(stream: BinaryIO, layout: Layout, head: bytes) -> tuple[list[str], Lines]:
    """Names of the columns and the lines below them."""
    text = _Text(text_of(stream, layout.encoding, head))
    if layout.delimiter == WHITESPACE:
        return _read_spaced(text, layout)
    delimiter = layout.delimiter or _sniffed(text)
    first = list(layout.columns) or _first_line(text, delimiter)
    columns = column_names(first)
    return columns, _records(text, delimiter, len(columns))


def _sniffed(text: _Text) -> str:
    """The delimiter that stands most often outside quotes in the first line; the line is put back."""
    text.begin()
    try:
        line = next(text)
    except (StopIteration, csv.Error):
        line = ""
    text.put_back(text.record)
    bare = "".join(line.split('"')[0::2])
    return max(_DELIMITERS, key=bare.count)


def _first_line(text: _Text, delimiter: str) -> list[str]:
    text.begin()
    try:
        return next(csv.reader(text, delimiter=delimiter))
    except StopIteration:
        raise UnreadableFile("The file is empty.", field="file", value="") from None
    except csv.Error as error:
        raise UnreadableFile(
            "The first line, with the names of the columns, cannot be read: it is too long or its quotes do "
            "not close.",
            field="file",
            value=text.record[0][:80],
        ) from error


def _records(text: _Text, delimiter: str, width: int) -> Lines:
    reader = csv.reader(text, delimiter=delimiter, strict=True)
    while True:
        number = text.begin()
        try:
            values = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield _after_error(text, number, delimiter, width, error)
            reader = csv.reader(text, delimiter=delimiter, strict=True)
            continue
        if len(values) == width:
            yield Line(number, values)
        elif values:
            yield _ragged(text, number, values, width)


def _after_error(text: _Text, number: int, delimiter: str, width: int, error: csv.Error) -> Line | BadLine:
    is_open = "end of data" in str(error) or len(text.record) > 1
    raw = text.give_up_first()
    if len(raw) >= 2000:
        return BadLine(
            number, f"longer than {LONGEST_RECORD:,} characters, or a quote that never closes", raw
        )
    if is_open:
        return BadLine(number, "a quote is opened and never closed", raw)
    values = next(csv.reader([raw], delimiter=delimiter))
    if len(values) == width:
        return Line(number, values)
    return BadLine(number, f"has {len(values)} columns, not {width}", raw)


def _ragged(text: _Text, number: int, values: list[str], width: int) -> Line | BadLine:
    if len(values) > width and not any(values[width:]):
        return Line(number, values[:width])
    return BadLine(number, f"has {len(values)} columns, not {width}", text.give_up_first())


def _read_spaced(text: _Text, layout: Layout) -> tuple[list[str], Lines]:
    text.begin()
    columns = column_names(list(layout.columns) or next(text, "").split())
    return columns, _spaced_lines(text, len(columns))


def _spaced_lines(text: _Text, width: int) -> Lines:
    while True:
        number = text.begin()
        try:
            values = next(text).split()
        except StopIteration:
            return
        except csv.Error:
            yield BadLine(number, f"longer than {LONGEST_RECORD:,} characters", text.give_up_first())
            continue
        if len(values) == width:
            yield Line(number, values)
        elif values:
            raw = text.give_up_first()
            yield BadLine(number, f"has {len(values)} columns, not {width}", raw)
