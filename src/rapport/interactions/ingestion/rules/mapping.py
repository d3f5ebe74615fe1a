"""A mapping says what the columns of a file become: customers, interactions, money. Read from TOML, checked whole."""

import re
import tomllib
from collections.abc import Iterator
from typing import Any

import msgspec

from rapport.customers.directory.rules import IDENTIFIER_KINDS
from rapport.interactions.ingestion.files.tables import Layout
from rapport.interactions.ingestion.rules.cases import CaseMapping, case_checks
from rapport.kernel.channels import CHANNELS, DIRECTIONS
from rapport.kernel.kinds import KINDS
from rapport.kernel.money import check_currency
from rapport.kernel.refusals import Refusal

WORDS: dict[str, dict[str, Any]] = {"kind": KINDS, "channel": CHANNELS, "direction": DIRECTIONS}
PLACEHOLDER = re.compile(r"\{([^{}]+)\}")


class BadMapping(Refusal):
    """The mapping is not valid TOML, or says something that cannot be done."""


class Column(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"as_": "as"}):
    """A column and how its text is read. `values` translates words, `otherwise` stands for all others.

    `as`: text, number, whole_number (17850.0 is 17850), yes_no, lower. `not_after` names another column: the
    value is then whether this moment lies before that one, or on its day where it is a day. A file may come
    without an `optional` column.
    """

    column: str
    as_: str = "text"
    values: dict[str, Any] = {}
    otherwise: Any = None
    not_after: str = ""
    optional: bool = False


Ref = str | Column
"""A column by its name alone, or with how it is read."""


class When(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The moment: the first of `columns` that is filled. `format` is iso, unix, unix_ms or one of strptime's.

    Among the lines of one interaction the earliest counts, unless `take` is latest.
    """

    columns: tuple[str, ...]
    format: str = "iso"
    take: str = "earliest"


class Amount(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Money of a line: the product of `multiply`, or the sum of `add`. Summed exactly, rounded once.

    `currency` is a code, or `currency_column` holds it; `decimal` is the sign before the cents.
    """

    multiply: tuple[str, ...] = ()
    add: tuple[str, ...] = ()
    currency: str = ""
    currency_column: str = ""
    decimal: str = "."
    negate: bool = False


class Condition(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"is_": "is", "in_": "in"}):
    """Something that holds of a line or not; of all that is said, every part must hold.

    `rises` and `becomes` compare with the line before under the same key; `is_first`: there is none.
    """

    column: str = ""
    is_: str | None = None
    is_not: str | None = None
    in_: tuple[str, ...] | None = None
    starts_with: str | None = None
    is_empty: bool | None = None
    below: float | None = None
    above: float | None = None
    rises: bool | None = None
    becomes: str | None = None
    is_first: bool | None = None


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"if_": "if"}):
    """What is different for lines of which the condition holds; the first that holds counts."""

    if_: Condition
    kind: Ref | None = None
    channel: Ref | None = None
    direction: Ref | None = None
    when: When | str | None = None
    subject: str | None = None
    skip: bool = False


class Identifying(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"as_": "as"}):
    """A column that recognises the customer; `type` stands before an external number, `proof` says who knows."""

    kind: str
    column: str
    type: str = ""
    proof: str = ""
    as_: str = "text"


class Who(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"from_": "from"}):
    """Whom the lines are about. `from` names the file where customers come without interactions."""

    identifiers: tuple[Identifying, ...] = ()
    traits: dict[str, Ref] = {}
    from_: str = ""


class InteractionMapping(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"from_": "from"}):
    """One sort of interaction: from which file, which lines make one, and what it says.

    `one_per`: `key` (all lines with the same key are one) or `line`. `line_key` completes the message id of a
    line; a line that repeats it gets a number. `lines_from` names the file whose lines lie inside.
    """

    name: str
    key: tuple[str, ...]
    when: When | str
    kind: Ref = "action"
    channel: Ref = "web"
    direction: Ref = "in"
    from_: str = ""
    one_per: str = "key"
    line_key: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    lines_from: str = ""
    subject: str = ""
    text: str = ""
    amount: Amount | None = None
    staff: str = ""
    touchpoint: Ref = ""
    properties: dict[str, Ref] = {}
    lines: dict[str, Ref] = {}
    only_if: Condition | None = None
    rules: tuple[Rule, ...] = ()


class FileMapping(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One file of a set. `id`: what is unique in it; `refers`: file -> the column that holds that file's id.

    A line that refers to nothing is rejected when the file is named in `required`.
    """

    name: str
    match: str
    id: tuple[str, ...] = ()
    refers: dict[str, str] = {}
    required: tuple[str, ...] = ()


class Mapping(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How one file, or one set of files, is read. `empty`: texts that mean nothing is known.

    `cases`: the lines are the log of another desk, from which its cases are told.
    """

    title: str
    source: str
    time_zone: str = "UTC"
    empty: tuple[str, ...] = ()
    layout: Layout = Layout()
    files: tuple[FileMapping, ...] = ()
    customer: Who = Who()
    organisation: Identifying | None = None
    organisation_traits: dict[str, Ref] = {}
    interactions: tuple[InteractionMapping, ...] = ()
    cases: CaseMapping | None = None
    note: str = ""


ONLY_FILE = FileMapping(name="file", match="*")
CONVERSIONS = frozenset({"text", "number", "whole_number", "yes_no", "lower"})


def parse(text: str) -> Mapping:
    """The mapping in a TOML text; refuses what cannot be done and names the field."""
    try:
        mapping = msgspec.convert(tomllib.loads(text), Mapping)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise BadMapping(
            f"The mapping cannot be read: {error}.", field="mapping", value=str(error)
        ) from error
    for field, value, is_right in _checks(mapping):
        if not is_right:
            raise BadMapping(
                f"The mapping says {field} = '{value}', which is not known.", field=field, value=value
            )
    return mapping


def _checks(mapping: Mapping) -> Iterator[tuple[str, Any, bool]]:
    """(field, value, whether it can be done) of everything in the mapping that is a word of ours."""
    yield "source", mapping.source, 0 < len(mapping.source) <= 80
    yield "time_zone", mapping.time_zone, _is_zone(mapping.time_zone)
    files = {file.name for file in mapping.files} or {ONLY_FILE.name}
    for file in mapping.files:
        for name in (*file.refers, *file.required):
            yield f"files.{file.name}.refers", name, name in files
    yield "customer.from", mapping.customer.from_, mapping.customer.from_ in files | {""}
    for identifying in mapping.customer.identifiers:
        yield "identifiers.kind", identifying.kind, identifying.kind in IDENTIFIER_KINDS
        yield "identifiers.as", identifying.as_, identifying.as_ in CONVERSIONS
    names = [one.name for one in mapping.interactions]
    for one in mapping.interactions:
        yield "interactions.name", one.name, names.count(one.name) == 1
        yield from _interaction_checks(one, files)
    if not mapping.interactions:
        yield "customer.identifiers", "", bool(mapping.customer.identifiers)
    told = {name for one in mapping.interactions for name in one.properties}
    yield from case_checks(mapping.cases, told)


def _interaction_checks(one: InteractionMapping, files: set[str]) -> Iterator[tuple[str, Any, bool]]:
    yield "from", one.from_, one.from_ in files | {""}
    yield "lines_from", one.lines_from, one.lines_from in files | {""}
    yield "one_per", one.one_per, one.one_per in {"key", "line"}
    yield "key", "", bool(one.key)
    told: tuple[InteractionMapping | Rule, ...] = (one, *one.rules)
    for each in told:
        for name, known in WORDS.items():
            yield from _word_checks(name, getattr(each, name), known)
        if isinstance(each.when, When):
            yield "when.take", each.when.take, each.when.take in {"earliest", "latest"}
    if one.amount is not None:
        yield "amount", "", bool(one.amount.multiply) != bool(one.amount.add)
        yield "amount.currency", "", bool(one.amount.currency) != bool(one.amount.currency_column)
        if one.amount.currency:
            check_currency(one.amount.currency)
    for ref in (*one.properties.values(), *one.lines.values()):
        if isinstance(ref, Column):
            yield "as", ref.as_, ref.as_ in CONVERSIONS


def _word_checks(field: str, given: Ref | None, known: dict[str, Any]) -> Iterator[tuple[str, Any, bool]]:
    if isinstance(given, str):
        yield field, given, given in known
    elif given is not None:
        for word in (*given.values.values(), *([given.otherwise] if given.otherwise is not None else [])):
            yield field, word, word in known


def _is_zone(name: str) -> bool:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def columns_of(mapping: Mapping, one: InteractionMapping) -> Iterator[str]:
    """Every column the interaction reads, as written (`column` or `file.column`), again and again."""
    yield from (*one.key, *one.line_key, *one.order, *([one.staff] if one.staff else []))
    for ref in (*one.properties.values(), *one.lines.values()):
        yield from _names(ref)
    told: tuple[InteractionMapping | Rule, ...] = (one, *one.rules)
    for each in told:
        yield from (
            ref.column for ref in (each.kind, each.channel, each.direction) if isinstance(ref, Column)
        )
        yield from when_of(each.when).columns if each.when else ()
        yield from _placeholders(each.subject or "")
    yield from _placeholders(one.text)
    yield from ([one.touchpoint.column] if isinstance(one.touchpoint, Column) else [])
    for condition in (one.only_if, *(rule.if_ for rule in one.rules)):
        yield from ([condition.column] if condition and condition.column else [])
    if one.amount:
        yield from (*one.amount.multiply, *one.amount.add)
        yield from ([one.amount.currency_column] if one.amount.currency_column else [])
    yield from who_columns(mapping)


def who_columns(mapping: Mapping) -> Iterator[str]:
    """Every column that says who it was."""
    yield from (identifying.column for identifying in mapping.customer.identifiers)
    yield from (name for ref in mapping.customer.traits.values() for name in _names(ref))
    if mapping.organisation:
        yield mapping.organisation.column
        yield from (name for ref in mapping.organisation_traits.values() for name in _names(ref))


def optional_columns(mapping: Mapping, one: InteractionMapping | None) -> set[str]:
    """The columns that a file may come without."""
    refs = [*mapping.customer.traits.values(), *mapping.organisation_traits.values()]
    if one:
        refs += [*one.properties.values(), *one.lines.values()]
    return {name for ref in refs if isinstance(ref, Column) and ref.optional for name in _names(ref)}


def when_of(given: When | str) -> When:
    """A column's name alone is that column in ISO form."""
    return When(columns=(given,)) if isinstance(given, str) else given


def _placeholders(template: str) -> Iterator[str]:
    return (name for name in PLACEHOLDER.findall(template) if name != "#lines")


def _names(ref: Ref) -> Iterator[str]:
    if isinstance(ref, str):
        yield ref
    else:
        yield ref.column
        yield from ([ref.not_after] if ref.not_after else [])
