"""What a list may be narrowed and sorted by, and how an address says so: an allow-list of fields and operators.

A vocabulary names every field of a list and, for each, the operators it may be asked with. `name=value` asks with
the first of them, `name.operator=value` with another. Nothing from outside ever becomes the name of a column.
"""

import base64
import binascii
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from rapport.kernel import money
from rapport.kernel.refusals import Refusal
from rapport.kernel.text import storable

LONGEST_VALUE = 254
MOST_CONDITIONS = 12
MOST_ROWS = 100
_LARGEST = 2**63
_YEARS = range(1900, 9999)


class BadFilter(Refusal):
    """A filter, order or place in a list that cannot be."""


@dataclass(frozen=True, slots=True)
class Around:
    """What values are read in: the currency of amounts."""

    currency: str = "EUR"


@dataclass(frozen=True, slots=True)
class Type:
    """What values of a field are: how text becomes one, how one in a place is read again, what it may be asked."""

    name: str
    read: Callable[[str, Around], Any]
    again: Callable[[Any], Any]
    operators: frozenset[str]


@dataclass(frozen=True, slots=True)
class Field:
    """Something to filter by: its name in addresses, the column behind it, and its operators, the usual one first."""

    name: str
    column: str
    type: Type
    operators: tuple[str, ...]

    def __post_init__(self) -> None:
        if strange := set(self.operators) - self.type.operators:
            raise ValueError(f"{self.name}: a {self.type.name} cannot be asked {', '.join(sorted(strange))}")


@dataclass(frozen=True, slots=True)
class Sort:
    """An order of the list: the column it follows, what stands in it, and which way."""

    name: str
    title: str
    column: str
    type: Type
    is_descending: bool = True


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing that must hold. `given` is the address's own name and text for it."""

    field: Field
    operator: str
    value: Any
    given: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a sorted list a page begins: after the row with this value and id."""

    value: Any
    id: int


@dataclass(frozen=True, slots=True)
class Choice:
    """All that somebody chose of a list: what must hold, in which order, from where on, how many rows."""

    conditions: tuple[Condition, ...]
    sort: Sort
    after: Place | None = None


@dataclass(frozen=True)
class Vocabulary:
    """What one list may be asked; the same for its page, the API, the command line and an export."""

    fields: tuple[Field, ...]
    sorts: tuple[Sort, ...]
    others: frozenset[str] = frozenset()
    """Names in an address that mean something else to the list, such as a search."""
    _asked: dict[str, tuple[Field, str]] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        for one in self.fields:
            for operator in one.operators:
                self._asked[f"{one.name}.{operator}"] = (one, operator)
            self._asked[one.name] = (one, one.operators[0])

    def sort(self, name: str) -> Sort:
        found = {sort.name: sort for sort in self.sorts}
        if name not in found:
            raise BadFilter(f"'{name[:40]}' is not one of {', '.join(found)}.", field="sort", value=name)
        return found[name]

    def read(self, given: Mapping[str, Sequence[str]], around: Around, *, is_strict: bool = False) -> Choice:
        """A choice from an address; refuses what is not on the list. Strict: also names that nobody knows.

        Of a name given several times the last counts; what is left empty is not asked.
        """
        said = {name: values[-1].strip() for name, values in given.items() if values and values[-1].strip()}
        known = self._asked.keys() | self.others | {"sort", "after"}
        if is_strict and (strange := sorted(given.keys() - known)):
            raise BadFilter(
                f"'{strange[0][:40]}' is nothing to filter by.", field=strange[0][:80], value=strange[0]
            )
        conditions = [
            _condition(*self._asked[name], name, text, around)
            for name, text in said.items()
            if name in self._asked
        ]
        if len(conditions) > MOST_CONDITIONS:
            raise BadFilter(
                f"At most {MOST_CONDITIONS} filters at once.", field="filters", value=len(conditions)
            )
        sort = self.sort(said.get("sort", self.sorts[0].name))
        after = read_place(said["after"], sort) if "after" in said else None
        return Choice(tuple(filter(None, conditions)), sort, after)


def _condition(asked: Field, operator: str, name: str, text: str, around: Around) -> Condition | None:
    text = storable(text)
    if len(text) > LONGEST_VALUE:
        raise BadFilter(
            f"At most {LONGEST_VALUE} characters can be asked for.", field=name, value=text[:LONGEST_VALUE]
        )
    try:
        if operator == "among":
            value: Any = tuple(asked.type.read(one.strip(), around) for one in text.split(","))
        else:
            value = asked.type.read(text, around)
    except Refusal as refusal:
        raise BadFilter(refusal.message, field=name, value=text) from refusal
    except (ValueError, OverflowError) as error:
        message = f"'{text[:40]}' is not a {asked.type.name}."
        raise BadFilter(message, field=name, value=text) from error
    return None if value is NOT_ASKED else Condition(asked, operator, value, (name, text))


NOT_ASKED = object()
"""What a reader gives for text that asks nothing, such as an unticked box."""


def write_place(place: Place) -> str:
    """A place as it stands in an address."""
    value = place.value.isoformat() if isinstance(place.value, datetime) else place.value
    return base64.urlsafe_b64encode(json.dumps([value, place.id]).encode()).decode().rstrip("=")


def read_place(text: str, sort: Sort) -> Place:
    """The place that an address names, checked against the order it belongs to."""
    try:
        value, row_id = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        return Place(sort.type.again(value), _whole(row_id))
    except (ValueError, TypeError, OverflowError, binascii.Error, RecursionError) as error:
        raise BadFilter("This place in the list does not exist.", field="after", value=text) from error


def rows(text: str) -> int:
    """How many rows a page has, of an address; more than a hundred are never given at once."""
    if text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= MOST_ROWS:
        return int(text)
    raise BadFilter(f"A page has 1 to {MOST_ROWS} rows.", field="limit", value=text)


def _whole(value: Any) -> int:
    number = int(value)
    if isinstance(value, bool) or not -_LARGEST <= number < _LARGEST:
        raise ValueError
    return number


def _number(text: str, _: Around) -> int:
    return _whole(text[:30])


def _amount(text: str, around: Around) -> int:
    return _whole(money.to_minor(text, around.currency))


def _date(text: str, _: Around) -> date:
    found = date.fromisoformat(text)
    if found.year not in _YEARS:
        raise ValueError
    return found


def _moment(value: Any) -> datetime:
    found = datetime.fromisoformat(value)
    if found.tzinfo is None:
        raise ValueError
    found.astimezone(UTC)
    return found


def _is_yes(text: str, _: Around) -> Any:
    return True if text == "yes" else NOT_ASKED


def _text(text: str, _: Around) -> str:
    return text


def _again_text(value: Any) -> str:
    return storable(str(value))


def choice(allowed: Mapping[str, Any]) -> Type:
    """One of a few names."""

    def read(text: str, _: Around) -> str:
        if text not in allowed:
            raise BadFilter(f"'{text[:40]}' is not one of {', '.join(allowed)}.", value=text)
        return text

    return Type("choice", read, _again_text, frozenset({"is", "is_not", "among"}))


_RANGES = frozenset({"is", "at_least", "at_most"})
TEXT = Type("text", _text, _again_text, frozenset({"is", "is_not", "begins", "among"}))
NUMBER = Type("whole number", _number, _whole, _RANGES | {"is_not", "among"})
AMOUNT = Type("amount", _amount, _whole, _RANGES)
DAY = Type("date such as 2024-11-03", _date, _moment, frozenset({"since", "until"}))
"""A day, asked of a column of moments: from its beginning, or up to its end, where the reader is."""
YES = Type("yes", _is_yes, _whole, frozenset({"any"}))
"""Ticked or not, asked of a column that counts: whether there is any."""
