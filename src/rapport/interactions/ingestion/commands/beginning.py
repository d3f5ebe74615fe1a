"""Beginning an import: which files, under which mapping, and whether it was begun before."""

import hashlib
import os
import shutil
import socket
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
from django.db import transaction

from rapport.interactions.ingestion import queries
from rapport.interactions.ingestion.files import shipped
from rapport.interactions.ingestion.models import Import, SavedMapping, Upload
from rapport.interactions.ingestion.rules import mapping as mappings
from rapport.jobs.queue import commands as jobs
from rapport.kernel.refusals import NotFound, Refusal
from rapport.staff.audit import commands as audit
from rapport.staff.roles.rules import EVERYTHING, Actor, require

JOB = "interactions.import"
STILL_ALIVE = timedelta(seconds=60)
"""A run that was not seen for this long is taken for dead."""


class UnknownMapping(Refusal):
    """No shipped or saved mapping has this name, and no file either."""


class FileMissing(Refusal):
    """A file to import does not exist or cannot be read."""


class AlreadyRunning(Refusal):
    """Another process works on this very import."""


class GivenFile(msgspec.Struct, frozen=True):
    """A file as it was when the import began."""

    name: str
    path: str
    bytes: int
    digest: str


def begin(paths: Sequence[Path], mapping: str, *, by: Actor, at: datetime) -> Import:
    """Begin an import, or find the one that was begun with these files and this mapping and never finished."""
    require(by, "imports.run")
    name, text = mapping_text(mapping)
    return _begin([_given(path) for path in paths], name, text, by=by, at=at)


@transaction.atomic
def begin_from_upload(token: str, *, mapping_name: str, text: str, by: Actor, at: datetime) -> Import:
    """Begin an import of an uploaded file and queue the job that runs it."""
    require(by, "imports.run")
    upload = Upload.objects.select_for_update().filter(token=token).first()
    if upload is None:
        raise NotFound("This file is not here any more.", field="upload", value=token)
    given = msgspec.structs.replace(_given(queries.upload_path(token)), name=upload.name)
    begun = _begin([given], mapping_name, text, by=by, at=at)
    upload.import_run = begun
    upload.save(update_fields=["import_run"])
    jobs.enqueue(JOB, {"import_id": begun.pk}, at=at, key=f"import:{begun.pk}")
    return begun


def mapping_text(mapping: str) -> tuple[str, str]:
    """Name and TOML of a shipped or saved mapping, or of a file."""
    path = Path(mapping)
    if text := shipped.text(mapping):
        return mapping, text
    if saved := SavedMapping.objects.filter(name=mapping).first():
        return saved.name, saved.text
    if path.suffix == ".toml" or path.exists():
        return path.stem[:80], shipped.text_of_file(path)
    known = ", ".join([*shipped.names(), *SavedMapping.objects.values_list("name", flat=True)])
    raise UnknownMapping(
        f"There is no mapping '{mapping}'. Known are: {known}; or name a TOML file.",
        field="mapping",
        value=mapping,
    )


@transaction.atomic
def _begin(files: list[GivenFile], name: str, text: str, *, by: Actor, at: datetime) -> Import:
    parsed = mappings.parse(text)
    fingerprint = hashlib.sha256(
        "\n".join([*sorted(file.digest for file in files), text]).encode()
    ).hexdigest()
    open_runs = Import.objects.filter(fingerprint=fingerprint, finished_at=None, taken_back_at=None)
    if found := open_runs.order_by("-id").first():
        found.files = [msgspec.to_builtins(file) for file in files]
        found.save(update_fields=["files"])
        return found
    begun = Import.objects.create(
        source_name=parsed.source,
        mapping_name=name,
        mapping=text,
        files=[msgspec.to_builtins(file) for file in files],
        fingerprint=fingerprint,
        started_at=at,
        started_by=by.audit_name[:200],
        bytes_total=sum(file.bytes for file in files),
    )
    shutil.rmtree(queries.folder(begun.pk), ignore_errors=True)
    detail = {"files": [file.name for file in files], "mapping": name}
    audit.record("import_begun", by=by, subject=f"import:{begun.pk}", at=at, detail=detail)
    return begun


def _given(path: Path) -> GivenFile:
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        size = path.stat().st_size
    except OSError as error:
        raise FileMissing(
            f"'{path}' cannot be read: {error.strerror}.", field="file", value=str(path)
        ) from error
    return GivenFile(path.name, str(path.resolve()), size, digest)


@transaction.atomic
def take_on(import_id: int, *, token: str, at: datetime) -> Import:
    """Make this process the one that works on the import; refuse while another one is seen alive."""
    one = Import.objects.select_for_update().filter(pk=import_id).first()
    if one is None:
        raise NotFound("There is no such import.", field="import", value=import_id)
    mine = f"{socket.gethostname()[:14]}:{os.getpid()}"
    if one.runner and not one.runner.startswith(mine) and _is_alive(one, at):
        raise AlreadyRunning(
            f"Import {import_id} is being worked on by another process ({one.runner.rpartition(':')[0]}).",
            field="import",
            value=import_id,
        )
    one.runner, one.seen_alive_at, one.failed_at, one.failure = f"{mine}:{token}"[:40], at, None, ""
    one.save(update_fields=["runner", "seen_alive_at", "failed_at", "failure"])
    return one


def _is_alive(one: Import, at: datetime) -> bool:
    if one.seen_alive_at is None or at - one.seen_alive_at > STILL_ALIVE:
        return False
    host, pid, _ = one.runner.split(":", 2)
    if host != socket.gethostname()[:14]:
        return True
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def note_failure(import_id: int, reason: str, *, at: datetime) -> None:
    """Say on the import itself why its run broke off; the queue tries it again."""
    Import.objects.filter(pk=import_id, finished_at=None).update(failed_at=at, failure=reason[:2_000])


@transaction.atomic
def try_again(import_id: int, *, by: Actor, at: datetime) -> None:
    """Queue an unfinished import once more."""
    require(by, "imports.run")
    one = queries.import_run(import_id, reach=EVERYTHING)
    if one.finished_at is None and one.taken_back_at is None:
        Import.objects.filter(pk=one.pk).update(failed_at=None, failure="")
        jobs.enqueue(JOB, {"import_id": one.pk}, at=at, key=f"import:{one.pk}")
