"""The acts of the log: recording, keeping derived rows up to date, taking an import back."""

from rapport.interactions.log.commands.ageing import (
    Age,
    BadRetention,
    forget_old,
    how_many,
    keep_for,
    keep_on,
)
from rapport.interactions.log.commands.following import advance, catch_up, rebuild
from rapport.interactions.log.commands.indexing import index_anew, index_new
from rapport.interactions.log.commands.recording import Batch, ensure_source, record
from rapport.interactions.log.commands.retracting import Removed, note_removal, take_back

__all__ = [
    "Age",
    "BadRetention",
    "Batch",
    "Removed",
    "advance",
    "catch_up",
    "ensure_source",
    "forget_old",
    "how_many",
    "index_anew",
    "index_new",
    "keep_for",
    "keep_on",
    "note_removal",
    "rebuild",
    "record",
    "take_back",
]
