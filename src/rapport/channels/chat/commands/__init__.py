"""The acts of visitors: they come, are recognised, wait, read and leave; and what colleagues do for them to see."""

from rapport.channels.chat.commands.following import follow, follow_all
from rapport.channels.chat.commands.signs import answer_typed, read_by_us, read_by_visitor, typed
from rapport.channels.chat.commands.visiting import (
    BadAddress,
    Newcomer,
    SignedOutSince,
    SomebodyElse,
    ToldTooOften,
    begin,
    leave,
    recognise,
    see,
    see_all,
    sign_out,
    take_address,
)
from rapport.channels.chat.commands.waiting import begin_wait, settle_all, settle_waits

__all__ = [
    "BadAddress",
    "Newcomer",
    "SignedOutSince",
    "SomebodyElse",
    "ToldTooOften",
    "answer_typed",
    "begin",
    "begin_wait",
    "follow",
    "follow_all",
    "leave",
    "read_by_us",
    "read_by_visitor",
    "recognise",
    "see",
    "see_all",
    "settle_all",
    "settle_waits",
    "sign_out",
    "take_address",
    "typed",
]
