"""A timeline in words: one line for each interaction."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from rapport.interactions.timeline.queries import Timeline
from rapport.interactions.timeline.rules import ALL, View, written
from rapport.kernel.channels import CHANNELS
from rapport.kernel.kinds import GROUPS, KINDS
from rapport.kernel.money import Money
from rapport.kernel.text import shortened
from rapport.web import moments
from rapport.web.customers import sentences

NEEDS_CARE = frozenset(
    (
        "asked_again",
        "call_unanswered",
        "complaint",
        "contact_given_up",
        "promise_broken",
        "refusal",
        "subscription_ended",
    )
)
LONGEST_TEXT = 600


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table of order lines; numbers stand at the right of their column."""

    text: str
    is_number: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened, as it is read. `rows` are the lines of an order under their `columns`."""

    id: int
    at: datetime
    channel: str
    what: str
    text: str
    more: str
    amount: str
    is_care: bool
    is_from_us: bool
    warning: str
    columns: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]
    details: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Tab:
    """One view of the timeline."""

    title: str
    url: str
    is_here: bool


def lines(timeline: Timeline) -> list[Line]:
    """The page of a timeline in words."""
    return [_line(entry) for entry in timeline.entries]


def tabs(view: View) -> list[Tab]:
    """All, and each group of kinds."""
    groups = {ALL: _("All"), **{name: _(title) for name, title in GROUPS.items()}}
    return [Tab(title, f"?show={name}", view.group == name) for name, title in groups.items()]


def further(timeline: Timeline, view: View) -> dict[str, str]:
    """What leads from this page to the next: its address, and how far a look went."""
    until = timeline.looked_until
    place = {
        "show": view.group,
        "find": view.words,
        "before": written(timeline.before) if timeline.before else "",
    }
    return {
        "url": "?" + urlencode(place) if timeline.before else "",
        "looked_until": moments.short(until) if until else "",
    }


def _line(entry: Any) -> Line:
    kind = KINDS.get(entry.kind)
    properties = entry.properties if isinstance(entry.properties, dict) else {}
    columns, rows = _table(properties, entry.currency)
    title = _(kind.title) if kind else entry.kind
    return Line(
        id=entry.pk,
        at=entry.occurred_at,
        channel=_(CHANNELS.get(entry.channel, entry.channel)),
        what=_what(title, entry.subject),
        text=shortened(entry.text.strip(), LONGEST_TEXT),
        more=" · ".join(_surroundings(entry)),
        amount=moments.money(Money(entry.amount_minor, entry.currency))
        if entry.amount_minor is not None
        else "",
        is_care=entry.kind in NEEDS_CARE,
        is_from_us=entry.direction == "out",
        warning=entry.warning,
        columns=columns,
        rows=rows,
        details=tuple(_details(properties, entry.currency)),
    )


def _what(title: str, subject: str) -> str:
    return f"{title}: {subject}" if subject and subject.casefold() != title.casefold() else title


def _surroundings(entry: Any) -> Iterable[str]:
    if entry.touchpoint:
        yield _("at %(place)s") % {"place": entry.touchpoint.name}
    if entry.staff:
        yield _("with %(name)s") % {"name": entry.staff.name or entry.staff.email}
    if not entry.touchpoint or entry.touchpoint.name != entry.source.name:
        yield _("from %(source)s") % {"source": entry.source.name}


def _details(properties: dict[str, Any], currency: str) -> Iterable[tuple[str, str]]:
    for name, value in sorted(properties.items()):
        if not _is_table(value) and (said := _cell(name, value, currency)[1]):
            yield _cell(name, value, currency)[0], said


def _table(
    properties: dict[str, Any], currency: str
) -> tuple[tuple[Cell, ...], tuple[tuple[Cell, ...], ...]]:
    """Order lines as a table: every name that any line uses is a column, words before numbers, then by name.

    PostgreSQL does not keep the order in which they came.
    """
    given: list[dict[str, Any]] = next(filter(_is_table, properties.values()), [])
    found = {name: line[name] for line in reversed(given) for name in line}
    is_number = {name: isinstance(value, int | float) for name, value in found.items()}
    names = sorted(found, key=lambda name: (is_number[name], name))
    rows = (tuple(Cell(_cell(n, line.get(n), currency)[1], is_number[n]) for n in names) for line in given)
    return tuple(Cell(_cell(n, found[n], currency)[0], is_number[n]) for n in names), tuple(rows)


def _is_table(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(line, dict) for line in value)


def _cell(name: str, value: Any, currency: str) -> tuple[str, str]:
    return sentences.money(name, value, currency) or (sentences.label(name), sentences.value(value))
