"""The few customers of every measure's example: what happened in March 2026, small enough to count by hand."""

from datetime import datetime
from typing import NamedTuple

import pyarrow as pa

from rapport.analytics import schema

ZONE = "UTC"
PERIOD = "2026-03"


class Event(NamedTuple):
    """One interaction: who (an identifier's number; None: nobody we know), what, where, when, which amount."""

    who: int | None
    kind: str
    channel: str
    direction: str
    at: str
    touchpoint: int | None = None
    minor: int | None = None
    currency: str = ""


PEOPLE = {1: "Amina", 2: "Amina", 3: "Jonas", 4: "Mei", 5: "Ben", 6: "Rosa", 7: "Otto"}
"""Identifiers by number. Amina is known by two, which are linked: she is customer 1, others have their own number."""
CUSTOMER = {1: 1, 2: 1, 3: 3, 4: 4, 5: 5, 6: 6, 7: 7}
PLACES = ((1, "Till in Leeds", "Retail", "in_person"), (2, "Help line", "Service", "voice"))
EVENTS = (
    Event(1, "purchase", "web", "in", "2026-01-10 12:00:00"),
    Event(7, "visit", "in_person", "in", "2026-02-10 12:00:00", 1),
    Event(1, "purchase", "web", "in", "2026-03-02 09:00:00", 1, 6400, "GBP"),
    Event(2, "call", "voice", "in", "2026-03-03 10:00:00", 2),
    Event(2, "call", "voice", "in", "2026-03-06 10:00:00"),
    Event(1, "complaint", "email", "in", "2026-03-20 18:00:00"),
    Event(3, "message", "email", "in", "2026-03-05 10:00:00", 2),
    Event(3, "message", "chat", "in", "2026-03-05 10:30:00", 2),
    Event(4, "purchase", "web", "in", "2026-03-10 09:00:00", 1, 2000, "EUR"),
    Event(4, "call", "voice", "in", "2026-03-10 15:00:00"),
    Event(5, "purchase", "in_person", "in", "2026-03-16 11:00:00", 1, 500, "GBP"),
    Event(1, "refund", "web", "in", "2026-03-12 09:00:00", 1, -400, "GBP"),
    Event(1, "purchase", "web", "in", "2026-03-11 09:00:00", 1, 1000, "GBP"),
    Event(None, "page_view", "web", "in", "2026-03-08 08:00:00"),
    Event(6, "page_view", "web", "in", "2026-03-09 08:00:00"),
    Event(3, "visit", "in_person", "in", "2026-04-02 12:00:00", 1),
)


def tables() -> dict[str, pa.Table]:
    """The example as datasets of the lake."""
    since_ever, for_ever = datetime(1900, 1, 1), datetime(9999, 1, 1)  # noqa: DTZ001 - as the lake keeps moments
    found = {
        "interactions": [_row(number, event) for number, event in enumerate(EVENTS, 1)],
        "identifiers": [{"identifier_id": one, "customer_id": whose} for one, whose in CUSTOMER.items()],
        "customers": [
            {"customer_id": one, "kind": "person", "first_at": since_ever, "last_at": for_ever}
            for one in sorted(set(CUSTOMER.values()))
        ],
        "touchpoints": [
            {"touchpoint_id": one, "name": name, "department": department, "channel": channel}
            for one, name, department, channel in PLACES
        ],
        "rates": [
            {"currency": currency, "valid_from": since_ever, "valid_until": for_ever, "per_minor": rate}
            for currency, rate in (("GBP", 1.0), ("EUR", 0.85))
        ],
    }
    return {
        name: pa.Table.from_pylist(rows, schema=schema.DATASETS[name].schema) for name, rows in found.items()
    }


def _row(number: int, event: Event) -> dict[str, object]:
    at = datetime.fromisoformat(event.at)
    return {
        "id": number,
        "source_id": 1,
        "identifier_id": event.who,
        "kind": event.kind,
        "channel": event.channel,
        "direction": event.direction,
        "touchpoint_id": event.touchpoint,
        "amount_minor": event.minor,
        "currency": event.currency,
        "properties": "{}",
        "occurred_at": at,
        "received_at": at,
    }
