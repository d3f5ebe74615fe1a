"""What leaves, on plain values: states, names that only we can have given, the letter, when it is tried again."""

from rapport.channels.outbound.rules.states import GONE_WRONG, HANDED_OVER, OPEN, STATES, WAITING

__all__ = ["GONE_WRONG", "HANDED_OVER", "OPEN", "STATES", "WAITING"]
