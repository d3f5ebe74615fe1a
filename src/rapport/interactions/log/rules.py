"""What one interaction is before it is stored, and what became of it."""

from datetime import datetime
from typing import Any

import msgspec

from rapport.customers.directory.rules import Claim

LONGEST_MESSAGE_ID = 200
LONGEST_SUBJECT = 300
EARLIEST_YEAR = 1900


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that happened, checked and ready to store. Moments are aware and in UTC.

    `amount_minor` is in minor units of `currency`; `properties` is JSON text of an object;
    `warning` says what was mended on the way in; `consents` maps purpose to granted or denied
    for the contact points among the claims.
    """

    message_id: str
    kind: str
    occurred_at: datetime
    channel: str = "web"
    direction: str = "in"
    sent_at: datetime | None = None
    claims: tuple[Claim, ...] = ()
    is_login: bool = False
    traits: dict[str, Any] = {}
    organisation: Claim | None = None
    organisation_traits: dict[str, Any] = {}
    consents: dict[str, str] = {}
    consent_proof: str = ""
    touchpoint_id: int | None = None
    staff_id: int | None = None
    subject: str = ""
    text: str = ""
    amount_minor: int | None = None
    currency: str = ""
    properties: str = "{}"
    warning: str = ""


class Recorded(msgspec.Struct, frozen=True):
    """What became of a batch: which positions were new, and which were already known."""

    new: tuple[int, ...]
    already_known: tuple[int, ...]
