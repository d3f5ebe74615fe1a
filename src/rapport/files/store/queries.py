import hashlib
from collections.abc import Collection, Iterator
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db.models import QuerySet, Sum

from rapport.files.store.models import StoredFile
from rapport.files.store.rules import Asker
from rapport.kernel.refusals import NotFound, Refusal

_PIECE = 1024**2


class FileDamaged(Refusal):
    """The bytes on disk are not those that were kept."""


def folder() -> Path:
    """Where files lie, each under its random name."""
    return Path(settings.HOME) / "files"


def path_of(token: str) -> Path:
    """The place of a file. Tokens are our own letters; anything else is not a file of ours."""
    if not token.replace("-", "").replace("_", "").isalnum() or not token.isascii():
        raise _gone(token)
    return folder() / token[:2] / token


def find(token: str, asker: Asker, *, at: datetime) -> StoredFile:
    """The file, for who may fetch it; for others it does not exist, and neither does one whose end has come."""
    found = StoredFile.objects.lasting(at).filter(token=token).first()
    if found is None or not asker.may_fetch(found.owner, found.permission):
        raise _gone(token)
    return found


def about(subject: str, asker: Asker, *, at: datetime) -> list[StoredFile]:
    """The files about this subject that the asker may fetch, the newest first."""
    found = StoredFile.objects.lasting(at).filter(subject=subject).order_by("-id")
    return [one for one in found[:100] if asker.may_fetch(one.owner, one.permission)]


def every_about(subjects: list[str]) -> QuerySet[StoredFile]:
    """Every file about these subjects, whoever may fetch it."""
    return StoredFile.objects.filter(subject__in=subjects).order_by("id")


def every() -> QuerySet[StoredFile]:
    """Every file that is kept."""
    return StoredFile.objects.order_by("id")


def these(numbers: Collection[int]) -> QuerySet[StoredFile]:
    """The files with these numbers: for the areas' own work, never to hand them out."""
    return StoredFile.objects.filter(pk__in=numbers).order_by("id")


def kept_bytes(owner: str) -> int:
    """How much is kept for this owner."""
    return StoredFile.objects.filter(owner=owner).aggregate(n=Sum("bytes"))["n"] or 0


def ended(at: datetime) -> QuerySet[StoredFile]:
    """Files whose end has come."""
    return StoredFile.objects.filter(expires_at__lte=at).order_by("id")


def content(stored: StoredFile) -> Iterator[bytes]:
    """The bytes, piece by piece, after all of them were found to be those that were kept."""
    path = path_of(stored.token)
    digest, size = hashlib.sha256(), 0
    try:
        for piece in _pieces(path):
            digest.update(piece)
            size += len(piece)
    except OSError as error:
        raise FileDamaged(
            f"'{stored.name}' cannot be read: {error.strerror}. Make it anew, or restore it from a backup.",
            field="file",
            value=stored.name,
        ) from error
    if size != stored.bytes or digest.hexdigest() != stored.sha256:
        raise FileDamaged(
            f"'{stored.name}' was changed or cut off on the disk. Make it anew, or restore it from a backup.",
            field="file",
            value=stored.name,
        )
    return _pieces(path)


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece


def _gone(token: str) -> NotFound:
    return NotFound("This file is not here any more.", field="file", value=token)
