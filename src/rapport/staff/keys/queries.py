from django.db.models import QuerySet

from rapport.staff.keys import rules
from rapport.staff.keys.models import Key


def find(secret: str) -> Key | None:
    """The live key with this secret, or None."""
    return Key.objects.filter(digest=rules.digest(secret), revoked_at=None).first() if secret else None


def all_keys() -> QuerySet[Key]:
    """Every key, live ones first, newest first."""
    return Key.objects.order_by("revoked_at", "-id")
