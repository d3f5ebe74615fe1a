"""Taking an import back whole, so that a wrong mapping can be mended and the file imported anew."""

from datetime import datetime

from django.db import transaction

from rapport.customers.directory import commands as directory
from rapport.interactions.ingestion import queries
from rapport.interactions.ingestion.models import Import, Upload
from rapport.interactions.log import commands as log
from rapport.jobs.queue import commands as jobs
from rapport.kernel.refusals import NotFound, Refusal
from rapport.staff.audit import commands as audit
from rapport.staff.roles.rules import Actor, require


class AlreadyTakenBack(Refusal):
    """The import was taken back before."""


@transaction.atomic
def take_back(import_id: int, *, by: Actor, at: datetime) -> int:
    """Remove all that the import brought, finished or not; how many interactions went. A running import stops.

    A file that came by the page waits for a mended mapping again.
    """
    require(by, "imports.take_back")
    directory.lock_writers()
    one = Import.objects.select_for_update().filter(pk=import_id).first()
    if one is None:
        raise NotFound("There is no such import.", field="import", value=import_id)
    if one.taken_back_at is not None:
        raise AlreadyTakenBack(f"Import {import_id} was taken back already.", field="import", value=import_id)
    removed = log.take_back(import_id, at=at)
    one.taken_back_at, one.taken_back_by, one.runner = at, by.audit_name[:200], ""
    one.save(update_fields=["taken_back_at", "taken_back_by", "runner"])
    Upload.objects.filter(import_run=one).update(import_run=None)
    jobs.drop(f"import:{import_id}", at=at)
    audit.record(
        "import_taken_back", by=by, subject=f"import:{import_id}", at=at, detail={"removed": removed}
    )
    transaction.on_commit(lambda: queries.spill_path(import_id).unlink(missing_ok=True))
    return removed
