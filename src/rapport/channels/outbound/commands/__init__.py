"""The acts of what leaves: putting out, taking back, handing over, and hearing what became of it."""

from rapport.channels.contact.commands import suppress, unsuppress
from rapport.channels.outbound.commands.handing import claim, extend
from rapport.channels.outbound.commands.hearing import COMPLAINT, Came, acknowledge, note_bounces, report
from rapport.channels.outbound.commands.keys import ensure_key
from rapport.channels.outbound.commands.pretending import pretend, pretended
from rapport.channels.outbound.commands.putting import (
    NotHeld,
    NowhereToSend,
    put_out,
    put_out_many,
    take_back,
)
from rapport.channels.outbound.commands.settling import settle
from rapport.channels.outbound.rules.parcels import Outcome, Parcel

__all__ = [
    "COMPLAINT",
    "Came",
    "NotHeld",
    "NowhereToSend",
    "Outcome",
    "Parcel",
    "acknowledge",
    "claim",
    "ensure_key",
    "extend",
    "note_bounces",
    "pretend",
    "pretended",
    "put_out",
    "put_out_many",
    "report",
    "settle",
    "suppress",
    "take_back",
    "unsuppress",
]
