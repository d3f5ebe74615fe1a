"""Which of several things told about a customer counts. Plain values only."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec


class Told(msgspec.Struct, frozen=True):
    """One value of one trait, with who told it and when."""

    name: str
    value: Any
    source: str
    observed_at: datetime
    id: int


class Known(msgspec.Struct, frozen=True):
    """A trait as it stands: the newest value, and the other values that were told before or by others."""

    newest: Told
    others: tuple[Told, ...] = ()


def known(told: Iterable[Told]) -> list[Known]:
    """One entry for each trait, by name. The newest value counts; of two of one moment, the later row."""
    by_name: dict[str, list[Told]] = {}
    for one in sorted(told, key=lambda t: (t.observed_at, t.id), reverse=True):
        by_name.setdefault(one.name, []).append(one)
    return [
        Known(newest, tuple(one for one in others if one.value != newest.value))
        for _, (newest, *others) in sorted(by_name.items(), key=lambda item: item[0].casefold())
    ]
