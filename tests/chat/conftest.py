"""Fixtures of the chat; the browser's tests use them too."""

from tests.chat.rooms import ben, desk, mailbox, open_room, room, seen_by_threads

__all__ = ["ben", "desk", "mailbox", "open_room", "room", "seen_by_threads"]
