"""Decisions of the directory on plain values: identifiers, joining, names."""

from rapport.customers.directory.rules.identifiers import (
    IDENTIFIER_KINDS,
    LONGEST_VALUE,
    ONE_EACH,
    Claim,
    IdentifierKind,
    Sighting,
    by_strength,
    is_blocked,
    is_strong,
    normalised,
)
from rapport.customers.directory.rules.joining import (
    RULES,
    Component,
    Meeting,
    Member,
    Verdict,
    components,
    verdict,
)
from rapport.customers.directory.rules.naming import NAME_TRAITS, display_name, name_key, trait_key

__all__ = [
    "IDENTIFIER_KINDS",
    "LONGEST_VALUE",
    "NAME_TRAITS",
    "ONE_EACH",
    "RULES",
    "Claim",
    "Component",
    "IdentifierKind",
    "Meeting",
    "Member",
    "Sighting",
    "Verdict",
    "by_strength",
    "components",
    "display_name",
    "is_blocked",
    "is_strong",
    "name_key",
    "normalised",
    "trait_key",
    "verdict",
]
