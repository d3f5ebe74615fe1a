"""The list of what the lake holds: readers open the files named here and no others.

It is swapped whole by a rename, so a reader sees the state before or after a refresh, never half of one.
"""

import hashlib
from datetime import datetime
from pathlib import Path

import msgspec

from rapport.kernel.refusals import Refusal

NAME = "manifest.json"
FORMAT = 1
_MEND = "Run `rapport lake rebuild` to make the lake anew from the log."


class NoLakeYet(Refusal):
    """Nothing was ever written to the lake."""


class LakeDamaged(Refusal):
    """A file of the lake is missing, cut short or changed, or its list cannot be read."""


class File(msgspec.Struct, frozen=True):
    """One Parquet file: its path inside the lake, its rows, its size in bytes and its SHA-256."""

    path: str
    rows: int
    size: int
    digest: str
    month: str = ""


class Held(msgspec.Struct, frozen=True):
    """One dataset as it lies in the lake; `position` and `removals` say how far its source was followed."""

    shape: str
    files: tuple[File, ...] = ()
    position: int = 0
    removals: int = 0
    content: str = ""

    @property
    def rows(self) -> int:
        return sum(file.rows for file in self.files)


class Manifest(msgspec.Struct, frozen=True):
    """Every dataset of the lake; `version` rises with every change of content."""

    version: int
    refreshed_at: datetime
    datasets: dict[str, Held]
    base_currency: str = ""
    format: int = FORMAT

    @property
    def paths(self) -> frozenset[str]:
        return frozenset(file.path for held in self.datasets.values() for file in held.files)


def load(folder: Path) -> Manifest:
    """What the lake in this folder holds."""
    try:
        text = (folder / NAME).read_bytes()
    except FileNotFoundError:
        raise NoLakeYet("There is no lake yet. Run `rapport lake refresh`.") from None
    try:
        found = msgspec.json.decode(text, type=Manifest)
    except msgspec.DecodeError as error:
        raise LakeDamaged(f"The lake's list of files cannot be read ({error}). {_MEND}") from error
    if found.format != FORMAT:
        raise LakeDamaged(f"The lake was written in format {found.format}, not {FORMAT}. {_MEND}")
    return found


_proven: set[tuple[str, int, int, str]] = set()


def prove(folder: Path, manifest: Manifest) -> None:
    """Refuse unless every listed file is whole; one that was proven and not touched since is not read again."""
    for held in manifest.datasets.values():
        for file in held.files:
            _prove(folder / file.path, file)


def _prove(path: Path, file: File) -> None:
    try:
        seen = path.stat()
    except FileNotFoundError:
        raise LakeDamaged(
            f"The lake's file {file.path} is missing. {_MEND}", field="file", value=file.path
        ) from None
    if seen.st_size != file.size:
        raise LakeDamaged(
            f"The lake's file {file.path} has {seen.st_size} bytes, not {file.size}. {_MEND}",
            field="file",
            value=file.path,
        )
    mark = (str(path), seen.st_mtime_ns, seen.st_ino, file.digest)
    if mark in _proven:
        return
    if digest(path) != file.digest:
        raise LakeDamaged(
            f"The lake's file {file.path} was changed since it was written. {_MEND}",
            field="file",
            value=file.path,
        )
    _proven.add(mark)


def digest(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
