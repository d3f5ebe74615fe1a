"""A mapping made on a page: one part for each column, a few words for the whole; and a first guess at both."""

import re
from collections.abc import Sequence
from typing import Any

import msgspec
import tomli_w

from rapport.interactions.ingestion.rules import cells
from rapport.interactions.ingestion.rules.cells import BadCell
from rapport.interactions.ingestion.rules.mapping import BadMapping

LEFT_OUT = ""
PARTS: dict[str, str] = {
    LEFT_OUT: "left out",
    "user_id": "who: their account with us",
    "email": "who: their mail address",
    "phone": "who: their phone",
    "external": "who: another number of theirs",
    "trait": "something known of them",
    "when": "when it happened",
    "key": "which lines belong together",
    "amount": "the amount of money",
    "quantity": "how many",
    "price": "the price of one",
    "subject": "what it was, in short",
    "text": "what was said",
    "staff": "who of us",
    "touchpoint": "where",
    "property": "kept with what happened",
    "line": "kept with each line",
}
"""What a column can become, as a person reads it."""
IDENTIFYING = ("user_id", "email", "phone", "external")
MOMENT_FORMATS = (
    "iso",
    "%d/%m/%Y %H:%M",
    "%d/%m/%Y",
    "%m/%d/%Y %H:%M",
    "%m/%d/%Y",
    "%d.%m.%Y %H:%M",
    "%d.%m.%Y",
    "%Y%m%d",
    "unix",
    "unix_ms",
)


class Draft(msgspec.Struct):
    """What somebody has chosen so far. `parts` goes with the columns, one for each."""

    source: str
    parts: dict[str, str]
    kind: str = "purchase"
    channel: str = "web"
    direction: str = "in"
    currency: str = "EUR"
    time_zone: str = "UTC"
    moment_format: str = "iso"

    def columns(self, *parts: str) -> list[str]:
        return [column for column, part in self.parts.items() if part in parts]

    def one(self, part: str) -> str:
        """The one column with this part, if any; refuses several."""
        found = self.columns(part)
        if len(found) > 1:
            raise BadMapping(
                f"Only one column can be '{PARTS[part]}', not {' and '.join(found)}.",
                field=found[1],
                value=part,
            )
        return found[0] if found else ""


_GUESSES: tuple[tuple[str, str], ...] = (
    ("email", r"e-?mail|(^|[^a-z])mail"),
    ("phone", r"phone|mobile|telefon|tel\b"),
    ("user_id", r"(customer|client|user|member|account|kunde\w*)[ _-]*(id|no|nr|number|code)?$"),
    ("key", r"(invoice|order|receipt|transaction|ticket|booking)[ _-]*(id|no|nr|number)?$"),
    ("when", r"date|time|created|(^|[_ ])at$|datum|when"),
    ("amount", r"amount|total|revenue|sum$|betrag|spent|value$"),
    ("price", r"price|preis"),
    ("quantity", r"quantity|qty|menge|count"),
    ("text", r"message|comment|text|body|review$|note"),
    ("subject", r"subject|title|betreff"),
    ("line", r"description|product|article|item|sku|stock|code"),
    ("staff", r"agent|staff|employee|handled"),
    ("touchpoint", r"touchpoint|store|shop|branch|till"),
    ("trait", r"name|city|country|state|zip|gender|age|language|company"),
)
_SINGLE = {"user_id", "when", "amount", "price", "quantity", "subject", "text", "staff", "touchpoint"}


def guess(columns: Sequence[str], lines: Sequence[Sequence[str]], *, source: str) -> Draft:
    """A first draft from the names of the columns and the look of their first values."""
    draft = Draft(source, {})
    for place, column in enumerate(columns):
        values = [line[place] for line in lines if line[place].strip()]
        draft.parts[column] = _guessed(column, values, set(draft.parts.values()))
    if when := draft.columns("when"):
        place = list(columns).index(when[0])
        draft.moment_format = moment_format([line[place] for line in lines if line[place].strip()])
    if "amount" in draft.parts.values() and {"price", "quantity"} <= set(draft.parts.values()):
        draft.parts[draft.one("amount")] = "line"
    return draft


def _guessed(column: str, values: Sequence[str], taken: set[str]) -> str:
    bare = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", column).lower()
    for part, pattern in _GUESSES:
        if re.search(pattern, bare) and part not in _SINGLE & taken and _may_be(part, values):
            return part
    return "property"


def _may_be(part: str, values: Sequence[str]) -> bool:
    if part == "when":
        return bool(values) and moment_format(values, fallback="") != ""
    if part == "email":
        return all("@" in value for value in values)
    if part in {"amount", "price", "quantity"}:
        return 2 * sum(map(_is_number, values)) > len(values)
    return True


def _is_number(text: str) -> bool:
    try:
        cells.decimal_of(text)
    except BadCell:
        return False
    return True


def moment_format(values: Sequence[str], *, fallback: str = "iso") -> str:
    """The first form in which all the values are moments."""
    for form in MOMENT_FORMATS:
        read = cells.moment_reader(form, "UTC")
        try:
            years = [read(value.strip()).year for value in values]
        except BadCell:
            continue
        if form not in {"unix", "unix_ms"} or all(1990 < year < 2500 for year in years):
            return form
    return fallback


def as_toml(draft: Draft) -> str:
    """The draft as a mapping; refuses one that cannot be taken in, and names the column."""
    interaction = _interaction(draft)
    who = {
        "identifiers": [_identifying(column, draft.parts[column]) for column in draft.columns(*IDENTIFYING)],
        "traits": {_trait_name(column): column for column in draft.columns("trait")},
    }
    if not who["identifiers"] and not interaction:
        raise BadMapping(
            "Choose at least a column that says who it was, or one that says when it happened.",
            field="columns",
            value="",
        )
    mapping: dict[str, Any] = {
        "title": draft.source,
        "source": draft.source,
        "time_zone": draft.time_zone,
        "customer": who,
    }
    if interaction:
        mapping["interactions"] = [interaction]
    return tomli_w.dumps(mapping)


def _interaction(draft: Draft) -> dict[str, Any]:
    when = draft.one("when")
    if not when:
        return {}
    keys = draft.columns("key")
    found: dict[str, Any] = {
        "name": "line",
        "key": keys or list(draft.parts),
        "one_per": "key" if keys else "line",
        "kind": draft.kind,
        "channel": draft.channel,
        "direction": draft.direction,
        "when": {"columns": [when], "format": draft.moment_format},
        "properties": {column: column for column in draft.columns("property", "key")},
    }
    for part in ("subject", "text"):
        if column := draft.one(part):
            found[part] = "{" + column + "}"
    if staff := draft.one("staff"):
        found["staff"] = staff
    if touchpoint := draft.one("touchpoint"):
        found["touchpoint"] = {"column": touchpoint}
    if amount := _amount(draft):
        found["amount"] = amount
    inner = draft.columns("line", "quantity", "price")
    if keys and inner:
        found["lines"] = {column: column for column in inner}
    else:
        found["properties"] |= {column: column for column in inner}
    return found


def _amount(draft: Draft) -> dict[str, Any]:
    amount, quantity, price = draft.one("amount"), draft.one("quantity"), draft.one("price")
    if amount:
        return {"add": [amount], "currency": draft.currency}
    if price:
        return {"multiply": [quantity, price] if quantity else [price], "currency": draft.currency}
    return {}


def _identifying(column: str, part: str) -> dict[str, str]:
    found = {
        "kind": part,
        "column": column,
        "as": "whole_number" if part in {"user_id", "external"} else "text",
    }
    return found | ({"type": _trait_name(column)} if part == "external" else {})


def _trait_name(column: str) -> str:
    return re.sub(r"\W+", "_", column).strip("_").lower()[:80] or "trait"
