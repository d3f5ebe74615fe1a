"""Small files for imports, and a run in one call."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from rapport.interactions.ingestion import commands
from rapport.interactions.ingestion.models import Import
from rapport.staff.roles.rules import Operator

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def clock() -> datetime:
    return NOON


def take_in(mapping: str, *files: Path) -> Import:
    """Import files to the end, as the command line does."""
    begun = commands.begin(files, mapping, by=Operator(), at=NOON)
    return commands.run(begun.pk, watch=commands.Watch(clock=clock), token="test", by=Operator())


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write a small file and return its path."""

    def put(name: str, text: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    return put


SHOP = """
title = "A shop"
source = "shop"
time_zone = "Europe/London"

[customer]
identifiers = [{ kind = "user_id", column = "customer" }, { kind = "email", column = "mail", proof = "order" }]
traits = { name = "name", city = "city" }

[[interactions]]
name = "order"
key = ["order"]
kind = "purchase"
when = "at"
subject = "Order {order}, {#lines} lines"
amount = { multiply = ["quantity", "price"], currency = "GBP" }
properties = { order = "order" }
lines = { article = "article", quantity = { column = "quantity", as = "number" } }
"""


@pytest.fixture
def shop(write: Callable[..., Path]) -> str:
    """The path of a mapping for the small shop."""
    return str(write("shop.toml", SHOP))


HEAD = "order,article,quantity,price,at,customer,mail,name,city\n"
ORDERS = (
    HEAD
    + """1,cup,2,1.335,2026-01-05 10:00:00,amina,Amina@Example.org,Amina Okafor,Leeds
2,jug,1,20,2026-01-06 09:00:00,ben,ben@example.org,Ben Fry,York
1,plate,1,4.00,2026-01-05 10:01:00,amina,Amina@Example.org,Amina Okafor,Leeds
3,spoon,1,1.10,2026-07-06 09:30:00,,,,
1,cup,2,1.335,2026-01-05 10:00:00,amina,Amina@Example.org,Amina Okafor,Leeds
"""
)
