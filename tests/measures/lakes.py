"""Lakes laid directly, and the same measures counted by hand in plain Python."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa

from rapport.analytics import schema
from rapport.analytics.measures.periods import Period
from rapport.analytics.measures.rows import ASKING, CONTACTS

Rows = list[dict[str, Any]]
START = datetime(2026, 1, 1)  # noqa: DTZ001 - as the lake keeps moments
KINDS = ("purchase", "refund", "call", "message", "visit", "page_view", "complaint", "campaign")
CHANNELS = ("web", "voice", "email", "in_person")
SECONDS = (0, 1, 3599, 3600, 3601, 86_399, 86_400, 604_799, 604_800, 604_801)
"""Steps at which hours, days and weeks turn."""


def awkward(seed: int, count: int, people: int = 40) -> dict[str, pa.Table]:
    """Random rows with ties, nulls, moments at the edges, shared devices, currencies without a rate."""
    luck = np.random.default_rng(seed)
    rows = [_row(number, luck, people) for number in range(1, count + 1)]
    owned = [one for one in range(1, people + 1) if one % 13]
    tables: dict[str, Rows] = {
        "interactions": rows,
        "identifiers": [{"identifier_id": one, "customer_id": max(1, one - one % 3)} for one in owned],
        "touchpoints": [
            {"touchpoint_id": 1, "name": "Till", "department": "Retail", "channel": "in_person"},
            {"touchpoint_id": 2, "name": "Line", "department": "Service", "channel": "voice"},
            {"touchpoint_id": 3, "name": 'It\'s "odd"; --', "department": "O'Hara; DROP", "channel": "web"},
        ],
        "rates": [
            _rate("GBP", 1900, 9999, 1.0),
            _rate("EUR", 1900, 2026, 0.855),
            _rate("EUR", 2026, 9999, 0.8651),
            _rate("JPY", 1900, 9999, 0.5),
        ],
    }
    return {
        name: pa.Table.from_pylist(some, schema=schema.DATASETS[name].schema) for name, some in tables.items()
    }


def _rate(currency: str, first: int, last: int, worth: float) -> dict[str, Any]:
    since, until = datetime(first, 1, 1), datetime(last, 1, 1)  # noqa: DTZ001 - as the lake keeps moments
    return {"currency": currency, "valid_from": since, "valid_until": until, "per_minor": worth}


def _row(number: int, luck: np.random.Generator, people: int) -> dict[str, Any]:
    kind = str(luck.choice(KINDS))
    has_money = kind in {"purchase", "refund"} and luck.random() < 0.9
    at = START + timedelta(seconds=int(luck.choice(SECONDS)) + 86_400 * int(luck.integers(-60, 100)))
    at += timedelta(microseconds=int(luck.choice([0, 0, 0, 1, 500_000, 999_999])))
    minor = int(luck.integers(1, 50_000)) * (-1 if kind == "refund" else 1)
    return {
        "id": number,
        "source_id": 1,
        "identifier_id": int(luck.integers(1, people + 1)) if luck.random() < 0.9 else None,
        "kind": kind,
        "channel": str(luck.choice(CHANNELS)),
        "direction": str(luck.choice(["in", "in", "in", "out", "none"])),
        "touchpoint_id": int(luck.integers(1, 4)) if luck.random() < 0.7 else None,
        "amount_minor": minor if has_money else None,
        "currency": str(luck.choice(["GBP", "EUR", "JPY", "CHF"])) if has_money else "",
        "properties": "{}",
        "occurred_at": at,
        "received_at": at,
    }


class ByHand:
    """Each measure by loops over rows, as one would count on paper; the oracle of both engines."""

    def __init__(self, tables: dict[str, pa.Table], period: Period) -> None:
        self.all: Rows = tables["interactions"].to_pylist()
        self.owner = {one["identifier_id"]: one["customer_id"] for one in tables["identifiers"].to_pylist()}
        self.department = {
            one["touchpoint_id"]: one["department"] for one in tables["touchpoints"].to_pylist()
        }
        self.rates: Rows = tables["rates"].to_pylist()
        self.period = period
        self.inside = [row for row in self.all if period.first <= row["occurred_at"] < period.last]

    def who(self, row: dict[str, Any]) -> int | None:
        return self.owner.get(row["identifier_id"])

    def came(self, rows: Rows) -> Rows:
        return [r for r in rows if r["kind"] in CONTACTS and r["direction"] == "in" and self.who(r)]

    def interactions_by_channel(self) -> list[tuple[Any, ...]]:
        return sorted(Counter(row["channel"] for row in self.inside).items())

    def interactions_by_kind(self) -> list[tuple[Any, ...]]:
        return sorted(Counter(row["kind"] for row in self.inside).items())

    def active_customers(self) -> list[tuple[Any, ...]]:
        return [(len({self.who(row) for row in self.came(self.inside)}),)]

    def lives(self, rows: Rows) -> dict[int, list[datetime]]:
        found = defaultdict(list)
        for row in self.came(rows):
            found[self.who(row)].append(row["occurred_at"])
        return {who: sorted(moments) for who, moments in found.items() if who is not None}

    @property
    def until(self) -> Rows:
        return [row for row in self.all if row["occurred_at"] < self.period.last]

    def first_seen(self) -> list[tuple[Any, ...]]:
        return [(sum(one[0] >= self.period.first for one in self.lives(self.until).values()),)]

    def last_seen(self) -> list[tuple[Any, ...]]:
        lasts = [one[-1] for one in self.lives(self.all).values()]
        return [(sum(self.period.first <= last < self.period.last for last in lasts),)]

    def days(self, moments: Iterable[datetime]) -> list[tuple[Any, ...]]:
        whole = [(self.period.last - moment.replace(microsecond=0)).days for moment in moments]
        return sorted(Counter(whole).items())

    def recency(self) -> list[tuple[Any, ...]]:
        return self.days(one[-1] for one in self.lives(self.until).values())

    def tenure(self) -> list[tuple[Any, ...]]:
        lives = self.lives(self.until).values()
        return self.days(one[0] for one in lives if one[-1] >= self.period.first)

    def channels_used(self) -> list[tuple[Any, ...]]:
        used = {(self.who(row), row["channel"]) for row in self.came(self.inside)}
        return sorted(Counter(Counter(who for who, _ in used).values()).items())

    def contacts_per_customer(self) -> list[tuple[Any, ...]]:
        had = Counter(self.who(row) for row in self.inside if row["kind"] in CONTACTS and self.who(row))
        return sorted(Counter(had.values()).items())

    def frequency(self) -> list[tuple[Any, ...]]:
        bought = Counter(self.who(row) for row in self.inside if row["kind"] == "purchase" and self.who(row))
        return sorted(Counter(bought.values()).items())

    def money(self) -> list[tuple[Any, ...]]:
        spent, buyers = defaultdict(int), set()
        for row in self.inside:
            rate = self.rate(row)
            if self.who(row) and row["amount_minor"] is not None and rate is not None:
                whole = Decimal(row["amount_minor"] * rate).quantize(Decimal(1), ROUND_HALF_UP)
                spent[self.who(row)] += int(whole)
                if row["kind"] == "purchase":
                    buyers.add(self.who(row))
        each = [spent[who] for who in buyers]
        return [(len(each), sum(each) if each else None, float(sum(s * s for s in each)) if each else None)]

    def rate(self, row: dict[str, Any]) -> float | None:
        for rate in self.rates:
            holds = rate["valid_from"] <= row["occurred_at"] < rate["valid_until"]
            if rate["currency"] == row["currency"] and holds:
                return rate["per_minor"]
        return None

    def several_departments_in_a_week(self) -> list[tuple[Any, ...]]:
        met = defaultdict(lambda: defaultdict(set))
        for row in self.inside:
            place = self.department.get(row["touchpoint_id"])
            if row["kind"] in CONTACTS and place and self.who(row):
                week = (row["occurred_at"] - self.period.first) // timedelta(days=7)
                met[self.who(row)][week].add(place)
        hits = sum(any(len(places) > 1 for places in weeks.values()) for weeks in met.values())
        return [(hits if met else None, len(met))]

    def repeat_contacts(self) -> list[tuple[Any, ...]]:
        asked = defaultdict(list)
        for row in self.all:
            is_theirs = row["kind"] in ASKING and row["direction"] == "in" and self.who(row)
            if is_theirs and self.period.first <= row["occurred_at"] <= self.period.seen:
                asked[self.who(row)].append(row["occurred_at"])
        hits = n = 0
        week, hour = timedelta(days=7), timedelta(hours=1)
        for moments in asked.values():
            ordered = [*sorted(moments), None]
            for at, again in pairwise(ordered):
                if at >= self.period.last or at > self.period.seen - week:
                    continue
                if again is None or again > at + hour:
                    n += 1
                    hits += again is not None and again <= at + week
        return [(hits if n else None, n)]
