"""The acts of what arrives: keeping it, walking it to its place, and what a person decides of it."""

from rapport.channels.inbound.commands.deciding import AlreadyDecided, CannotJoin, accept, discard
from rapport.channels.inbound.commands.keeping import receive
from rapport.channels.inbound.commands.opening import open_envelope
from rapport.channels.inbound.commands.walking import walk

__all__ = ["AlreadyDecided", "CannotJoin", "accept", "discard", "open_envelope", "receive", "walk"]
