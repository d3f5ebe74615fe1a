"""Keeping what people bring to the import page: files until they are taken in, mappings under a name."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from rapport.files.store import commands as files
from rapport.files.store.rules import safe_name
from rapport.interactions.ingestion import queries
from rapport.interactions.ingestion.files import shipped
from rapport.interactions.ingestion.models import Import, SavedMapping, Upload
from rapport.interactions.ingestion.rules import mapping as mappings
from rapport.kernel.refusals import NotFound, Refusal
from rapport.staff.audit import commands as audit
from rapport.staff.roles.rules import Actor, require

LARGEST_UPLOAD = 2 * 1024**3
"""Bytes, unless the setting IMPORT_LARGEST_UPLOAD says otherwise."""


_LOOK_EVERY = 64 * 1024**2
"""Bytes after which the disk is looked at again."""


class UploadTooLarge(Refusal):
    """The file is larger than may be brought through a page."""


class MappingNameTaken(Refusal):
    """A mapping that comes with Rapport has this name."""


def keep_upload(pieces: Iterable[bytes], *, name: str, by: Actor, at: datetime) -> Upload:
    """Write an uploaded file into the data folder, piece by piece, under a random name."""
    require(by, "imports.run")
    most = getattr(settings, "IMPORT_LARGEST_UPLOAD", LARGEST_UPLOAD)
    token = secrets.token_urlsafe(24)
    path = queries.upload_path(token)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    files.check_disk(path.parent)
    try:
        size = _written(pieces, path, most)
        return Upload.objects.create(
            token=token, name=safe_name(name), bytes=size, uploaded_at=at, uploaded_by=by.audit_name[:200]
        )
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _written(pieces: Iterable[bytes], path: Path, most: int) -> int:
    size = 0
    with path.open("xb") as file:
        for piece in pieces:
            size += len(piece)
            if size > most:
                raise UploadTooLarge(
                    f"The file is larger than {most // 1024**2:,} MB; import it with `rapport import`.",
                    field="file",
                    value=size,
                )
            file.write(piece)
            if size // _LOOK_EVERY != (size - len(piece)) // _LOOK_EVERY:
                files.check_disk(path.parent)
    return size


@transaction.atomic
def drop_upload(token: str, *, by: Actor) -> None:
    """Throw an uploaded file away before it was taken in."""
    require(by, "imports.run")
    upload = Upload.objects.select_for_update().filter(token=token, import_run=None).first()
    if upload is None:
        raise NotFound("This file is not here any more.", field="upload", value=token)
    upload.delete()
    transaction.on_commit(lambda: queries.upload_path(token).unlink(missing_ok=True))


@transaction.atomic
def keep_mapping(name: str, text: str, *, by: Actor, at: datetime) -> SavedMapping:
    """Keep a mapping under a name, in place of an earlier one that somebody kept under it."""
    require(by, "imports.run")
    mappings.parse(text)
    if shipped.text(name) is not None:
        raise MappingNameTaken(f"'{name}' comes with Rapport; choose another name.", field="name", value=name)
    values = {"text": text, "saved_at": at, "saved_by": by.audit_name[:200]}
    kept, _ = SavedMapping.objects.update_or_create(name=name[:80], defaults=values)
    audit.record("mapping_kept", by=by, subject=f"mapping:{name}", at=at)
    return kept


FILES_KEPT = timedelta(days=30)
"""What people brought and what was set aside names customers: it is thrown away when it has served."""


def throw_away_old(*, at: datetime) -> int:
    """Throw away uploads and lines set aside that are older than they are kept; how many files went."""
    old = Upload.objects.filter(uploaded_at__lt=at - FILES_KEPT)
    idle = old.filter(
        Q(import_run=None) | ~Q(import_run__finished_at=None) | ~Q(import_run__taken_back_at=None)
    )
    gone = sum(_thrown_away(upload) for upload in idle.order_by("id"))
    for one in (
        Import.objects.filter(finished_at__lt=at - FILES_KEPT).order_by("id").values_list("id", flat=True)
    ):
        rejects = queries.rejects_path(one)
        if rejects.exists():
            rejects.unlink()
            gone += 1
    return gone


def _thrown_away(upload: Upload) -> int:
    upload.delete()
    queries.upload_path(upload.token).unlink(missing_ok=True)
    return 1
