"""What counts as an identifier, in which form it is stored, and how strong it is."""

import re
from datetime import datetime
from functools import lru_cache
from typing import Any

import msgspec
import phonenumbers

from rapport.kernel.text import storable

LONGEST_VALUE = 254


class IdentifierKind(msgspec.Struct, frozen=True):
    """A way to recognise a customer.

    `priority`: 1 is the strongest. `limit`: how many of this kind one customer may gain by rule within
    `window_days` (0: ever). `is_weak`: names a thing (browser, device), not a person.
    """

    name: str
    title: str
    priority: int
    limit: int
    window_days: int = 0
    is_weak: bool = False


IDENTIFIER_KINDS: dict[str, IdentifierKind] = {
    kind.name: kind
    for kind in (
        IdentifierKind("user_id", "Account", 1, limit=1),
        IdentifierKind("organisation_id", "Organisation account", 1, limit=1),
        IdentifierKind("email", "Mail", 2, limit=5),
        IdentifierKind("phone", "Phone", 3, limit=5),
        IdentifierKind("external", "Other number", 4, limit=5),
        IdentifierKind("device", "Device", 8, limit=5, window_days=7, is_weak=True),
        IdentifierKind("anonymous_id", "Browser", 9, limit=5, window_days=7, is_weak=True),
    )
}
"""After the guards of Segment Unify (one user id ever, five of the others, five browsers a week)."""


ONE_EACH = ("user_id", "organisation_id")
"""Kinds of which a customer has one: an account says who it is without further proof."""


class Claim(msgspec.Struct, frozen=True):
    """An identifier as it came with an interaction. `proof` says how it was verified; empty: only told.

    An external identifier carries its type in front of its value: `external`, `member_no:20931`.
    """

    kind: str
    value: str
    proof: str = ""


class Sighting(msgspec.Struct, frozen=True):
    """All that one interaction says about who it was: its claims, their traits, their organisation.

    `is_login`: the claims were proven together (one log-in), so a told e-mail counts as proven by it; not so when
    `is_public`: it was told with a key that anybody may have read in a web page.
    """

    claims: tuple[Claim, ...]
    at: datetime
    source: str
    traits: dict[str, Any] = {}
    organisation: Claim | None = None
    organisation_traits: dict[str, Any] = {}
    is_login: bool = False
    is_public: bool = False


_BLOCKED = re.compile(r"[0\-]*|-?1")
_BLOCKED_WORDS = frozenset(
    {
        *("anonymous", "guest", "distinctid", "distinct_id", "id", "not_authenticated", "email", "undefined"),
        *("true", "false", "null", "none", "nan", "n/a", "na", "nil", "unknown", "(none)", "(null)"),
        "[object object]",
    }
)
"""After the lists of Segment Unify and PostHog, compared without case and quotes."""
_MAIL = re.compile(r"[^@\s<>,;\"]{1,64}@[^@\s<>,;\"]{1,190}")


def is_blocked(value: str) -> bool:
    """Whether the value is a placeholder that would join strangers (zeros, null, guest, [object Object])."""
    bare = value.strip().strip("'\"").strip().lower()
    return not bare or bare in _BLOCKED_WORDS or _BLOCKED.fullmatch(bare) is not None


@lru_cache(maxsize=65536)
def normalised(claim: Claim, *, region: str = "GB") -> Claim | None:
    """The claim in its stored form, or None if it cannot identify anybody.

    Mail in lower case; phones in E.164 (`region` for numbers without a country); the rest as it came.
    """
    value = storable(claim.value).strip()
    bare = value.partition(":")[2] if claim.kind == "external" else value
    if claim.kind not in IDENTIFIER_KINDS or is_blocked(bare) or len(value) > LONGEST_VALUE:
        return None
    if claim.kind == "email":
        value = value.lower()
        return Claim(claim.kind, value, claim.proof) if _MAIL.fullmatch(value) else None
    if claim.kind == "phone":
        phone = _e164(value, region)
        return Claim(claim.kind, phone, claim.proof) if phone else None
    return claim if value == claim.value else Claim(claim.kind, value, claim.proof)


def _e164(value: str, region: str) -> str:
    try:
        number = phonenumbers.parse(value, region)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def by_strength(claims: tuple[Claim, ...]) -> list[Claim]:
    """Strongest first; proven before told; the order they came in decides the rest."""
    return sorted(claims, key=lambda c: (IDENTIFIER_KINDS[c.kind].priority, not c.proof))


def is_strong(kind: str, proof: str) -> bool:
    """Whether an identifier says who a person is: an account, or anything proven that is no mere device."""
    return kind in ONE_EACH or (bool(proof) and not IDENTIFIER_KINDS[kind].is_weak)
