"""The archive itself: a plain tar file whose last member lists every other with its SHA-256. Knows no Django."""

import contextlib
import hashlib
import json
import os
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import IO, Any, Self

from rapport.kernel import durable
from rapport.kernel.crashing import reach
from rapport.kernel.refusals import Refusal

Progress = Callable[[int], None]
"""Called with every piece of bytes done."""
MANIFEST = "MANIFEST.json"
FORMAT = 1
_PIECE = 1024 * 1024
_LARGEST_MANIFEST = 256 * 1024 * 1024


class ArchiveDamaged(Refusal):
    """The archive is cut off, was changed, or is none of ours; nothing was restored from it."""


class ArchiveTooNew(Refusal):
    """The archive was made by a later release than this one."""


@dataclass(frozen=True, slots=True)
class Member:
    """One file in the archive."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an archive holds. What happened after `taken_at` is not in it."""

    release: str
    taken_at: datetime
    database: str
    members: dict[str, Member] = field(default_factory=dict)

    @property
    def size(self) -> int:
        return sum(member.size for member in self.members.values())


class Writer:
    """Writes an archive beside its place; it stands there whole, readable by its owner alone, or not at all."""

    def __init__(self, place: Path, told: Progress) -> None:
        self._place = place
        self._beside = place.with_name(f".{place.name}.new")
        self._told = told
        self._members: dict[str, Member] = {}

    def __enter__(self) -> Self:
        descriptor = os.open(self._beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        self._file = os.fdopen(descriptor, "wb")
        self._tar = tarfile.open(fileobj=self._file, mode="w", format=tarfile.PAX_FORMAT)
        return self

    def __exit__(self, *_problem: object) -> None:
        try:
            self._file.close()
        finally:
            self._beside.unlink(missing_ok=True)

    def add(self, name: str, source: Path) -> None:
        """Put a file in as it is now; one that grows meanwhile is taken as long as it was."""
        with source.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            reader = _Measured(file, size, self._told)
            self._tar.addfile(_entry(name, size), reader)  # type: ignore[arg-type]
        self._members[name] = Member(size, reader.digest)

    def finish(self, *, release: str, taken_at: datetime, database: str) -> Manifest:
        """Write the list, and let the archive appear in its place, on disk for good."""
        manifest = Manifest(release, taken_at, database, self._members)
        text = json.dumps(_told(manifest), indent=1).encode()
        self._tar.addfile(_entry(MANIFEST, len(text)), BytesIO(text))
        self._tar.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        reach("backup.before_rename")
        self._beside.replace(self._place)
        durable.settle(self._place.parent)
        return manifest


def unpack(archive: Path, into: Path, told: Progress) -> Manifest:
    """Write every member below `into`, which is empty, and compare all of them with the list at the end."""
    found: dict[str, Member] = {}
    manifest: Manifest | None = None
    try:
        with tarfile.open(archive, mode="r:") as tar:
            for entry in tar:
                if manifest is not None:
                    raise _damaged(archive, f"there is more behind its list: {entry.name[:80]!r}")
                if entry.name == MANIFEST:
                    manifest = _listed(archive, tar, entry)
                else:
                    found[entry.name] = _unpack_one(archive, tar, entry, into, told)
    except (tarfile.TarError, EOFError) as error:
        raise _damaged(archive, f"it cannot be read to its end ({error})") from error
    if manifest is None:
        raise _damaged(archive, "its list is missing, so it was cut off")
    _compare(archive, manifest, found)
    return manifest


class _Measured:
    """A file of so many bytes, digested while it is read."""

    def __init__(self, file: IO[bytes], size: int, told: Progress) -> None:
        self._file, self._left, self._told = file, size, told
        self._hash = hashlib.sha256()

    def read(self, size: int) -> bytes:
        piece = self._file.read(min(size, self._left))
        self._left -= len(piece)
        self._hash.update(piece)
        self._told(len(piece))
        return piece

    @property
    def digest(self) -> str:
        return self._hash.hexdigest()


def _unpack_one(
    archive: Path, tar: tarfile.TarFile, entry: tarfile.TarInfo, into: Path, told: Progress
) -> Member:
    path = PurePosixPath(entry.name)
    if not entry.isreg() or path.is_absolute() or ".." in path.parts or not path.parts:
        raise _damaged(archive, f"it holds something that is no file of ours: {entry.name[:80]!r}")
    place = into / path
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    source = tar.extractfile(entry)
    assert source is not None
    try:
        descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise _damaged(archive, f"it holds a file twice: {entry.name[:80]!r}") from error
    digest = hashlib.sha256()
    with os.fdopen(descriptor, "wb") as target:
        for piece in _pieces(source):
            digest.update(piece)
            target.write(piece)
            told(len(piece))
        target.flush()
        os.fsync(target.fileno())
    return Member(entry.size, digest.hexdigest())


def _pieces(source: IO[bytes]) -> Iterator[bytes]:
    while piece := source.read(_PIECE):
        yield piece


def _listed(archive: Path, tar: tarfile.TarFile, entry: tarfile.TarInfo) -> Manifest:
    source = tar.extractfile(entry)
    if source is None or entry.size > _LARGEST_MANIFEST:
        raise _damaged(archive, "its list is no list")
    try:
        listed = json.loads(source.read())
        if (form := int(listed["format"])) > FORMAT:
            raise ArchiveTooNew(
                f"'{archive.name}' was made by release {listed['release']}, which is newer than this one. "
                "Install that release or a later one, and restore again.",
                field="format",
                value=form,
            )
        return _heard(listed)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _damaged(archive, "its list cannot be read") from error


def _compare(archive: Path, manifest: Manifest, found: dict[str, Member]) -> None:
    with contextlib.suppress(StopIteration):
        name = next(n for n in sorted({*manifest.members, *found}) if manifest.members.get(n) != found.get(n))
        what = "is missing" if name not in found else "is not what was put in"
        raise _damaged(archive, f"'{name[:80]}' {what}")


def _damaged(archive: Path, why: str) -> ArchiveDamaged:
    return ArchiveDamaged(
        f"'{archive.name}' is damaged: {why}. Nothing was restored; take another backup.",
        field="archive",
        value=str(archive),
    )


def _entry(name: str, size: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = size, 0o600
    return entry


def _told(manifest: Manifest) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "release": manifest.release,
        "taken_at": manifest.taken_at.isoformat(),
        "database": manifest.database,
        "files": {name: {"bytes": one.size, "sha256": one.sha256} for name, one in manifest.members.items()},
    }


def _heard(listed: dict[str, Any]) -> Manifest:
    members = {
        str(name): Member(int(one["bytes"]), str(one["sha256"])) for name, one in listed["files"].items()
    }
    return Manifest(
        str(listed["release"]), datetime.fromisoformat(listed["taken_at"]), str(listed["database"]), members
    )
