"""What a customer is called, from traits and identifiers."""

from collections.abc import Iterable, Mapping
from typing import Any

from rapport.customers.directory.rules.identifiers import IDENTIFIER_KINDS
from rapport.kernel.text import shortened

_WHOLE = ("name", "full_name", "fullName", "Name", "company", "organisation")
_FIRST = ("first_name", "firstName", "given_name")
_LAST = ("last_name", "lastName", "family_name", "surname")
_BEST_TO_READ = ("email", "external", "user_id", "organisation_id", "phone")
NAME_TRAITS = frozenset((*_WHOLE, *_FIRST, *_LAST))


def display_name(traits: Mapping[str, Any], identifiers: Iterable[tuple[str, str]]) -> str:
    """Their name if one is known, else their most readable identifier, else "Visitor" with a few letters."""
    whole = _first_text(traits, _WHOLE)
    parts = f"{_first_text(traits, _FIRST)} {_first_text(traits, _LAST)}".strip()
    if name := whole or parts:
        return shortened(name, 200)
    known = sorted(identifiers, key=lambda pair: (_readability(pair[0]), pair[1]))
    if not known:
        return "Visitor"
    kind, value = known[0]
    if IDENTIFIER_KINDS[kind].is_weak:
        return f"Visitor {value[:8]}"
    return shortened(value.partition(":")[2] if kind == "external" else value, 200)


def name_key(name: str) -> str:
    """The form of a name that lists sort and search by: lower case, single spaces."""
    return " ".join(name.casefold().split())[:200]


def trait_key(value: Any) -> str:
    """The form of a trait's value that lists filter by; empty for lists and objects, which they cannot."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        return str(value).strip().casefold()[:80]
    return ""


def _first_text(traits: Mapping[str, Any], names: Iterable[str]) -> str:
    for name in names:
        value = traits.get(name)
        if isinstance(value, str) and value.strip():
            return " ".join(value.split())
    return ""


def _readability(kind: str) -> int:
    return _BEST_TO_READ.index(kind) if kind in _BEST_TO_READ else len(_BEST_TO_READ)
