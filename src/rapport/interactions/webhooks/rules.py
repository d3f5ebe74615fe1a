"""What a webhook wants to hear, how it is told, and when it is tried again."""

import base64
import json
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from standardwebhooks import Webhook as Signer

_S = 1.0
_MINUTE = 60 * _S
_HOUR = 60 * _MINUTE
PAUSES = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 5 * _MINUTE, 30 * _MINUTE, *(hours * _HOUR for hours in (2, 5, 10, 14, 20, 24)))
)
"""Between one try and the next: the schedule that Standard Webhooks recommends, a little more than three days."""
MOST_ATTEMPTS = len(PAUSES) + 1
LEASE = timedelta(seconds=60)
"""Longer than the longest try: a delivery in hand for longer was lost with its process, its outcome is not known."""
SECOND_SECRET = timedelta(hours=24)
"""For how long messages are signed with the old secret too, after a new one was made."""
GIVEN_UP_AFTER = timedelta(days=5)
"""A webhook at which everything failed for this long is switched off."""
KEPT = timedelta(days=30)
MOST_WEBHOOKS = 50
MOST_AN_HOUR = 20_000
MOST_DEPTH = 3
"""How often a message may lead to an interaction that leads to a message, before it is taken for a loop."""
CAUSE = "caused_by_webhook"
"""The property in which a program that answers a message by an interaction names the message's webhook-id."""
PATIENT_FAILURES = 5
_FIRST_REST = timedelta(seconds=5)
_LONGEST_REST = timedelta(minutes=5)
MOST_SHOWN = 200
GONE = 410
VERSION = 1
RECORDED, TEST = "interaction.recorded", "webhook.test"


@dataclass(frozen=True, slots=True)
class Wish:
    """What one webhook wants to hear: kinds and sources (empty: all), of what was recorded after `after_id`."""

    webhook_id: int
    kinds: frozenset[str]
    sources: frozenset[int]
    after_id: int

    def covers(self, interaction_id: int, kind: str, source_id: int) -> bool:
        return (
            interaction_id > self.after_id
            and (not self.kinds or kind in self.kinds)
            and (not self.sources or source_id in self.sources)
        )


def wanted_kinds(wishes: Collection[Wish]) -> frozenset[str] | None:
    """The kinds that anybody wants to hear of; None for all."""
    return frozenset().union(*(w.kinds for w in wishes)) if all(w.kinds for w in wishes) else None


def pause(attempt: int, luck: float) -> timedelta | None:
    """How long to wait after the failed try number `attempt` (1 is the first); None when it was the last.

    Spread by `luck` (0 to 1) to 90-110 %, so that what failed together does not come back together.

    >>> pause(1, 0.5), pause(10, 0.5)
    (datetime.timedelta(seconds=5), None)
    """
    return PAUSES[attempt - 1] * (0.9 + 0.2 * luck) if attempt <= len(PAUSES) else None


def rest(failures: int) -> timedelta | None:
    """How long a webhook is left alone after so many failures in a row; None while we are patient."""
    over = failures - PATIENT_FAILURES
    return None if over < 0 else min(_FIRST_REST * (1 << min(over, 10)), _LONGEST_REST)


def new_id() -> str:
    """The id of a message, the same at every try."""
    return f"msg_{secrets.token_hex(16)}"


def new_secret() -> str:
    """A secret in the form of Standard Webhooks: 256 random bits."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


def signed(message_id: str, body: bytes, keys: Collection[str], at: datetime) -> dict[str, str]:
    """The headers of a message: its id, the moment, and one signature for each secret."""
    moment = at.astimezone(UTC)
    signatures = (Signer(key).sign(message_id, moment, body.decode()) for key in keys)
    return {
        "Content-Type": "application/json",
        "User-Agent": "Rapport-Webhooks/1",
        "webhook-id": message_id,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def message(kind: str, at: datetime, data: Mapping[str, Any]) -> bytes:
    """The body of a message: what it is, when it happened, and the thing itself."""
    body = {"type": kind, "version": VERSION, "timestamp": _written(at), "data": data}
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def told(row: Mapping[str, Any], *, with_content: bool) -> dict[str, Any]:
    """What a webhook is told of an interaction; who it was and what was said only if it is to know that."""
    data: dict[str, Any] = {
        "id": row["id"],
        "message_id": row["message_id"],
        "source": row["source__name"],
        "kind": row["kind"],
        "channel": row["channel"],
        "direction": row["direction"],
        "touchpoint": row["touchpoint__name"],
        "occurred_at": _written(row["occurred_at"]),
        "received_at": _written(row["received_at"]),
        "customer": row["identifier__customer_id"],
        "amount_minor": row["amount_minor"],
        "currency": row["currency"] or None,
    }
    if with_content:
        known = row["identifier__kind"] is not None
        data |= {
            "identifier": {"kind": row["identifier__kind"], "value": row["identifier__value"]}
            if known
            else None,
            "subject": row["subject"],
            "text": row["text"],
            "properties": row["properties"],
        }
    return data


COLUMNS = (
    "id", "message_id", "source__name", "kind", "channel", "direction", "touchpoint__name", "occurred_at",
    "received_at", "identifier__customer_id", "identifier__kind", "identifier__value", "amount_minor", "currency",
    "subject", "text", "properties",
)  # fmt: skip


def _written(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
