import csv
from collections.abc import Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path

import msgspec
from django.conf import settings
from django.db.models import QuerySet

from rapport.interactions.ingestion.files import previewing, shipped
from rapport.interactions.ingestion.files.tables import Layout
from rapport.interactions.ingestion.models import Import, SavedMapping, Upload
from rapport.interactions.ingestion.rules import mapping as mappings
from rapport.interactions.ingestion.rules.shaping import Surroundings
from rapport.interactions.log.models import Interaction
from rapport.interactions.log.rules import Entry
from rapport.interactions.touchpoints import queries as touchpoints
from rapport.kernel import comma_separated
from rapport.kernel.refusals import NotFound
from rapport.staff.organisation import queries as organisation
from rapport.staff.people import queries as people
from rapport.staff.roles.rules import EVERYTHING, Reach

_AT_ONCE = 500


def newest_first(*, reach: Reach) -> QuerySet[Import]:
    """Imports, the one begun last in front."""
    return Import.objects.seen_by(reach).order_by("-id")


def import_run(import_id: int, *, reach: Reach) -> Import:
    """The import with this number."""
    found = Import.objects.seen_by(reach).filter(pk=import_id).first()
    if found is None:
        raise NotFound("There is no such import.", field="import", value=import_id)
    return found


def upload(token: str) -> Upload:
    """An uploaded file that waits for its mapping."""
    found = Upload.objects.filter(token=token).first()
    if found is None:
        raise NotFound("This file is not here any more.", field="upload", value=token)
    return found


def waiting_uploads() -> QuerySet[Upload]:
    """Files that were dropped on the page and never taken in, the newest first."""
    return Upload.objects.filter(import_run=None).order_by("-id")


def mapping_names() -> tuple[list[str], list[str]]:
    """The names of mappings that come with Rapport, and of those kept here."""
    return shipped.names(), list(SavedMapping.objects.order_by("name").values_list("name", flat=True))


def surroundings(at: datetime) -> Surroundings:
    """What mappings need to know of the organisation: its people, its touchpoints, its region."""
    staff = {member.email.lower(): member.pk for member in people.everybody(reach=EVERYTHING)}
    places = {place.name: place.pk for place in touchpoints.by_department(reach=EVERYTHING)}
    return Surroundings(at, staff, places, organisation.phone_region())


def look(token: str) -> previewing.Look:
    """The columns and first lines of an uploaded file."""
    return previewing.look(upload_path(token), upload(token).name, Layout())


def preview(token: str, text: str, *, at: datetime) -> previewing.Preview:
    """What a mapping would make of the first lines of an uploaded file."""
    return previewing.preview(upload_path(token), upload(token).name, mappings.parse(text), surroundings(at))


def saved_mapping(name: str) -> str:
    """The TOML of a mapping that comes with Rapport or was kept here."""
    text = shipped.text(name) or SavedMapping.objects.filter(name=name).values_list("text", flat=True).first()
    if text is None:
        raise NotFound("There is no such mapping.", field="mapping", value=name)
    return text


def first_rejects(import_id: int, count: int) -> list[list[str]]:
    """The first lines that were not taken: file, line, reason, text."""
    path = rejects_path(import_id)
    if not path.exists():
        return []
    with path.open(newline="", encoding="utf-8") as file:
        lines = islice(csv.reader(file), 1, count + 1)
        return [[comma_separated.unguarded(cell) for cell in line] for line in lines]


def unlike_stored(source_id: int, entries: Sequence[Entry]) -> set[str]:
    """The message ids of those entries whose kind, amount, moment or properties are stored otherwise."""
    found = {entry.message_id: entry for entry in entries}
    unlike = set()
    wanted = list(found)
    for start in range(0, len(wanted), _AT_ONCE):
        chunk = wanted[start : start + _AT_ONCE]
        stored = Interaction.objects.filter(source_id=source_id, message_id__in=chunk)
        for one in stored.only("message_id", "kind", "amount_minor", "occurred_at", "properties"):
            entry = found[one.message_id]
            now = (entry.kind, entry.amount_minor, entry.occurred_at, msgspec.json.decode(entry.properties))
            if now != (one.kind, one.amount_minor, one.occurred_at, one.properties):
                unlike.add(one.message_id)
    return unlike


def folder(import_id: int) -> Path:
    """Where an import keeps its spill and its rejects."""
    return Path(settings.HOME) / "imports" / str(import_id)


def spill_path(import_id: int) -> Path:
    """The sorted copy of an import's lines, there while it runs."""
    return folder(import_id) / "spill.sqlite3"


def rejects_path(import_id: int) -> Path:
    return folder(import_id) / "rejects.csv"


def upload_path(token: str) -> Path:
    """Where an uploaded file lies: under its random name, whatever it was called."""
    if not token.replace("-", "").replace("_", "").isalnum():
        raise NotFound("This file is not here any more.", field="upload", value=token)
    return Path(settings.HOME) / "uploads" / token
