"""From the lines of another desk's log to what was done, as its own counters say; where they differ, that is said."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any

from rapport.interactions.ingestion.rules import cells
from rapport.interactions.ingestion.rules.cases import CaseMapping

SETTLED = frozenset({"done", "junk"})
DISAGREEMENTS: dict[str, str] = {
    "transfers_not_seen": "counted as passed on, while the group stayed the same",
    "transfers_not_counted": "passed on to another group without being counted",
    "reopenings_not_seen": "counted as opened again, while it was open",
    "reopenings_not_counted": "opened again without being counted",
    "counts_that_fell": "a count that became smaller",
}
"""How the counters of a log can differ from what its own lines show."""


class BadLine(ValueError):  # noqa: N818 - named for the fact
    """A line that does not say what the mapping expects. `field` and `value` are what stood there."""

    def __init__(self, field: str, value: object) -> None:
        super().__init__(f"{field} '{str(value)[:60]}'")
        self.field, self.value = field, str(value)[:60]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A case as it was at one moment. `row` is the number of what the log holds of it.

    `opened_at` is the moment under which the log has it: of the line with which it began, when that was.
    """

    row: int
    at: datetime
    opened_at: datetime
    state: str
    kind: str
    place: str
    owner: str
    by: str
    transfers: int
    reopenings: int
    in_time: bool | None


@dataclass(frozen=True, slots=True)
class Act:
    """Something that was done to a case: what, when, by whom, and what else is told of it. `row`: by which line."""

    kind: str
    at: datetime
    by: str
    row: int
    detail: dict[str, Any]


@dataclass(slots=True)
class Told:
    """A case as its lines tell it. `acts` in their order; `differs` says how often its counts and its lines differ."""

    acts: list[Act] = field(default_factory=list)
    differs: Counter[str] = field(default_factory=Counter)
    closed_at: datetime | None = None

    @property
    def opened_at(self) -> datetime:
        return self.acts[0].at


def reader(mapping: CaseMapping, zone: str) -> Callable[[int, datetime, Mapping[str, Any]], Line]:
    """A function from (row, moment in the log, properties) to a line; raises `BadLine` with the field and the value."""
    moment = cells.moment_reader(mapping.format, zone)

    def read(row: int, occurred_at: datetime, said: Mapping[str, Any]) -> Line:
        try:
            at = moment(str(said[mapping.at])) if mapping.at in said else occurred_at
        except cells.BadCell as bad:
            raise BadLine(mapping.at, said[mapping.at]) from bad
        state = str(said.get(mapping.state, ""))
        if state not in mapping.states:
            raise BadLine(mapping.state, state)
        queue, by = str(said.get(mapping.queue, "")), str(said.get(mapping.by, ""))
        return Line(
            row=row,
            at=at,
            opened_at=occurred_at,
            state=state,
            kind=mapping.states[state],
            place=mapping.place.replace("{queue}", queue) if queue else mapping.nowhere,
            owner=mapping.who.replace("{by}", str(said[mapping.owner])) if mapping.owner in said else "",
            by=mapping.who.replace("{by}", by) if by else "",
            transfers=_count(said, mapping.transfers),
            reopenings=_count(said, mapping.reopenings),
            in_time=_verdict(said, mapping.in_time),
        )

    return read


def _count(said: Mapping[str, Any], name: str) -> int:
    found = said.get(name, 0) if name else 0
    if not isinstance(found, int) or isinstance(found, bool) or found < 0:
        raise BadLine(name, found)
    return found


def _verdict(said: Mapping[str, Any], name: str) -> bool | None:
    found = said.get(name) if name else None
    if found is not None and not isinstance(found, bool):
        raise BadLine(name, found)
    return found


def told(lines: Sequence[Line]) -> Told:
    """What the lines of one case tell, in their order; there is one at least.

    Every transfer and every reopening that the counters tell of is an act, seen or not, so that counting acts gives
    the counters; what the counters do not tell of is one too, marked as not counted.
    """
    first = lines[0]
    found = Told()
    opened_at = min(line.opened_at for line in lines)
    opening = {"place": first.place, "to": first.kind, "name": first.state}
    found.acts.append(Act("opened", opened_at, first.by, first.row, opening))
    if first.owner:
        _add(found, first, "assigned", owner_name=first.owner, before_name="")
    for _ in range(first.transfers):
        found.differs["transfers_not_seen"] += 1
        _add(found, first, "transferred", place=first.place, before=first.place, not_seen=True)
    if first.kind in SETTLED:
        found.closed_at = first.at
        _add(found, first, "closed", to=first.kind, name=first.state)
    for before, now in pairwise(lines):
        _pass_on(found, before, now)
        if now.owner != before.owner:
            _add(found, now, "assigned", owner_name=now.owner, before_name=before.owner)
        _change_state(found, before, now)
    return found


def _pass_on(found: Told, before: Line, now: Line) -> None:
    times, moved = now.transfers - before.transfers, now.place != before.place
    places = {"place": now.place, "before": before.place}
    if times < 0:
        found.differs["counts_that_fell"] += 1
    if moved and times <= 0:
        found.differs["transfers_not_counted"] += 1
        _add(found, now, "transferred", **places, not_counted=True)
    for number in range(max(times, 0)):
        seen = moved and number == 0
        found.differs["transfers_not_seen"] += not seen
        _add(found, now, "transferred", **places, **({} if seen else {"not_seen": True}))


def _change_state(found: Told, before: Line, now: Line) -> None:
    was_settled, is_settled = before.kind in SETTLED, now.kind in SETTLED
    states = {"from": before.kind, "to": now.kind, "name": now.state}
    times = now.reopenings - before.reopenings
    is_again = was_settled and not is_settled
    if times < 0:
        found.differs["counts_that_fell"] += 1
    if is_again and times <= 0:
        found.differs["reopenings_not_counted"] += 1
        _add(found, now, "reopened", **states, not_counted=True)
    for number in range(max(times, 0)):
        seen = is_again and number == 0
        found.differs["reopenings_not_seen"] += not seen
        _add(found, now, "reopened", **states, **({} if seen else {"not_seen": True}))
    if is_again:
        found.closed_at = None
    elif is_settled and not was_settled:
        found.closed_at = now.at
        _add(found, now, "closed", **states)
    elif now.state != before.state:
        _add(found, now, "state", **states)


def _add(found: Told, line: Line, kind: str, **detail: Any) -> None:
    found.acts.append(Act(kind, line.at, line.by, line.row, detail))
