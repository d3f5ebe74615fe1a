"""From a path to its tables: plain, gzip, zip and tar, found out by the first bytes, unpacked within bounds."""

import gzip
import io
import lzma
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Self, cast

from rapport.interactions.ingestion.files import delimited, jsonlines, parquet, sheets
from rapport.interactions.ingestion.files.tables import Layout, Lines, Table, UnreadableFile

MOST_BYTES = 256 * 1024**3
"""Bytes that one file may unpack to."""
HIGHEST_RATIO = 400
RATIO_FREE_BYTES = 256 * 1024**2
"""A packed file may grow this far before it is measured against `HIGHEST_RATIO`: bombs reach a thousandfold."""
MOST_MEMBERS = 1_000
_GZIP, _ZIP, _PARQUET = b"\x1f\x8b", b"PK\x03\x04", b"PAR1"
_BUFFER = 262_144
_IS_LOCKED = 1
"""The bit of a zip member that says it is encrypted."""
_DAMAGED = (
    EOFError,
    zlib.error,
    lzma.LZMAError,
    gzip.BadGzipFile,
    tarfile.TarError,
    zipfile.BadZipFile,
    NotImplementedError,
)


class Source:
    """An opened file whose tables are read one after the other; tells how far the reading has come."""

    def __init__(self, path: Path, layout: Layout, *, name: str = "") -> None:
        self._path, self._layout, self._name = path, layout, name or path.name
        self._raw = path.open("rb", buffering=0)
        self.bytes_total = path.stat().st_size

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._raw.close()

    @property
    def bytes_read(self) -> int:
        return self._raw.tell()

    def tables(self) -> Iterator[Table]:
        """Each table of the file; read its lines before asking for the next."""
        try:
            yield from self._tables()
        except _DAMAGED as error:
            raise UnreadableFile(
                f"{self._name} is damaged or cut off: {error}.", field="file", value=self._name
            ) from error

    def _tables(self) -> Iterator[Table]:
        head = self._raw.read(4)
        self._raw.seek(0)
        if head == _PARQUET:
            yield Table(self._name, *parquet.read(self._path))
        elif head == _ZIP and sheets.is_workbook(self._path):
            yield Table(self._name, *sheets.read(self._path, self._layout))
        elif head == _ZIP:
            yield from self._zipped()
        else:
            plain = Bounded(cast(BinaryIO, self._raw), self.bytes_total)
            yield from self._stream(self._name, io.BufferedReader(plain, _BUFFER))

    def _zipped(self) -> Iterator[Table]:
        with zipfile.ZipFile(self._raw) as packed:
            members = [m for m in packed.infolist() if not m.is_dir() and is_wanted(m.filename)]
            _check_members(len(members))
            for member in members:
                if member.flag_bits & _IS_LOCKED:
                    raise UnreadableFile(
                        f"{member.filename} is locked with a password.", field="file", value=member.filename
                    )
                with packed.open(member) as stream:
                    inner = Bounded(cast(BinaryIO, stream), member.compress_size)
                    yield from self._stream(member.filename, io.BufferedReader(inner, _BUFFER))

    def _stream(self, name: str, stream: io.BufferedReader) -> Iterator[Table]:
        head = stream.peek(4096)[:4096]
        if head.startswith(_GZIP):
            unpacked = Bounded(cast(BinaryIO, gzip.GzipFile(fileobj=stream)), self.bytes_total)
            yield from self._stream(without_suffix(name), io.BufferedReader(unpacked, _BUFFER))
        elif head[257:262] == b"ustar" or name.lower().endswith((".tar", ".tgz")):
            yield from self._archive(stream)
        elif head.startswith((_PARQUET, _ZIP)):
            yield from self._spooled(name, stream)
        else:
            yield Table(name, *self._text(name, stream, head))

    def _archive(self, stream: io.BufferedReader) -> Iterator[Table]:
        with tarfile.open(fileobj=stream, mode="r|") as packed:
            count = 0
            for member in packed:
                if not member.isfile() or not is_wanted(member.name):
                    continue
                count += 1
                _check_members(count)
                inner = packed.extractfile(member)
                assert inner is not None
                plain = Bounded(cast(BinaryIO, inner), max(member.size, 1))
                yield from self._stream(member.name, io.BufferedReader(plain, _BUFFER))

    def _spooled(self, name: str, stream: io.BufferedReader) -> Iterator[Table]:
        """A packed Parquet file or workbook: such files are read from their end, so it is laid out on disk."""
        with tempfile.NamedTemporaryFile(suffix=PurePosixPath(name).suffix) as file:
            while piece := stream.read(_BUFFER):
                file.write(piece)
            file.flush()
            with Source(Path(file.name), self._layout, name=name) as inner:
                yield from inner._tables()

    def _text(self, name: str, stream: io.BufferedReader, head: bytes) -> tuple[list[str], Lines]:
        suffix = PurePosixPath(name.lower()).suffix
        is_json = suffix in {".jsonl", ".ndjson", ".json"} or head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(
            b"{"
        )
        read = jsonlines.read if is_json else delimited.read
        return read(cast(BinaryIO, stream), self._layout, head)


class Bounded(io.RawIOBase):
    """An unpacking stream that stops when it grows beyond what honest files do."""

    def __init__(self, stream: BinaryIO, packed_bytes: int) -> None:
        self._stream, self._seen = stream, 0
        self._most = min(MOST_BYTES, max(RATIO_FREE_BYTES, packed_bytes * HIGHEST_RATIO))

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        piece = self._stream.read(len(buffer))
        self._seen += len(piece)
        if self._seen > self._most:
            raise UnreadableFile(
                f"The file unpacks to more than {self._most:,} bytes and is not read on.",
                field="file",
                value=self._most,
            )
        buffer[: len(piece)] = piece
        return len(piece)


def is_wanted(name: str) -> bool:
    """Whether a member of an archive may be a table: not hidden, not what a Mac leaves behind."""
    parts = PurePosixPath(name).parts
    return bool(parts) and not any(part.startswith((".", "__MACOSX")) for part in parts)


def without_suffix(name: str) -> str:
    """The name without its packing: `orders.csv.gz` is `orders.csv`, `set.tgz` is `set.tar`."""
    lowered = name.lower()
    if lowered.endswith(".tgz"):
        return name[:-4] + ".tar"
    return name[:-3] if lowered.endswith(".gz") else name


def _check_members(count: int) -> None:
    if count > MOST_MEMBERS:
        raise UnreadableFile(
            f"The archive holds more than {MOST_MEMBERS:,} files.", field="file", value=count
        )
