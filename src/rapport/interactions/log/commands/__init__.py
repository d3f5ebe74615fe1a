"""The acts of the log: recording, keeping derived rows up to date, taking an import back."""

from rapport.interactions.log.commands.following import catch_up, rebuild
from rapport.interactions.log.commands.recording import Batch, ensure_source, record
from rapport.interactions.log.commands.retracting import take_back

__all__ = ["Batch", "catch_up", "ensure_source", "rebuild", "record", "take_back"]
