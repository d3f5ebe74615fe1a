"""The acts of the arbiter: answering whoever wants to write, pausing, keeping from dead addresses, and its rules."""

from rapport.channels.contact.commands.asking import (
    ask,
    ask_many,
    forget_pauses,
    pause,
    release,
    resume,
    tidy,
)
from rapport.channels.contact.commands.ruling import BadRule, NewRule, end_rule, make_rule
from rapport.channels.contact.commands.suppressing import NotSuppressed, suppress, unsuppress

__all__ = [
    "BadRule",
    "NewRule",
    "NotSuppressed",
    "ask",
    "ask_many",
    "end_rule",
    "forget_pauses",
    "make_rule",
    "pause",
    "release",
    "resume",
    "suppress",
    "tidy",
    "unsuppress",
]
