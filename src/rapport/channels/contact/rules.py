"""May we write to somebody now: quiet hours, caps and what overrules what, on plain values."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo

ANSWERS: dict[str, str] = {"yes": "Yes", "later": "Later", "no": "No"}
REASONS: dict[str, str] = {
    "answer": "they wrote to us, and this is the answer",
    "allowed": "nothing speaks against it",
    "suppressed": "mail to this address comes back, or they complained of it",
    "denied": "they said no to it",
    "never_asked": "they were never asked for it",
    "paused": "a matter of theirs is still open",
    "quiet": "it is night where they are",
    "capped": "they have had enough of it for now",
    "gone": "nobody is known by this address any more",
}
"""Why the arbiter answered as it did."""
KINDS: dict[str, str] = {"quiet": "Quiet hours", "cap": "Cap"}
COVERS: dict[str, str] = {
    "everything": "nothing is sent there",
    "unasked": "only answers and what concerns their own orders is sent there",
}
"""What a suppression keeps from an address: a dead mailbox gets nothing, who complained gets no more asking."""
UNASKED = ("surveys", "marketing")
"""Purposes that wait while a case is open, and that a complaint ends."""
PAUSE_LOOK_AGAIN = timedelta(hours=1)
"""Nobody knows when a case will close, so what waits for it asks again this much later."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to send: to which contact point, for which purpose of consent, on which channel.

    `sender` is the part that asks ("desk", "surveys"). `is_answer`: they wrote to us first, and this answers it.
    """

    identifier_id: int
    purpose: str
    channel: str
    sender: str
    is_answer: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """The arbiter's answer, and why. `until`: when to ask again, where the answer is later.

    `id` is the number under which it is kept. A yes holds a place under the caps until it is released.
    """

    answer: str
    why: str
    until: datetime | None = None
    id: int = 0

    @property
    def is_yes(self) -> bool:
        return self.answer == "yes"


@dataclass(frozen=True, slots=True)
class Rule:
    """Quiet hours (`starts` to `ends`, local time, across midnight too) or a cap (`most` in rolling `days`).

    An empty purpose or channel means every one of them.
    """

    kind: str
    purpose: str = ""
    channel: str = ""
    starts: time | None = None
    ends: time | None = None
    most: int | None = None
    days: int | None = None

    def concerns(self, wish: Wish) -> bool:
        return self.purpose in {"", wish.purpose} and self.channel in {"", wish.channel}


@dataclass(frozen=True, slots=True)
class Before:
    """Something that was allowed before, and counts towards caps."""

    purpose: str
    channel: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the person at the moment of the question. `allows`: None where they were never asked."""

    zone: tzinfo
    suppressed: frozenset[str] = frozenset()
    allows: bool | None = True
    is_paused: bool = False
    before: Sequence[Before] = ()


def judged(wish: Wish, known: Known, rules: Iterable[Rule], at: datetime) -> Verdict:
    """The answer to a wish: what can never be comes before what can be later.

    An answer to somebody's own words is held back only where mail comes back.
    """
    if "everything" in known.suppressed:
        return Verdict("no", "suppressed")
    if wish.is_answer:
        return Verdict("yes", "answer")
    if "unasked" in known.suppressed and wish.purpose in UNASKED:
        return Verdict("no", "suppressed")
    if not known.allows:
        return Verdict("no", "never_asked" if known.allows is None else "denied")
    if known.is_paused and wish.purpose in UNASKED:
        return Verdict("later", "paused", at + PAUSE_LOOK_AGAIN)
    return _by_rules(known, [one for one in rules if one.concerns(wish)], at)


def _by_rules(known: Known, rules: list[Rule], at: datetime) -> Verdict:
    capped = [free for rule in rules if (free := free_at(rule, known.before, at))]
    if capped:
        return Verdict("later", "capped", max(capped))
    quiet = [end for rule in rules if (end := quiet_until(rule, known.zone, at))]
    if quiet:
        return Verdict("later", "quiet", max(quiet))
    return Verdict("yes", "allowed")


def quiet_until(rule: Rule, zone: tzinfo, at: datetime) -> datetime | None:
    """When the quiet hours end that this moment lies in; None outside of them.

    Both ends are read on the clock of the zone; at its change a night is an hour shorter or longer.

    >>> from zoneinfo import ZoneInfo
    >>> night = Rule("quiet", starts=time(21), ends=time(8))
    >>> quiet_until(night, ZoneInfo("Europe/Berlin"), datetime.fromisoformat("2026-03-02T22:30+00:00")).isoformat()
    '2026-03-03T08:00:00+01:00'
    """
    if rule.starts is None or rule.ends is None:
        return None
    local = at.astimezone(zone)
    clock = local.time()
    crosses = rule.starts >= rule.ends
    is_quiet = (clock >= rule.starts or clock < rule.ends) if crosses else rule.starts <= clock < rule.ends
    if not is_quiet:
        return None
    day = local.date() + timedelta(days=1 if crosses and clock >= rule.starts else 0)
    return datetime.combine(day, rule.ends, zone)


def free_at(rule: Rule, before: Iterable[Before], at: datetime) -> datetime | None:
    """When there is room again under a cap that is used up; None while there is room now.

    >>> from datetime import UTC
    >>> cap = Rule("cap", most=1, days=30)
    >>> noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
    >>> free_at(cap, [Before("surveys", "email", noon)], noon + timedelta(days=29)).isoformat()
    '2026-04-01T12:00:00+00:00'
    """
    if rule.most is None or rule.days is None:
        return None
    window = timedelta(days=rule.days)
    counted = sorted(
        (
            one.at
            for one in before
            if one.at + window > at
            and rule.purpose in {"", one.purpose}
            and rule.channel in {"", one.channel}
        ),
        reverse=True,
    )
    if rule.most <= 0:
        return at + window
    return counted[rule.most - 1] + window if len(counted) >= rule.most else None
