"""Keeping what arrives, as it came, before anything is made of it."""

import hashlib
from datetime import datetime

from django.db import transaction

from rapport.channels.inbound.models import Envelope, Forgone
from rapport.channels.inbound.rules import reading
from rapport.customers.directory.commands import writing
from rapport.customers.forgotten import queries as forgotten
from rapport.files.store import commands as files
from rapport.files.store.rules import Label
from rapport.kernel.crashing import reach
from rapport.kernel.text import shortened, storable

SMALL = 128 * 1024
"""Bytes up to which an envelope lies in its row."""
FORGOTTEN = 0
"""The number given back for what was erased: it is not kept again."""
_LONGEST_ID = 200
_DESCRIBED = 64 * 1024


def receive(
    endpoint_id: int, raw: bytes, *, external_id: str, at: datetime, suspended_for: str = "", detail: str = ""
) -> int:
    """Keep what arrived at an endpoint; its number. Once this returns (and the caller's transaction, if there is one,
    has committed) it is not lost. What bears the same external id is the same thing, and is kept once.

    With `suspended_for` (a reason of `rules.reasons`) it waits for a person at once. 0: it was erased before.
    """
    name = _name(external_id)
    if known := _known(endpoint_id, name):
        return known
    if _is_forgone(endpoint_id, name):
        return FORGOTTEN
    with transaction.atomic(savepoint=False):
        envelope = _new(endpoint_id, name, raw, at)
        envelope.state = "suspended" if suspended_for else "waiting"
        if suspended_for:
            _describe(envelope, raw, suspended_for, detail)
        number = _store(envelope)
        reach("inbound.before_envelope_commit")
    reach("inbound.after_envelope")
    return number


def _describe(envelope: Envelope, raw: bytes, reason: str, detail: str) -> None:
    """What a person needs to see of what waits for them at once: no walk will say it."""
    envelope.reason, envelope.detail = reason, shortened(detail, 300)
    if envelope.endpoint.kind == "email":
        mail = reading.read(raw[:_DESCRIBED])
        envelope.sender = storable(mail.author.email if mail.author else "").lower()[:254]
        envelope.subject = shortened(storable(mail.subject), 300)


def digest(endpoint_id: int, name: str) -> str:
    """The keyed digest of an envelope's own name; empty while nobody was ever erased."""
    digests = forgotten.digests_of_messages(-endpoint_id, [name])
    return digests.get(name, "")


def _name(external_id: str) -> str:
    """An id as it is stored; of a longer one its beginning and a digest of all of it."""
    if len(external_id) <= _LONGEST_ID:
        return external_id
    return f"{external_id[: _LONGEST_ID - 65]}~{hashlib.sha256(external_id.encode()).hexdigest()}"


def _known(endpoint_id: int, name: str) -> int | None:
    statement = "SELECT id FROM channels_envelope WHERE endpoint_id = %s AND external_id = %s"
    found = writing.selected(statement, [endpoint_id, name])
    return int(found[0][0]) if found else None


def _is_forgone(endpoint_id: int, name: str) -> bool:
    found = digest(endpoint_id, name)
    return bool(found) and Forgone.objects.filter(digest=found).exists()


def _new(endpoint_id: int, name: str, raw: bytes, at: datetime) -> Envelope:
    envelope = Envelope(
        endpoint_id=endpoint_id, external_id=name, sha256=hashlib.sha256(raw).hexdigest(), arrived_at=at
    )
    if len(raw) <= SMALL:
        envelope.raw = raw
    else:
        label = Label(name=f"{envelope.sha256[:16]}.eml", owner=f"endpoint:{endpoint_id}")
        envelope.file = files.keep([raw], label, at=at)
    return envelope


def _store(envelope: Envelope) -> int:
    """The number of the new row, or of the one that another process stored meanwhile."""
    Envelope.objects.bulk_create([envelope], ignore_conflicts=True)
    number = _known(envelope.endpoint_id, envelope.external_id)
    assert number is not None
    if envelope.file and not Envelope.objects.filter(pk=number, file=envelope.file).exists():
        files.discard([envelope.file])
    return number
