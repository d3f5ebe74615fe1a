"""Django looks for an area's tables here; each part keeps its own."""

from rapport.customers.consent.models import ConsentRecord
from rapport.customers.directory.models import (
    Activity,
    Changed,
    Customer,
    Epoch,
    Identifier,
    Link,
    LinkRetraction,
    Membership,
    Proposal,
    SharedMark,
    Spend,
    Trait,
)
from rapport.customers.forgotten.models import Mark, MarkKey
from rapport.customers.privacy.models import Erasure

__all__ = [
    "Activity",
    "Changed",
    "ConsentRecord",
    "Customer",
    "Epoch",
    "Erasure",
    "Identifier",
    "Link",
    "LinkRetraction",
    "Mark",
    "MarkKey",
    "Membership",
    "Proposal",
    "SharedMark",
    "Spend",
    "Trait",
]
