"""The acts of the directory: seeing identifiers, joining and parting customers, keeping what lists sort by."""

from rapport.customers.directory.commands.erasing import brought_by, still_welcome
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
    "brought_by",
    "decide",
    "forget_batch",
    "link",
    "link_named",
    "lock_writers",
    "observe",
    "recount_activity",
    "refresh",
    "still_welcome",
    "unlink",
    "unlink_between",
]
