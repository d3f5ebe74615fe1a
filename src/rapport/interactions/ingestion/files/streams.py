"""The interactions of a mapping as streams: how their lines are selected, and what makes entries of them."""

from collections.abc import Iterator
from typing import NamedTuple

from rapport.interactions.ingestion.files.joining import Joins, Selection, Wanted
from rapport.interactions.ingestion.files.spill import Spill
from rapport.interactions.ingestion.rules import mapping as mappings
from rapport.interactions.ingestion.rules.mapping import InteractionMapping, Mapping
from rapport.interactions.ingestion.rules.reading import Reader
from rapport.interactions.ingestion.rules.shaping import Identifier, Shaper, Surroundings


class Stream(NamedTuple):
    """One sort of interaction; without a shaper: customers alone."""

    base: str
    inner: str
    selection: Selection
    shaper: Shaper | None
    identifier: Identifier


def streams(mapping: Mapping, spill: Spill, around: Surroundings) -> Iterator[Stream]:
    """One stream for each sort of interaction whose file is there, or one of customers alone."""
    joins = Joins(mapping, spill)
    names = [file.name for file in mapping.files] or [mappings.ONLY_FILE.name]
    for one in mapping.interactions:
        base = one.from_ or names[0]
        if spill.columns(base):
            columns = list(mappings.columns_of(mapping, one))
            optional = mappings.optional_columns(mapping, one)
            wanted = Wanted(base, one.lines_from, columns, one.key, one.order, optional)
            yield _stream(mapping, joins.selection(wanted), wanted, one, around)
    if not mapping.interactions:
        base, optional = mapping.customer.from_ or names[0], mappings.optional_columns(mapping, None)
        wanted = Wanted(base, "", list(mappings.who_columns(mapping)), optional=optional)
        yield _stream(mapping, joins.selection(wanted), wanted, None, around)


def _stream(
    mapping: Mapping,
    selection: Selection,
    wanted: Wanted,
    one: InteractionMapping | None,
    around: Surroundings,
) -> Stream:
    shaper = Shaper(mapping, one, selection.columns, around) if one else None
    identifier = Identifier(mapping, Reader(mapping, selection.columns), around)
    return Stream(wanted.base, wanted.inner, selection, shaper, identifier)
