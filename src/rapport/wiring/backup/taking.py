"""Taking a backup while everything goes on."""

import errno
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from rapport import __version__
from rapport.kernel.refusals import Refusal
from rapport.wiring.backup.archive import Manifest, Progress, Writer
from rapport.wiring.backup.databases import Database

MADE_ANEW = frozenset({"lake", "backups"})
"""Folders that are left out: what `rapport lake rebuild` makes again, and other backups."""
_SET_ASIDE = "replaced-"
_FULL = {errno.ENOSPC, errno.EFBIG, errno.EDQUOT}
_FULL_FOR_SQLITE = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE}


class BackupExists(Refusal):
    """There is a file of this name already."""


class NoRoom(Refusal):
    """The disk has less room left than the backup needs."""


@dataclass(frozen=True, slots=True)
class Installation:
    """What is backed up: the data folder and the database beside or in it."""

    home: Path
    database: Database


def take(of: Installation, to: Path, *, clock: Callable[[], datetime], told: Progress) -> Manifest:
    """Write one archive of all that cannot be made anew.

    What lies in the folder is listed before the database is copied and again after it: a file that a row of the
    copy names is in the archive, though it was kept or thrown away meanwhile.
    """
    if to.exists():
        raise BackupExists(f"'{to}' is there already; name another file.", field="file", value=str(to))
    to.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    _check_room(of, to.parent)
    try:
        return _take(of, to, clock, told)
    except OSError as error:
        if error.errno not in _FULL:
            raise
        raise _no_room(to.parent) from error
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode not in _FULL_FOR_SQLITE:
            raise
        raise _no_room(to.parent) from error


def _take(of: Installation, to: Path, clock: Callable[[], datetime], told: Progress) -> Manifest:
    with tempfile.TemporaryDirectory(prefix=".copying-", dir=to.parent) as name, Writer(to, told) as writer:
        before = set(kept(of))
        for file in sorted(before):
            _add(writer, of.home, file)
        taken_at = clock()
        copy = Path(name) / of.database.member
        of.database.copy(copy)
        writer.add(of.database.member, copy)
        for file in sorted(set(kept(of)) - before):
            _add(writer, of.home, file)
        return writer.finish(release=__version__, taken_at=taken_at, database=of.database.kind)


def kept(of: Installation) -> Iterator[Path]:
    """Every file of the data folder that belongs into a backup, relative to it.

    All but what is named as made anew: the files of an area that is yet to come are kept without a word here.
    """
    database = set(of.database.files())
    for path in of.home.rglob("*"):
        name = path.relative_to(of.home)
        top = name.parts[0]
        is_left_out = top in MADE_ANEW or top.startswith(_SET_ASIDE) or path in database
        if not is_left_out and not any(part.startswith(".") for part in name.parts) and path.is_file():
            yield name


def size(of: Installation) -> int:
    """About how many bytes an archive would have."""
    files = sum(_size(of.home / name) for name in kept(of))
    return files + sum(_size(path) for path in of.database.files())


def _add(writer: Writer, home: Path, name: Path) -> None:
    try:
        writer.add(f"home/{name.as_posix()}", home / name)
    except FileNotFoundError:
        return  # thrown away since it was listed: no row of the copy that follows names it any more


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _check_room(of: Installation, folder: Path) -> None:
    if shutil.disk_usage(folder).free < 2 * size(of):
        raise _no_room(folder)


def _no_room(folder: Path) -> NoRoom:
    return NoRoom(
        f"'{folder}' has too little room left: a backup needs twice the size of the data while it is made. "
        "Nothing was kept of it. Name a file on another disk.",
        field="file",
        value=str(folder),
    )
