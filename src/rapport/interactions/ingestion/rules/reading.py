"""Reading the columns of lines by name."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from rapport.interactions.ingestion.rules import cells
from rapport.interactions.ingestion.rules.mapping import Amount, Column, Mapping, Ref

_REMEMBERED = 16_384


class Row(NamedTuple):
    """A line as it comes out of the spill: its place, that of the line inside it (None: none), its values."""

    place: int
    inner: int | None
    values: Sequence[str | None]


class Reader:
    """Reads columns of a row by name, once each name has been found its place."""

    def __init__(self, mapping: Mapping, columns: Sequence[str]) -> None:
        self._places = {name: place for place, name in enumerate(columns)}
        self._empty = frozenset(mapping.empty)

    def value(self, row: Row, column: str) -> str:
        """The text, empty where nothing is known."""
        found = row.values[self._places[column]]
        if not found:
            return ""
        return "" if found in self._empty else found

    def first(self, rows: Sequence[Row], column: str) -> str:
        """The first text that any of the lines has in this column."""
        for row in rows:
            if text := self.value(row, column):
                return text
        return ""

    def ref(self, rows: Sequence[Row], ref: Ref) -> Any:
        """The value a reference to a column means; None where nothing is known."""
        if isinstance(ref, str):
            return self.first(rows, ref) or None
        text = self.first(rows, ref.column)
        if ref.not_after:
            return cells.is_not_after(text, self.first(rows, ref.not_after))
        return meaning(text, ref)

    def filled(self, rows: Sequence[Row], refs: dict[str, Ref]) -> dict[str, Any]:
        """The named values that are known."""
        found = ((name, self.ref(rows, ref)) for name, ref in refs.items())
        return {name: value for name, value in found if value is not None}

    def line_values(self, refs: dict[str, Ref]) -> Callable[[Row], dict[str, Any]]:
        """A function from a line to its named values, the places found out once: it runs for every line."""
        places = [(name, *self._compiled(ref)) for name, ref in refs.items()]

        def read(row: Row) -> dict[str, Any]:
            values = row.values
            found = {}
            for name, place, convert in places:
                if (text := values[place]) and (value := convert(text)) is not None:
                    found[name] = value
            return found

        return read

    def _compiled(self, ref: Ref) -> tuple[int, Callable[[str], Any]]:
        """A column's place, and what becomes of its text, remembered per text."""
        column = ref if isinstance(ref, str) else ref.column

        @lru_cache(_REMEMBERED)
        def convert(text: str) -> Any:
            known = "" if text in self._empty else text
            return (known or None) if isinstance(ref, str) else meaning(known, ref)

        return self._places[column], convert

    def line_amount(self, amount: Amount) -> Callable[[Row], Decimal | None]:
        """A function from a line to its exact amount; None where it has none."""
        columns = amount.multiply or amount.add
        places = [self._places[column] for column in columns]
        is_product, empty, decimal = bool(amount.multiply), self._empty, amount.decimal

        def read(row: Row) -> Decimal | None:
            values = row.values
            texts = [text for place in places if (text := values[place]) and text not in empty]
            if not texts or (is_product and len(texts) < len(places)):
                return None
            total = cells.decimal_of(texts[0], decimal)
            for text in texts[1:]:
                number = cells.decimal_of(text, decimal)
                total = total * number if is_product else total + number
            return total

        return read


def meaning(text: str, column: Column) -> Any:
    """What a text in a column means: translated, or converted; None where nothing is known."""
    if text in column.values:
        return column.values[text]
    if column.otherwise is not None:
        return column.otherwise
    return cells.converted(text, column.as_) if text else None
