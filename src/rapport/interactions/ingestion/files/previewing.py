"""A first look at a file, and what a mapping would make of its first lines. Nothing is stored."""

from itertools import islice
from pathlib import Path

import msgspec

from rapport.customers.directory.rules import NAME_TRAITS
from rapport.interactions.ingestion.files.groups import groups
from rapport.interactions.ingestion.files.opening import Source
from rapport.interactions.ingestion.files.spill import Spill
from rapport.interactions.ingestion.files.streams import streams
from rapport.interactions.ingestion.files.tables import Layout, Line, Table
from rapport.interactions.ingestion.rules.cells import BadCell
from rapport.interactions.ingestion.rules.mapping import ONLY_FILE, Mapping
from rapport.interactions.ingestion.rules.shaping import Identified, Surroundings
from rapport.interactions.log.rules import Entry

LOOKED_AT = 2_000
"""Lines that a preview reads."""
SHOWN_CUSTOMERS = 3
SHOWN_ENTRIES = 4


class Look(msgspec.Struct, frozen=True):
    """The names of a file's tables, and the columns and first lines of the first one."""

    tables: list[str]
    columns: list[str]
    lines: list[list[str]]


class Person(msgspec.Struct):
    """A customer as the import would make them."""

    name: str
    claims: tuple[str, ...]
    traits: dict[str, object]
    entries: list[Entry] = []
    count: int = 0


class Preview(msgspec.Struct, frozen=True):
    """What the first lines become: people, things that happened to nobody known, and lines that cannot be taken."""

    people: list[Person]
    lines: int
    interactions: int
    nobody: int
    bad: list[str]


def look(path: Path, name: str, layout: Layout, *, lines: int = 5) -> Look:
    """Read the beginning of a file. Of an archive only the names of the other tables are told."""
    with Source(path, layout, name=name) as source:
        tables = source.tables()
        first = next(tables)
        kept = [line.values for line in islice(first.lines, lines) if isinstance(line, Line)]
        names = [first.name, *(table.name for table in tables)]
    return Look(names, first.columns, kept)


def preview(path: Path, name: str, mapping: Mapping, around: Surroundings) -> Preview:
    """What a mapping makes of the first lines of a file with one table."""
    with Spill(Path(":memory:")) as spill, Source(path, mapping.layout, name=name) as source:
        table = next(source.tables())
        some = Table(table.name, table.columns, islice(table.lines, LOOKED_AT))
        lines = spill.load(ONLY_FILE.name, some, lambda _: None)
        bad = [f"{reject.line}: {reject.reason}" for reject in spill.rejects()]
        people: dict[tuple[str, str], Person] = {}
        interactions = nobody = 0
        for stream in streams(mapping, spill, around):
            for group in groups(spill, stream.selection):
                try:
                    who = stream.identifier.who(group.rows)
                    made = stream.shaper.entries(group.rows) if stream.shaper else []
                    entries = [one.entry for one in made]
                except BadCell as found:
                    bad.append(f"{group.rows[0].place}: {found}")
                    continue
                interactions += len(entries)
                nobody += len(entries) if not who.claims else 0
                _add(people, who, entries)
    fullest = sorted(people.values(), key=lambda person: -person.count)[:SHOWN_CUSTOMERS]
    return Preview(fullest, lines, interactions, nobody, bad)


def _add(people: dict[tuple[str, str], Person], who: Identified, entries: list[Entry]) -> None:
    strongest = who.strongest
    if strongest is None:
        return
    key = (strongest.kind, strongest.value)
    if key not in people:
        name = next((str(who.traits[trait]) for trait in NAME_TRAITS if trait in who.traits), strongest.value)
        people[key] = Person(name, tuple(claim.value for claim in who.claims), who.traits)
    person = people[key]
    person.count += len(entries)
    person.entries = sorted([*person.entries, *entries], key=lambda entry: entry.occurred_at)[-SHOWN_ENTRIES:]
