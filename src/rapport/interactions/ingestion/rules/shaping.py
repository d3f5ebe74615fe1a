"""From the lines of a table to entries of the log, as a mapping says."""

import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import msgspec

from rapport.customers.directory.rules import Claim, by_strength, normalised
from rapport.interactions.ingestion.rules import cells
from rapport.interactions.ingestion.rules import mapping as mappings
from rapport.interactions.ingestion.rules.cells import BadCell
from rapport.interactions.ingestion.rules.mapping import Column, Condition, InteractionMapping, Mapping, Ref
from rapport.interactions.ingestion.rules.reading import Reader, Row
from rapport.interactions.log.rules import LONGEST_MESSAGE_ID, LONGEST_SUBJECT, Entry
from rapport.kernel.money import BadAmount, BadCurrency, check_currency, to_minor
from rapport.kernel.text import shortened

MOST_LINES = 20_000
"""Lines that may make one interaction; more mean that the key is wrong."""
_FUTURE = timedelta(days=1)
_encode = msgspec.json.Encoder().encode


class Surroundings(msgspec.Struct, frozen=True):
    """What an import knows besides the file: staff by mail, touchpoints by name, the region of its phones."""

    received_at: datetime
    staff: dict[str, int] = {}
    touchpoints: dict[str, int] = {}
    region: str = "GB"


class Identified(NamedTuple):
    """Who the lines are about, and a word of warning where an identifier could not be used."""

    claims: tuple[Claim, ...]
    traits: dict[str, Any]
    warning: str

    @property
    def strongest(self) -> Claim | None:
        return by_strength(self.claims)[0] if self.claims else None


class Identifier:
    """Finds the customer in lines."""

    def __init__(self, mapping: Mapping, reader: Reader, around: Surroundings) -> None:
        self._who, self._reader, self._region = mapping.customer, reader, around.region

    def who(self, rows: Sequence[Row]) -> Identified:
        claims: list[Claim] = []
        unusable: list[str] = []
        for each in self._who.identifiers:
            text = self._reader.first(rows, each.column)
            if not text:
                continue
            value = str(cells.converted(text, each.as_))
            claim = Claim(each.kind, f"{each.type}:{value}" if each.type else value, each.proof)
            usable = normalised(claim, region=self._region)
            if usable is None:
                unusable.append(f"{each.column} '{text[:40]}' cannot identify anybody")
            else:
                claims.append(usable)
        traits = self._reader.filled(rows, self._who.traits) if claims else {}
        return Identified(tuple(claims), traits, "; ".join(unusable))


class Made(NamedTuple):
    """An entry, and the lines it was made of."""

    entry: Entry
    rows: Sequence[Row]


class Shaper:
    """Makes entries from all the lines that share one key."""

    def __init__(
        self, mapping: Mapping, one: InteractionMapping, columns: Sequence[str], around: Surroundings
    ) -> None:
        self.one, self._mapping, self._around = one, mapping, around
        self._reader = Reader(mapping, columns)
        self._identifier = Identifier(mapping, self._reader, around)
        self._moments: dict[str, Callable[[str], datetime]] = {}
        self._latest = around.received_at + _FUTURE
        self._line_values = self._reader.line_values(one.lines)
        self._line_amount = self._reader.line_amount(one.amount) if one.amount else None

    def entries(self, rows: Sequence[Row], *, is_overfull: bool = False) -> list[Made]:
        """The interactions these lines make; raises BadCell with the reason where they make none."""
        if is_overfull or len(rows) > MOST_LINES:
            raise BadCell(f"more than {MOST_LINES:,} lines share this key: is the key right?")
        if self.one.one_per == "key":
            entry = self._entry(rows, None, self._id(rows[0], self.one.key))
            return [Made(entry, rows)] if entry else []
        return self._one_per_line(rows)

    def _one_per_line(self, rows: Sequence[Row]) -> list[Made]:
        found: list[Made] = []
        seen: dict[str, int] = {}
        before: Row | None = None
        for row in rows:
            message_id = self._id(row, (*self.one.key, *self.one.line_key))
            seen[message_id] = copy = seen.get(message_id, 0) + 1
            entry = self._entry((row,), before, message_id if copy == 1 else f"{message_id}#{copy}")
            before = row
            if entry:
                found.append(Made(entry, (row,)))
        return found

    def _id(self, row: Row, columns: Sequence[str]) -> str:
        parts = (self._reader.value(row, column) for column in columns)
        joined = "/".join(part.replace("%", "%25").replace("/", "%2F").replace("#", "%23") for part in parts)
        if not joined.strip("/"):
            raise BadCell(f"nothing in {', '.join(columns)}")
        text = f"{self.one.name}:{joined}"
        if len(text) <= LONGEST_MESSAGE_ID - 8:
            return text
        return f"{self.one.name}:{hashlib.sha256(joined.encode()).hexdigest()}"

    def _entry(self, rows: Sequence[Row], before: Row | None, message_id: str) -> Entry | None:
        one = self.one
        if one.only_if and not self._holds(one.only_if, rows[0], before):
            return None
        rule = next((rule for rule in one.rules if self._holds(rule.if_, rows[0], before)), None)
        if rule and rule.skip:
            return None
        who = self._identifier.who(rows)
        when = self._when(rows, (rule and rule.when) or one.when)
        minor, currency = self._money(rows)
        staff, touchpoint, properties = self._surroundings(rows)
        subject = self._filled_in((rule and rule.subject) or one.subject, rows)
        organisation, organisation_traits = self._organisation(rows)
        return Entry(
            message_id=message_id,
            kind=self._word(rows, (rule and rule.kind) or one.kind, "kind"),
            occurred_at=when,
            channel=self._word(rows, (rule and rule.channel) or one.channel, "channel"),
            direction=self._word(rows, (rule and rule.direction) or one.direction, "direction"),
            claims=who.claims,
            traits=who.traits,
            organisation=organisation,
            organisation_traits=organisation_traits,
            touchpoint_id=touchpoint,
            staff_id=staff,
            subject=shortened(subject, LONGEST_SUBJECT),
            text=self._filled_in(one.text, rows),
            amount_minor=minor,
            currency=currency,
            properties=_encode(properties).decode(),
            warning=self._warning(who, when),
        )

    def _warning(self, who: Identified, when: datetime) -> str:
        return "; ".join(filter(None, (who.warning, "dated in the future" if when > self._latest else "")))

    def _holds(self, condition: Condition, row: Row, before: Row | None) -> bool:
        if condition.is_first is not None and condition.is_first != (before is None):
            return False
        if not condition.column:
            return True
        now = self._reader.value(row, condition.column)
        earlier = self._reader.value(before, condition.column) if before else ""
        return holds(condition, now, earlier)

    def _when(self, rows: Sequence[Row], given: mappings.When | str) -> datetime:
        when = mappings.when_of(given)
        read = self._moments.get(when.format)
        if read is None:
            read = self._moments[when.format] = cells.moment_reader(when.format, self._mapping.time_zone)
        value = self._reader.value
        for column in when.columns:
            texts = {text for row in rows if (text := value(row, column))}
            if texts:
                return (max if when.take == "latest" else min)(map(read, texts))
        raise BadCell(f"nothing in {', '.join(when.columns)}")

    def _money(self, rows: Sequence[Row]) -> tuple[int | None, str]:
        amount = self.one.amount
        if amount is None or self._line_amount is None:
            return None, ""
        inner = self._inner(rows)
        lines = [total for row in inner if (total := self._line_amount(row)) is not None]
        if not lines:
            return None, ""
        if len(lines) < len(inner):
            raise BadCell(f"nothing in {' or '.join((*amount.multiply, *amount.add))} on one of its lines")
        try:
            currency = amount.currency or check_currency(self._reader.first(rows, amount.currency_column))
            return to_minor(-sum(lines) if amount.negate else sum(lines), currency), currency
        except (BadAmount, BadCurrency) as error:
            raise BadCell(error.message.rstrip(".")) from error

    def _inner(self, rows: Sequence[Row]) -> Sequence[Row]:
        return [row for row in rows if row.inner is not None] if self.one.lines_from else rows

    def _surroundings(self, rows: Sequence[Row]) -> tuple[int | None, int | None, dict[str, Any]]:
        properties = self._reader.filled(rows, self.one.properties)
        if self.one.lines:
            properties["lines"] = [self._line_values(row) for row in self._inner(rows)]
        name = self._reader.first(rows, self.one.staff) if self.one.staff else ""
        staff = self._around.staff.get(name.lower())
        if name and staff is None:
            properties["staff"] = name
        place = self._reader.ref(rows, self.one.touchpoint) if isinstance(self.one.touchpoint, Column) else ""
        place = str(place or "") or (self.one.touchpoint if isinstance(self.one.touchpoint, str) else "")
        touchpoint = self._around.touchpoints.get(place)
        if place and touchpoint is None:
            properties["touchpoint"] = place
        return staff, touchpoint, properties

    def _organisation(self, rows: Sequence[Row]) -> tuple[Claim | None, dict[str, Any]]:
        given = self._mapping.organisation
        if given is None:
            return None, {}
        text = self._reader.first(rows, given.column)
        if not text:
            return None, {}
        value = f"{given.type}:{text}" if given.type else text
        traits = self._reader.filled(rows, self._mapping.organisation_traits)
        return Claim(given.kind, value, given.proof), traits

    def _word(self, rows: Sequence[Row], given: Ref, name: str) -> str:
        if isinstance(given, str):
            return given
        word = self._reader.ref(rows, given)
        if word is None or word not in mappings.WORDS[name]:
            raise BadCell(f"{given.column} '{str(word or '')[:40]}' is not a known {name}")
        return str(word)

    def _filled_in(self, template: str, rows: Sequence[Row]) -> str:
        if "{" not in template:
            return template

        def put(found: Any) -> str:
            name = found[1]
            return str(len(self._inner(rows))) if name == "#lines" else self._reader.first(rows, name)

        return mappings.PLACEHOLDER.sub(put, template).strip()


def holds(condition: Condition, now: str, earlier: str) -> bool:
    """Whether all that a condition says of a column is so; `earlier` is its text in the line before."""
    checks: tuple[tuple[Any, Callable[[Any], bool]], ...] = (
        (condition.is_, lambda wanted: now == wanted),
        (condition.is_not, lambda wanted: now != wanted),
        (condition.in_, lambda wanted: now in wanted),
        (condition.starts_with, now.startswith),
        (condition.is_empty, lambda wanted: (not now) == wanted),
        (condition.below, lambda wanted: _above(wanted, now)),
        (condition.above, lambda wanted: _above(now, wanted)),
        (condition.rises, lambda wanted: _above(now, earlier or "0") == wanted),
        (condition.becomes, lambda wanted: now == wanted != earlier),
    )
    return all(check(wanted) for wanted, check in checks if wanted is not None)


def _above(one: str | float, other: str | float) -> bool:
    try:
        return cells.decimal_of(str(one)) > cells.decimal_of(str(other))
    except BadCell:
        return False
