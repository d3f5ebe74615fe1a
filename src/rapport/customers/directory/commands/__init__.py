"""The acts of the directory: seeing identifiers, joining and parting customers, keeping what lists sort by."""

from rapport.customers.directory.commands.facets import (
    ActivityDelta,
    SpendDelta,
    add_activity,
    recount_activity,
    refresh,
)
from rapport.customers.directory.commands.forgetting import forget_batch
from rapport.customers.directory.commands.ledger import (
    CannotLink,
    CannotUnlink,
    NoSuchProposal,
    decide,
    link,
    link_named,
    unlink,
)
from rapport.customers.directory.commands.parting import unlink_between
from rapport.customers.directory.commands.seeing import Seen, observe
from rapport.customers.directory.commands.writing import lock_writers

__all__ = [
    "ActivityDelta",
    "CannotLink",
    "CannotUnlink",
    "NoSuchProposal",
    "Seen",
    "SpendDelta",
    "add_activity",
    "decide",
    "forget_batch",
    "link",
    "link_named",
    "lock_writers",
    "observe",
    "recount_activity",
    "refresh",
    "unlink",
    "unlink_between",
]
