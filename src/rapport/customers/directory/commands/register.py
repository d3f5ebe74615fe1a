"""The identifiers that one batch is about, held in memory while joins are decided, then written in bulk."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec
from django.db import connection, transaction

from rapport.customers.consent import commands as consent
from rapport.customers.directory import rules
from rapport.customers.directory.commands import writing
from rapport.customers.directory.models import Epoch, Identifier, Link, LinkRetraction, Proposal
from rapport.customers.directory.rules import Claim, Component, Member, Sighting
from rapport.customers.forgotten import queries as forgotten

Key = tuple[str, str]


class Known(msgspec.Struct):
    """An identifier as the register holds it; `customer_id` follows every join and split."""

    id: int
    kind: str
    value: str
    proof: str
    customer_id: int
    first_seen_at: datetime
    source: str = ""
    is_shared: bool = False
    is_new: bool = False


class Remembered(msgspec.Struct, frozen=True):
    """What a process remembers of an identifier between batches, as long as the epoch stays the same."""

    id: int
    customer_id: int
    proof: str
    first_seen_at: datetime
    is_shared: bool


class _Memory:
    """Identifiers seen by this process; emptied when another one split, shared or forgot something."""

    limit = 500_000

    def __init__(self) -> None:
        self.epoch = -1
        self.identifiers: dict[Key, Remembered] = {}

    def check(self, epoch: int) -> None:
        if epoch != self.epoch or len(self.identifiers) > self.limit:
            self.identifiers = {}
            self.epoch = epoch


_memory = _Memory()


def forget_everything() -> None:
    """Let this process remember no identifier: the database behind it is another one now."""
    _memory.epoch = -1


def new_epoch() -> None:
    """Tell every process that joins were undone: what they remember must be read anew."""
    Epoch.objects.get_or_create(id=1)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE customers_epoch SET number = number + 1 WHERE id = 1")


class Group(msgspec.Struct):
    """The identifiers of one customer while joins are decided."""

    members: dict[int, Known]

    def member(self, one: int) -> Member:
        found = self.members[one]
        return Member(found.id, found.kind, found.value, found.proof, found.first_seen_at)

    def as_rule(self) -> Component:
        return Component(tuple(self.member(one) for one in self.members))


class Register:
    """Everything one batch needs of the directory; `changed` collects the customers whose rows must be made anew."""

    def __init__(self, batch: int) -> None:
        self.batch = batch
        self.changed: set[int] = set()
        self._known: dict[Key, Known] = {}
        self._by_id: dict[int, Known] = {}
        self._groups: dict[int, Group] = {}
        self._apart: set[tuple[int, int]] = set()
        self._new: list[Known] = []
        self._moved: dict[int, Known] = {}
        self._proven: dict[int, Known] = {}
        self._links: list[tuple[object, ...]] = []
        self._born: set[int] = set()
        self._was_parted = False
        self._refused: dict[int, Sequence[Sequence[str]]] = {}
        epoch = writing.selected("SELECT number FROM customers_epoch WHERE id = 1")
        self._epoch: int = epoch[0][0] if epoch else 0
        _memory.check(self._epoch)

    def enter(self, batch: Iterable[tuple[Sequence[Claim], Sighting]]) -> None:
        """Find or create every identifier of the batch, and load the customers that may have to be joined."""
        entries = list(batch)
        wanted = {(c.kind, c.value): (c, s) for claims, s in reversed(entries) for c in claims}
        missing = []
        for key in wanted:
            if remembered := _memory.identifiers.get(key):
                self._hold(_recalled(key, remembered))
            else:
                missing.append(key)
        self._load(missing)
        self._create([key for key in reversed(list(wanted)) if key not in self._known], wanted)
        self._prove(entries)
        self._load_groups(entries)
        transaction.on_commit(self._remember)

    def known(self, claim: Claim) -> Known:
        return self._known[claim.kind, claim.value]

    def customer_of(self, identifier_id: int) -> int:
        return self._by_id[identifier_id].customer_id

    def component(self, known: Known) -> Group:
        group = self._groups.get(known.customer_id)
        if group is None:
            self._load_members([known.customer_id])
            group = self._groups[known.customer_id]
        return group

    def are_held_apart(self, ours: Group, theirs: Group) -> bool:
        """Whether a person took back a link between the two, or decided that they are not the same."""
        if not self._apart:
            return False
        pairs = ((min(a, b), max(a, b)) for a in ours.members for b in theirs.members)
        return any(pair in self._apart for pair in pairs)

    def join(self, anchor: Known, other: Known, *, rule: str, at: datetime, source: str) -> None:
        """Link two identifiers and let their customers be one from here on."""
        first, second = sorted((anchor.id, other.id))
        reason = rules.RULES[rule]
        self._links.append((first, second, rule, reason, "rule", writing.stored(at), source, self.batch))
        ours, theirs = self.component(anchor), self.component(other)
        low, high = sorted((anchor.customer_id, other.customer_id))
        self.changed |= {low, high}
        merged = Group({**ours.members, **theirs.members})
        for known in merged.members.values():
            if known.customer_id != low:
                known.customer_id = low
                if not known.is_new:
                    self._moved[known.id] = known
        self._groups.pop(high, None)
        self._groups[low] = merged

    def mark_shared(self, known: Known) -> None:
        known.is_shared = True

    def write(self) -> None:
        """Write new identifiers, new proofs, moves and links; may be called again as the batch goes on."""
        writing.insert_many(
            "customers_identifier",
            ("id", "kind", "value", "customer_id", "proof", "source", "batch", "first_seen_at"),
            [
                (
                    k.id,
                    k.kind,
                    k.value,
                    k.customer_id,
                    k.proof,
                    k.source,
                    self.batch,
                    writing.stored(k.first_seen_at),
                )
                for k in self._new
            ],
        )
        with connection.cursor() as cursor:
            if self._moved:
                cursor.executemany(
                    "UPDATE customers_identifier SET customer_id = %s WHERE id = %s",
                    [(k.customer_id, k.id) for k in self._moved.values()],
                )
            if self._proven:
                cursor.executemany(
                    "UPDATE customers_identifier SET proof = %s WHERE id = %s",
                    [(k.proof, k.id) for k in self._proven.values()],
                )
        writing.insert_many(
            "customers_link",
            ("first_id", "second_id", "rule", "reason", "made_by", "made_at", "source", "batch"),
            self._links,
        )
        if self._refused:
            consent.restore_refusals(self._refused)
        for known in self._new:
            known.is_new = False
        self._new, self._links, self._moved, self._proven, self._refused = [], [], {}, {}, {}

    def newcomers(self) -> dict[int, list[Known]]:
        """The customers of whom nothing was known before this batch, with their identifiers."""
        if self._was_parted:
            return {}
        groups = ((one, self._groups.get(one)) for one in self.changed)
        return {
            one: list(group.members.values())
            for one, group in groups
            if group and self._born.issuperset(group.members)
        }

    def forget(self) -> None:
        """Read every held identifier's customer anew, after the ledger itself split somebody.

        Splitting makes groups smaller, never larger, so what was whole is regrouped without reading it again.
        """
        self._was_parted = True
        whole = [known for group in self._groups.values() for known in group.members.values()]
        self._groups = {}
        for chunk in writing.chunks(self._by_id):
            rows = Identifier.objects.filter(id__in=chunk).values_list("id", "customer_id", "shared_mark")
            for one, customer_id, mark in rows:
                self._by_id[one].customer_id = customer_id
                self._by_id[one].is_shared = mark is not None
        for known in whole:
            if not known.is_shared:
                self._groups.setdefault(known.customer_id, Group({})).members[known.id] = known

    def _hold(self, known: Known) -> None:
        self._known[known.kind, known.value] = known
        self._by_id[known.id] = known

    def _load(self, keys: list[Key]) -> None:
        by_kind: dict[str, list[str]] = {}
        for kind, value in keys:
            by_kind.setdefault(kind, []).append(value)
        for kind, values in by_kind.items():
            for chunk in writing.chunks(values):
                self._take(Identifier.objects.filter(kind=kind, value__in=chunk).values_list(*_FIELDS))

    def _take(self, rows: Iterable[tuple[object, ...]]) -> list[Known]:
        taken = []
        for row in rows:
            one = int(str(row[0]))
            if one not in self._by_id:
                self._hold(_read(row))
            taken.append(self._by_id[one])
        return taken

    def _create(self, keys: list[Key], wanted: dict[Key, tuple[Claim, Sighting]]) -> None:
        if not keys:
            return
        returned = forgotten.marks(keys) if forgotten.anybody() else {}
        for one, key in zip(writing.next_ids("customers_identifier", len(keys)), keys, strict=True):
            if (mark := returned.get(key)) and mark.refused:
                self._refused[one] = mark.refused
            claim, sighting = wanted[key]
            known = Known(one, *key, claim.proof, one, sighting.at, sighting.source, is_new=True)
            self._hold(known)
            self._groups[one] = Group({one: known})
            self._new.append(known)
            self._born.add(one)
            self.changed.add(one)

    def _prove(self, entries: list[tuple[Sequence[Claim], Sighting]]) -> None:
        for claims, sighting in entries:
            for claim in claims:
                known = self.known(claim)
                proof = claim.proof or (_LOGIN_PROOF if _proves(claims, claim, sighting) else "")
                if proof and not known.proof and not rules.IDENTIFIER_KINDS[claim.kind].is_weak:
                    known.proof = proof[:80]
                    if not known.is_new:
                        self._proven[known.id] = known

    def _load_groups(self, entries: list[tuple[Sequence[Claim], Sighting]]) -> None:
        wanted: set[int] = set()
        for claims, _ in entries:
            if len(claims) > 1:
                customers = {self.known(claim).customer_id for claim in claims}
                if len(customers) > 1:
                    wanted |= customers
        self._load_members([one for one in wanted if one not in self._groups])

    def _load_members(self, customer_ids: list[int]) -> None:
        for chunk in writing.chunks(customer_ids):
            found = Identifier.objects.filter(customer_id__in=chunk, shared_mark=None)
            for known in self._take(found.values_list(*_FIELDS)):
                group = self._groups.setdefault(known.customer_id, Group({}))
                group.members[known.id] = known
            self._load_apart([m for one in chunk if one in self._groups for m in self._groups[one].members])

    def _load_apart(self, ids: list[int]) -> None:
        parted = LinkRetraction.objects.filter(by_person=True, link__first__in=ids)
        self._apart.update(parted.values_list("link__first_id", "link__second_id"))
        decided = Proposal.objects.filter(decision="apart", first__in=ids)
        self._apart.update(decided.values_list("first_id", "second_id"))

    def _remember(self) -> None:
        if _memory.epoch != self._epoch:
            return
        for key, k in self._known.items():
            _memory.identifiers[key] = Remembered(k.id, k.customer_id, k.proof, k.first_seen_at, k.is_shared)


_FIELDS = ("id", "kind", "value", "proof", "customer_id", "first_seen_at", "source", "shared_mark")
_LOGIN_PROOF = "told at log-in"


def _read(row: tuple[object, ...]) -> Known:
    one, kind, value, proof, customer_id, first_seen_at, source, mark = row
    return Known(one, kind, value, proof, customer_id, first_seen_at, source, mark is not None)  # type: ignore[arg-type]


def _recalled(key: Key, r: Remembered) -> Known:
    return Known(r.id, *key, r.proof, r.customer_id, r.first_seen_at, is_shared=r.is_shared)


def _proves(claims: Sequence[Claim], claim: Claim, sighting: Sighting) -> bool:
    if sighting.is_public or not sighting.is_login:
        return False
    return claim.kind in {"email", "phone"} and any(c.kind == "user_id" for c in claims)


def links_of(identifier_ids: Iterable[int]) -> list[tuple[int, int]]:
    """The live links among these identifiers."""
    ids = list(identifier_ids)
    found: list[tuple[int, int]] = []
    for chunk in writing.chunks(ids):
        live = Link.objects.filter(retraction=None, first__in=chunk)
        found.extend(live.values_list("first_id", "second_id"))
    return found
