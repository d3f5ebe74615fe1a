"""A company made once for all tests that only read it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from rapport.interactions.log.models import Interaction
from rapport.interactions.log.rules import Entry
from rapport.simulation import company, histories
from rapport.simulation.plan import Plan
from rapport.simulation.truths import Truth

ENDS = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def plan(customers: int = 300, seed: int = 7, years: float = 2.0) -> Plan:
    return Plan(customers, years, seed, ENDS)


@dataclass(frozen=True)
class Company:
    """All entries with their properties read, and the truths by customer number."""

    entries: list[tuple[Entry, dict[str, Any]]]
    truths: dict[int, Truth]

    def of_kind(self, *kinds: str) -> Iterator[tuple[Entry, dict[str, Any]]]:
        return (pair for pair in self.entries if pair[0].kind in kinds)


def number_of(entry: Entry) -> int:
    """Whose interaction it is: the message id is seed-customer-count."""
    return int(entry.message_id.split("-")[1])


def moment(text: str) -> datetime:
    """The moment that a property names."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


@cache
def wrenfield() -> Company:
    """Three thousand customers over two years."""
    entries, truths = [], {}
    for block in histories.blocks(plan(3000), company.numbered()):
        entries += [(told.entry, json.loads(told.entry.properties)) for told in block.told]
        truths |= {truth.number: truth for truth in block.truths}
    return Company(entries, truths)


def told_in_record() -> int:
    """How many rows of the log were told by the histories; what is done at the desk has sources of its own."""
    return Interaction.objects.filter(source__name__in=company.SOURCES).count()
