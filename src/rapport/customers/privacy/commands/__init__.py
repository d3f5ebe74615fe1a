"""The acts of privacy: giving somebody all that is known of them, and forgetting them."""

from rapport.customers.privacy.commands.erasing import (
    FINISH,
    AlreadySettled,
    BadReason,
    SeveralPeople,
    ask,
    confirm,
    finish,
    withdraw,
)
from rapport.customers.privacy.commands.exporting import (
    EXPORT,
    archive,
    ask_for_export,
    make_export,
    note_export,
)
from rapport.customers.privacy.commands.reapplying import reapply
from rapport.customers.privacy.commands.scrubbing import SCRUB, fold_in, scrub_step

__all__ = [
    "EXPORT",
    "FINISH",
    "SCRUB",
    "AlreadySettled",
    "BadReason",
    "SeveralPeople",
    "archive",
    "ask",
    "ask_for_export",
    "confirm",
    "finish",
    "fold_in",
    "make_export",
    "note_export",
    "reapply",
    "scrub_step",
    "withdraw",
]
