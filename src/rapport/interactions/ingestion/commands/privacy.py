"""What is left of somebody in the files that imports keep, and how it goes.

A file that brought them is thrown away once they are erased; so is any that waits or was set aside and names them in
plain letters. What is packed or written otherwise cannot be looked through: such files go by their age.
"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db.models import Q

from rapport.customers.directory import commands as directory
from rapport.interactions.ingestion import queries
from rapport.interactions.ingestion.models import Import, Upload
from rapport.interactions.log.models import Interaction
from rapport.kernel.persons import Erased, Fact, Person, pieces
from rapport.kernel.refusals import Refusal

name = "imports"
covers = ("interactions.Upload", "interactions.Import")
_PIECE = 4 * 1024**2
_LARGEST_READ = 256 * 1024**2
"""Larger files are not read while everybody waits; their age decides."""
_SHORTEST = 4
"""Shorter identifiers stand in files by chance."""


class ImportIsRunning(Refusal):
    """Nobody can be erased while an import brings in more."""


def export(person: Person) -> Iterator[Fact]:  # noqa: ARG001 - every handler is asked for the person
    """Nothing of its own: what a file brought is in the log and the directory."""
    yield from ()


def erase(person: Person, *, at: datetime) -> Erased:
    """Throw away the files that brought them or name them; an unfinished import begins again without them."""
    _check_none_runs(at)
    brought = _imports_of(person)
    words = [value.lower().encode() for _, value in person.identifiers if len(value) >= _SHORTEST]
    uploads = [
        upload
        for upload in Upload.objects.select_related("import_run")
        if upload.import_run_id in brought or _names(queries.upload_path(upload.token), words)
    ]
    rejects = [
        path
        for one in Import.objects.order_by("id").values_list("id", flat=True)
        if (path := queries.rejects_path(one)).exists() and (one in brought or _names(path, words))
    ]
    spills = _begin_again()
    gone = [queries.upload_path(upload.token) for upload in uploads] + rejects + spills
    Upload.objects.filter(pk__in=[upload.pk for upload in uploads]).delete()
    home = Path(settings.HOME)
    return Erased(len(gone), tuple(str(path.relative_to(home)) for path in gone))


def _check_none_runs(at: datetime) -> None:
    open_runs = Import.objects.filter(finished_at=None, taken_back_at=None).exclude(runner="")
    for one in open_runs.order_by("id"):
        if one.seen_alive_at and (at - one.seen_alive_at).total_seconds() < 60:
            raise ImportIsRunning(
                f"Import {one.pk} is running and may be bringing in more of them. Try again when it has finished.",
                field="import",
                value=one.pk,
            )


def _imports_of(person: Person) -> set[int]:
    found = directory.brought_by(person)
    for ids in pieces(person.identifier_ids):
        rows = Interaction.objects.filter(identifier_id__in=ids, imported_by__isnull=False)
        found.update(one for one in rows.values_list("imported_by_id", flat=True).distinct() if one)
    return found


def _begin_again() -> list[Path]:
    """Let every unfinished import start over from its file: what it had laid out on disk may name them."""
    unfinished = Import.objects.filter(finished_at=None, taken_back_at=None).filter(~Q(checkpoint={}))
    paths = [queries.spill_path(one) for one in unfinished.values_list("id", flat=True)]
    unfinished.update(checkpoint={}, rows_done=0)
    return [path for path in paths if path.exists()]


def _names(path: Path, words: list[bytes]) -> bool:
    """Whether one of the words stands in the file, in small letters or capitals."""
    if not words or not path.exists() or path.stat().st_size > _LARGEST_READ:
        return False
    keep = max(map(len, words))
    tail = b""
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            text = tail + piece.lower()
            if any(word in text for word in words):
                return True
            tail = text[-keep:]
    return False
