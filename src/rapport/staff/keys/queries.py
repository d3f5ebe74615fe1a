from datetime import datetime

from django.db.models import F, Q, QuerySet

from rapport.staff.keys import rules
from rapport.staff.keys.models import Key
from rapport.staff.roles.rules import Reach


def find(secret: str, *, at: datetime) -> Key | None:
    """The live key with this secret, or None: never made, ended, or past its day."""
    if not secret:
        return None
    unexpired = Q(expires_at=None) | Q(expires_at__gt=at)
    return Key.objects.filter(unexpired, digest=rules.digest(secret), revoked_at=None).first()


def all_keys(*, reach: Reach) -> QuerySet[Key]:
    """Keys, live ones first, newest first."""
    return Key.objects.seen_by(reach).order_by(F("revoked_at").asc(nulls_first=True), "-id")
