from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from rapport.kernel.refusals import NotFound, Refusal
from rapport.staff.audit import commands as audit
from rapport.staff.keys import rules
from rapport.staff.keys.models import Key
from rapport.staff.roles.rules import Actor, require


class BadKey(Refusal):
    """A key that cannot be made as asked."""


@dataclass(frozen=True, slots=True)
class Grant:
    """What a key may do (None: all that its kind allows), and until when (None: until it is ended)."""

    scopes: Sequence[str] | None = None
    expires_at: datetime | None = None


FULL = Grant()


@transaction.atomic
def create(*, kind: str, name: str, by: Actor, at: datetime, grant: Grant = FULL) -> tuple[Key, str]:
    """Make a key; the second value is the key itself, which is shown this once and not kept."""
    require(by, "keys.edit")
    name, scopes = name.strip(), _scopes(kind, grant.scopes)
    _check(kind, name, grant, at)
    secret = rules.new_key(kind)
    key = Key.objects.create(
        kind=kind,
        name=name,
        hint=secret[: len(kind) + 9],
        digest=rules.digest(secret),
        scopes=scopes,
        expires_at=grant.expires_at,
        created_at=at,
        created_by=by.audit_name,
    )
    detail = {"kind": kind, "name": name, "scopes": ", ".join(scopes)}
    audit.record("keys.create", by=by, subject=f"key:{key.pk}", at=at, detail=detail)
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


def note_use(key: Key, *, at: datetime) -> None:
    """Remember the day on which a key was last used; the first use of a day writes, all others cost nothing."""
    if key.last_used_on != at.date():
        Key.objects.filter(pk=key.pk).update(last_used_on=at.date())


def _scopes(kind: str, asked: Sequence[str] | None) -> list[str]:
    if kind == "write":
        return [rules.SEND]
    return list(rules.SCOPES) if asked is None else [name for name in rules.SCOPES if name in asked]


def _check(kind: str, name: str, grant: Grant, at: datetime) -> None:
    if kind not in rules.KINDS:
        raise BadKey(f"'{kind}' is not a kind of key; write or api.", field="kind", value=kind)
    if not name or len(name) > 80:
        raise BadKey("A key needs a name of at most 80 characters.", field="name", value=name)
    asked = list(rules.SCOPES) if grant.scopes is None else grant.scopes
    if unknown := set(asked) - set(rules.SCOPES):
        known = ", ".join(rules.SCOPES)
        raise BadKey(
            f"'{min(unknown)}' is not a scope; they are {known}.", field="scopes", value=min(unknown)
        )
    if not asked or (kind == "write" and set(asked) - {rules.SEND} and grant.scopes is not None):
        raise BadKey("Choose what the key may do; a write key may only send.", field="scopes")
    if grant.expires_at and grant.expires_at <= at:
        raise BadKey("The day on which a key ends lies ahead.", field="expires_at", value=grant.expires_at)
