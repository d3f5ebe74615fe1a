"""Django looks for an area's tables here; each part keeps its own."""

from rapport.customers.consent.models import ConsentRecord
from rapport.customers.directory.models import (
    Activity,
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

__all__ = [
    "Activity",
    "ConsentRecord",
    "Customer",
    "Epoch",
    "Identifier",
    "Link",
    "LinkRetraction",
    "Membership",
    "Proposal",
    "SharedMark",
    "Spend",
    "Trait",
]
