"""What one interaction is before it is stored, and what became of it."""

from calendar import monthrange
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
    for the contact points among the claims. `is_public`: told with a key that anybody may have read in a web page.
    """

    message_id: str
    kind: str
    occurred_at: datetime
    channel: str = "web"
    direction: str = "in"
    sent_at: datetime | None = None
    claims: tuple[Claim, ...] = ()
    is_login: bool = False
    is_public: bool = False
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


def months_before(moment: datetime, months: int) -> datetime:
    """The same day and time so many months earlier, or the last day of that month where it is shorter.

    >>> months_before(datetime(2026, 3, 31, 12), 13)
    datetime.datetime(2025, 2, 28, 12, 0)
    """
    year, month = divmod(moment.year * 12 + moment.month - 1 - months, 12)
    return moment.replace(year=year, month=month + 1, day=min(moment.day, monthrange(year, month + 1)[1]))
