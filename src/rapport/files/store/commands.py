import hashlib
import os
import secrets
import shutil
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from django.db import transaction

from rapport.files.store import queries, rules
from rapport.files.store.models import StoredFile
from rapport.files.store.rules import Label, Limits
from rapport.kernel import durable
from rapport.kernel.crashing import reach
from rapport.kernel.refusals import Refusal

_LOOK_EVERY = 16 * 1024**2
_STRAY_AFTER = timedelta(hours=6)
"""A file on disk without a row is a leftover only when nobody can still be writing it."""


class FileTooLarge(Refusal):
    """The file is larger than may be kept."""


class QuotaFull(Refusal):
    """This owner keeps as much as one may."""


class DiskNearlyFull(Refusal):
    """There is too little room left on the disk to keep anything."""


def keep(pieces: Iterable[bytes], label: Label, *, at: datetime, limits: Limits = Limits()) -> StoredFile:  # noqa: B008 - frozen
    """Keep a file: it is there whole, under a random name, when this returns; a kill before leaves no file."""
    token = secrets.token_urlsafe(24)
    path = queries.path_of(token)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    beside = path.with_name(f".{token}.new")
    try:
        size, digest = _written(pieces, beside, _Room(label.owner, limits, path.parent))
        reach("files.before_rename")
        beside.replace(path)
        durable.settle(path.parent)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    reach("files.after_rename")
    return StoredFile.objects.create(
        token=token,
        name=rules.safe_name(label.name),
        bytes=size,
        sha256=digest,
        owner=label.owner[:80],
        permission=label.permission,
        subject=label.subject[:80],
        kept_at=at,
        expires_at=label.expires_at,
    )


class _Room:
    """How much more may be written: the file's own limit, the owner's, and what the disk has left."""

    def __init__(self, owner: str, limits: Limits, folder: Path) -> None:
        self._limits, self._folder = limits, folder
        self._left = limits.quota - queries.kept_bytes(owner)
        self._looked_at = -_LOOK_EVERY

    def check(self, size: int) -> None:
        if size > self._limits.largest:
            raise FileTooLarge(
                f"The file is larger than {_megabytes(self._limits.largest)}.", field="file", value=size
            )
        if size > self._left:
            raise QuotaFull(
                f"Nothing more can be kept: {_megabytes(self._limits.quota)} are kept already. "
                "Throw away what is no longer needed.",
                field="file",
                value=size,
            )
        if size - self._looked_at >= _LOOK_EVERY:
            self._looked_at = size
            check_disk(self._folder, self._limits.free)


def check_disk(folder: Path, free: int = rules.FREE_BYTES) -> None:
    """Refuse while the disk has less room than the record itself may need."""
    left = shutil.disk_usage(folder).free
    if left < free:
        raise DiskNearlyFull(
            f"The disk has only {_megabytes(left)} left; nothing is kept until there are {_megabytes(free)}.",
            field="file",
            value=left,
        )


def _megabytes(size: int) -> str:
    return f"{size / 1024**2:,.0f} MB"


def _written(pieces: Iterable[bytes], path: Path, room: _Room) -> tuple[int, str]:
    size, digest = 0, hashlib.sha256()
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        room.check(0)
        for piece in pieces:
            size += len(piece)
            room.check(size)
            digest.update(piece)
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    return size, digest.hexdigest()


def keep_for_good(token: str, *, owner: str) -> None:
    """Let a file that was kept for a while stay: what it was kept for has come."""
    StoredFile.objects.filter(token=token, owner=owner).update(expires_at=None)


@transaction.atomic
def discard(stored: Iterable[StoredFile]) -> list[str]:
    """Throw files away: their rows with this transaction, their bytes right after it; their tokens.

    After a kill between the two, `remove_bytes` finishes what was begun, or the next sweep does.
    """
    found = list(stored)
    tokens = [one.token for one in found]
    StoredFile.objects.filter(pk__in=[one.pk for one in found]).delete()
    transaction.on_commit(lambda: remove_bytes(tokens))
    return tokens


def discard_about(subjects: Iterable[str]) -> list[str]:
    """Throw away every file about these subjects."""
    return discard(queries.every_about(list(subjects)))


def remove_bytes(tokens: Iterable[str]) -> None:
    """Remove the bytes of files whose rows are gone. Safe to repeat."""
    for token in tokens:
        queries.path_of(token).unlink(missing_ok=True)


def sweep(*, at: datetime) -> int:
    """Throw away what has come to its end, and bytes that a kill left behind without a row; how many went."""
    gone = len(discard(queries.ended(at)[:10_000]))
    for path in queries.folder().glob("*/*"):
        if path.stat().st_mtime > (at - _STRAY_AFTER).timestamp():
            continue
        if path.name.startswith(".") or not StoredFile.objects.filter(token=path.name).exists():
            path.unlink(missing_ok=True)
            gone += 1
    return gone
