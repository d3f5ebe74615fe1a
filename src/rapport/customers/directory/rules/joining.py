"""When a rule may join two identifiers into one customer, and what it does when it may not."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec

from rapport.customers.directory.rules.identifiers import IDENTIFIER_KINDS, ONE_EACH, is_strong

RULES: dict[str, str] = {
    "same_login": "one log-in proved both",
    "same_record": "they stand in one record of ours",
    "told_together": "they were told together",
    "same_device": "used on the same browser or device",
    "server": "our own server said so",
    "person": "a person decided",
}


class Member(msgspec.Struct, frozen=True):
    """One identifier as joining sees it. `proof` is empty for what was only told."""

    id: int
    kind: str
    value: str
    proof: str
    first_seen_at: datetime

    @property
    def is_weak(self) -> bool:
        return IDENTIFIER_KINDS[self.kind].is_weak

    @property
    def limit_kind(self) -> str:
        """What the limit counts: the kind, and for other numbers their type."""
        return f"{self.kind}:{self.value.partition(':')[0]}" if self.kind == "external" else self.kind


class Component(msgspec.Struct, frozen=True):
    """The identifiers of one customer."""

    members: tuple[Member, ...]

    @property
    def is_named(self) -> bool:
        """Whether anything but browsers and devices belongs to it."""
        return any(not member.is_weak for member in self.members)

    @property
    def is_known(self) -> bool:
        """Whether anything in it says for sure who it is."""
        return any(is_strong(member.kind, member.proof) for member in self.members)

    @property
    def is_proven(self) -> bool:
        """Whether an address or number in it was proven to be theirs, not only told."""
        return any(member.proof and not member.is_weak for member in self.members)

    def values(self, limit_kind: str) -> set[str]:
        return {member.value for member in self.members if member.limit_kind == limit_kind}


class Verdict(msgspec.Struct, frozen=True):
    """`act` is join, drop (leave them apart) or share (the device is shared); `rule` or `reason` says why."""

    act: str
    rule: str = ""
    reason: str = ""


class Meeting(msgspec.Struct, frozen=True):
    """How two identifiers met: when, in a log-in or not, and whether the stronger one vouches for the other.

    It vouches if it was proven this time; a mail address that anybody may type does not. `is_public`: we heard of
    it with a key that anybody may have read in a web page.
    """

    at: datetime
    is_login: bool = False
    is_vouched: bool = False
    is_public: bool = False


def verdict(
    anchor: Member, other: Member, *, ours: Component, theirs: Component, meeting: Meeting
) -> Verdict:
    """May the customer of `anchor` be joined with that of the weaker identifier `other`, seen together?"""
    if conflict := _two_accounts(ours, theirs):
        return Verdict("share" if other.is_weak else "drop", reason=conflict)
    if over := _over_limit(ours, theirs, meeting.at):
        return Verdict("drop", reason=over)
    if ours.is_known and not meeting.is_vouched:
        return Verdict("drop", reason="only told, and it belongs to a known customer")
    if other.is_weak:
        return _by_device(ours, theirs)
    if meeting.is_public and (ours.is_proven or theirs.is_proven):
        return Verdict("drop", reason="told by a web page alone, and it belongs to somebody who was proven")
    return _by_name(anchor, other, theirs, is_login=meeting.is_login)


def _two_accounts(ours: Component, theirs: Component) -> str:
    held = [(kind, ours.values(kind), theirs.values(kind)) for kind in ONE_EACH]
    for kind, mine, others in held:
        if mine and others and mine != others:
            return f"two different values of {IDENTIFIER_KINDS[kind].title.lower()} are never joined by rule"
    if (held[0][1] or held[0][2]) and (held[1][1] or held[1][2]):
        return "a person and an organisation are never one customer"
    return ""


def _over_limit(ours: Component, theirs: Component, at: datetime) -> str:
    counted: dict[str, set[str]] = {}
    for member in (*ours.members, *theirs.members):
        kind = IDENTIFIER_KINDS[member.kind]
        if kind.window_days and member.first_seen_at < at - timedelta(days=kind.window_days):
            continue
        counted.setdefault(member.limit_kind, set()).add(member.value)
    for limit_kind, values in counted.items():
        kind = IDENTIFIER_KINDS[limit_kind.partition(":")[0]]
        if len(values) > kind.limit:
            window = f" within {kind.window_days} days" if kind.window_days else ""
            return f"more than {kind.limit} of {kind.title.lower()}{window}"
    return ""


def _by_device(ours: Component, theirs: Component) -> Verdict:
    if not (ours.is_named and theirs.is_named):
        return Verdict("join", "same_device")
    both_say = {m.limit_kind for m in ours.members if not m.is_weak} & {
        m.limit_kind for m in theirs.members if not m.is_weak
    }
    if theirs.is_known or both_say:
        return Verdict("share", reason="a second known customer used it")
    return Verdict("join", "same_device")


def _by_name(anchor: Member, other: Member, theirs: Component, *, is_login: bool) -> Verdict:
    stands_alone = all(member.is_weak or member.id == other.id for member in theirs.members)
    if is_login and anchor.kind in ONE_EACH:
        return Verdict("join", "same_login")
    if other.proof and is_strong(anchor.kind, anchor.proof):
        return Verdict("join", "same_record")
    if stands_alone:
        return Verdict("join", "told_together")
    return Verdict("drop", reason="only told, and it belongs to another customer")


def components(ids: Iterable[int], links: Iterable[tuple[int, int]]) -> dict[int, int]:
    """For each id the smallest id that it is linked to, directly or through others (union-find).

    >>> components([1, 2, 3, 4], [(2, 3), (3, 4)])
    {1: 1, 2: 2, 3: 2, 4: 2}
    """
    root = {one: one for one in ids}

    def find(one: int) -> int:
        while root[one] != one:
            root[one] = root[root[one]]
            one = root[one]
        return one

    for a, b in links:
        low, high = sorted((find(a), find(b)))
        root[high] = low
    return {one: find(one) for one in root}
