"""What a person is to those who export and erase, and what each of them must be able to do."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, Protocol

AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Person:
    """One customer at the moment of an export or erasure: number, identifiers, and what these are.

    `identifiers` are (kind, value), in the order of `identifier_ids`.
    """

    customer_id: int
    identifier_ids: tuple[int, ...]
    identifiers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that is known of a person. `section` groups alike facts; values are ready for JSON or moments."""

    section: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Erased:
    """How many things went, and which files (paths inside the data folder) must go once that is committed."""

    things: int
    files: tuple[str, ...] = ()


class Handler(Protocol):
    """One part's duty towards a person: a module of its commands. `covers` names the tables it answers for."""

    @property
    def name(self) -> str: ...

    @property
    def covers(self) -> tuple[str, ...]: ...

    def export(self, person: Person) -> Iterator[Fact]:
        """All that this part knows of the person and nothing of anybody else, section by section."""

    def erase(self, person: Person, *, at: datetime) -> Erased:
        """Remove it, in the transaction of the erasure. Safe to repeat."""


def pieces(values: Iterable[int], size: int = AT_ONCE) -> Iterator[list[int]]:
    """The numbers in lists short enough for one query."""
    rest = iter(values)
    while piece := list(islice(rest, size)):
        yield piece
