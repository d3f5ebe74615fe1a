from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db.models import QuerySet

from rapport.interactions.ingestion.files import shipped
from rapport.interactions.ingestion.models import Import, SavedMapping, Upload
from rapport.interactions.ingestion.rules.shaping import Surroundings
from rapport.interactions.touchpoints import queries as touchpoints
from rapport.kernel.refusals import NotFound
from rapport.staff.organisation import queries as organisation
from rapport.staff.people import queries as people


def newest_first() -> QuerySet[Import]:
    """Every import, the one begun last in front."""
    return Import.objects.order_by("-id")


def import_run(import_id: int) -> Import:
    """The import with this number."""
    found = Import.objects.filter(pk=import_id).first()
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
    staff = {member.email.lower(): member.pk for member in people.everybody()}
    places = {place.name: place.pk for place in touchpoints.by_department()}
    return Surroundings(at, staff, places, organisation.phone_region())


def folder(import_id: int) -> Path:
    """Where an import keeps its spill and its rejects."""
    return Path(settings.HOME) / "imports" / str(import_id)


def rejects_path(import_id: int) -> Path:
    return folder(import_id) / "rejects.csv"


def upload_path(token: str) -> Path:
    """Where an uploaded file lies: under its random name, whatever it was called."""
    if not token.replace("-", "").replace("_", "").isalnum():
        raise NotFound("This file is not here any more.", field="upload", value=token)
    return Path(settings.HOME) / "uploads" / token
