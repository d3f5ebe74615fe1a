"""What an endpoint is, on plain values: its kind, its place, and the settings of mailboxes, chats and doors."""

from rapport.channels.endpoints.rules.places import KINDS, Place

__all__ = ["KINDS", "Place"]
