from datetime import datetime

from django.db import transaction

from rapport.kernel.refusals import NotFound, Refusal
from rapport.staff.audit import commands as audit
from rapport.staff.keys import rules
from rapport.staff.keys.models import Key
from rapport.staff.roles.rules import Actor, require


class BadKey(Refusal):
    """A key that cannot be made as asked."""


@transaction.atomic
def create(*, kind: str, name: str, by: Actor, at: datetime) -> tuple[Key, str]:
    """Make a key; the second value is the key itself, which is shown this once and not kept."""
    require(by, "keys.edit")
    if kind not in rules.KINDS:
        raise BadKey(f"'{kind}' is not a kind of key; write or api.", field="kind", value=kind)
    if not (name := name.strip()) or len(name) > 80:
        raise BadKey("A key needs a name of at most 80 characters.", field="name", value=name)
    secret = rules.new_key(kind)
    key = Key.objects.create(
        kind=kind,
        name=name,
        hint=secret[: len(kind) + 9],
        digest=rules.digest(secret),
        created_at=at,
        created_by=by.audit_name,
    )
    audit.record("keys.create", by=by, subject=f"key:{key.pk}", at=at, detail={"kind": kind, "name": name})
    return key, secret


@transaction.atomic
def revoke(key_id: int, *, by: Actor, at: datetime) -> Key:
    """End a key; what it wrote stays, under its source."""
    require(by, "keys.edit")
    key = Key.objects.select_for_update().filter(pk=key_id).first()
    if key is None:
        raise NotFound(f"There is no key {key_id}.", field="key", value=key_id)
    if key.revoked_at is None:
        key.revoked_at = at
        key.save(update_fields=["revoked_at"])
        audit.record("keys.revoke", by=by, subject=f"key:{key.pk}", at=at)
    return key
