"""Reports from events: what was opened, answered, settled in a time, and in the same time before."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any

from django.db.models import Exists, OuterRef

from rapport.service.clocks.models import ClockEvent
from rapport.service.clocks.rules.running import FULFIL, NEXT_ANSWER
from rapport.service.desk.models import Case, CaseEvent
from rapport.service.promises.models import Promise
from rapport.service.reports.rules import Spread, spread
from rapport.staff.roles import queries as staff
from rapport.staff.roles.rules import Reach

COUNTED = ("opened", "settled", "reopened", "transferred")
TIMED = ("first_answer", "next_answer", "resolution")
WAYS = ("queue", "team", "department", "channel", "hour", "weekday")
"""By what a report can be parted."""
_SETTLED = frozenset({"done", "junk"})
_CASE = ("queue__name", "department", "channel", "owner_id")
_EVENT = ("at", "detail", "case__opened_at", "staff_id", *(f"case__{name}" for name in _CASE))


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that was done: what, when, to a case in which queue and so on, and how long it took in seconds.

    `staff`: who did it; of what nobody of ours did, who has the case in hand.
    """

    what: str
    at: datetime
    queue: str
    department: str
    channel: str
    staff: int | None
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """What was done in all or in one part: how often, and how long things took."""

    key: str
    counts: dict[str, int]
    spreads: dict[str, Spread | None]


@dataclass(frozen=True, slots=True)
class Report:
    """A time, the same time before, and the time in its parts. `backlog` is what was open at its end."""

    begin: datetime
    end: datetime
    now: Part
    before: Part
    parts: tuple[Part, ...]
    backlog: int
    backlog_before: int
    ages: Spread | None
    kept: int
    broken: int


def report(end: datetime, length: timedelta, *, way: str, zone: tzinfo, reach: Reach) -> Report:
    """The report of a time that ends at `end`; what is junk, and what was merged, is left out."""
    begin = end - length
    now, before = list(_facts(begin, end, reach)), list(_facts(begin - length, begin, reach))
    parts: dict[str, list[Fact]] = defaultdict(list)
    keys = _by_team(now) if way == "team" else _key(way, zone)
    for fact in now:
        for key in keys(fact):
            parts[key].append(fact)
    whole = _part("", now)
    backlog, ages = _backlog(end, reach)
    grown = whole.counts["opened"] + whole.counts["reopened"] - whole.counts["settled"]
    kept, broken = _promises(begin, end, reach)
    return Report(
        begin=begin,
        end=end,
        now=whole,
        before=_part("", before),
        parts=tuple(_part(name, parts[name]) for name in sorted(parts)),
        backlog=backlog,
        backlog_before=max(backlog - grown, 0),
        ages=ages,
        kept=kept,
        broken=broken,
    )


def _by_team(facts: Sequence[Fact]) -> Callable[[Fact], Sequence[str]]:
    """The teams of who did it, as they are now: who is in two counts in both."""
    teams = staff.teams_of(sorted({fact.staff for fact in facts if fact.staff is not None}))
    return lambda fact: teams.get(fact.staff or 0, [""])


def _key(way: str, zone: tzinfo) -> Callable[[Fact], Sequence[str]]:
    """By what a fact is sorted into its part."""
    keys: dict[str, Callable[[Fact], str]] = {
        "queue": lambda fact: fact.queue,
        "department": lambda fact: fact.department,
        "channel": lambda fact: fact.channel,
        "hour": lambda fact: f"{fact.at.astimezone(zone):%H}",
        "weekday": lambda fact: str(fact.at.astimezone(zone).isoweekday()),
    }
    key = keys[way]
    return lambda fact: (key(fact),)


def _part(key: str, facts: list[Fact]) -> Part:
    counts = Counter(fact.what for fact in facts)
    lengths: dict[str, list[float]] = defaultdict(list)
    for fact in facts:
        if fact.seconds is not None:
            lengths[fact.what].append(fact.seconds)
    lengths["resolution"] = lengths.pop("settled", [])
    return Part(
        key, {name: counts[name] for name in COUNTED}, {name: spread(lengths[name]) for name in TIMED}
    )


def _facts(begin: datetime, end: datetime, reach: Reach) -> Iterator[Fact]:
    cases = Case.objects.seen_by(reach).standing().exclude(kind="junk")
    happened = CaseEvent.objects.filter(at__gte=begin, at__lt=end, case__in=cases).order_by(
        "kind", "at", "id"
    )
    for kind in ("opened", "reopened", "transferred"):
        for row in happened.filter(kind=kind).values_list(*_EVENT).iterator():
            yield _fact(kind, row)
    for row in happened.filter(kind="closed").values_list(*_EVENT).iterator():
        if row[1].get("from", "new") not in _SETTLED:
            yield _fact("settled", row, since=row[2])
    earlier = CaseEvent.objects.filter(case=OuterRef("case"), id__lt=OuterRef("id"), kind="answered")
    first = happened.filter(kind="answered").exclude(Exists(earlier))
    for row in first.values_list(*_EVENT).iterator():
        yield _fact("first_answer", row, since=row[2])
    yield from _next_answers(begin, end, reach)


def _fact(what: str, row: tuple[Any, ...], *, since: datetime | None = None) -> Fact:
    at, _detail, _opened_at, by, queue, department, channel, owner = row
    seconds = max((at - since).total_seconds(), 0.0) if since else None
    return Fact(what, at, queue, department, channel, by or owner, seconds)


def _next_answers(begin: datetime, end: datetime, reach: Reach) -> Iterator[Fact]:
    """How long later words waited, as their clocks counted it: in working time, where a policy is set."""
    cases = Case.objects.seen_by(reach).standing()
    found = ClockEvent.objects.filter(
        kind=FULFIL, at__gte=begin, at__lt=end, clock__kind=NEXT_ANSWER, clock__case__in=cases
    ).order_by("at", "id")
    columns = ("at", "used", *(f"clock__case__{name}" for name in _CASE))
    for at, used, queue, department, channel, owner in found.values_list(*columns).iterator():
        yield Fact("next_answer", at, queue, department, channel, owner, used.total_seconds())


def _backlog(end: datetime, reach: Reach) -> tuple[int, Spread | None]:
    """How many cases were open then, and how old they were: those still open, and those settled since."""
    opened = Case.objects.seen_by(reach).standing().filter(opened_at__lt=end).order_by()
    since = CaseEvent.objects.filter(kind="closed", at__gte=end).values("case")
    found = [*opened.open().values_list("opened_at", flat=True)]
    found += opened.filter(pk__in=since).exclude(closed_at=None).values_list("opened_at", flat=True)
    return len(found), spread([(end - at).total_seconds() for at in found])


def _promises(begin: datetime, end: datetime, reach: Reach) -> tuple[int, int]:
    """How many promises were kept in time, and how many were broken."""
    seen = Promise.objects.seen_by(reach)
    kept = seen.filter(kept_at__gte=begin, kept_at__lt=end, broken_at=None).count()
    return kept, seen.filter(broken_at__gte=begin, broken_at__lt=end).count()
