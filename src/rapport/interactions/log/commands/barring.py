"""What is not stored although it comes: interactions of the erased from before their erasure, and what is too old.

An import that is repeated, a message that is delivered again, a sender that catches up: none of them brings back
what was forgotten. What happens after an erasure is welcome, and makes a new customer.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime

import msgspec

from rapport.customers.directory.commands import writing
from rapport.customers.directory.rules import Claim, normalised
from rapport.customers.forgotten import queries as forgotten
from rapport.interactions.log import rules
from rapport.interactions.log.models import RetentionRule
from rapport.interactions.log.rules import Entry
from rapport.staff.organisation import queries as organisation

Named = tuple[int, Sequence[Entry], datetime]
"""The entries of one source, and when they were received."""


class Bar:
    """Knows which of some entries may not be stored; asks nothing more where nothing was ever forgotten."""

    def __init__(self, named: Sequence[Named]) -> None:
        self._ages = [(frozenset(kinds), source, months) for kinds, source, months in _ages()]
        self._erased_at: dict[tuple[str, str], datetime] = {}
        self._tombs: set[tuple[int, str]] = set()
        if newest := forgotten.newest():
            self._region = organisation.phone_region()
            every = (entry for _, entries, _ in named for entry in entries)
            self._erased_at = self._marks(entry for entry in every if entry.occurred_at < newest)
            for source_id, entries, _ in named:
                self._tombs |= _tombs(source_id, {entry.message_id for entry in entries})

    def holds_back(self, source_id: int, entry: Entry, received_at: datetime) -> bool:
        """Whether this may not be stored: it was erased, it is of somebody from before they were, or it is too old."""
        if self._is_too_old(source_id, entry, received_at):
            return True
        if not self._erased_at:
            return (source_id, entry.message_id) in self._tombs
        return (source_id, entry.message_id) in self._tombs or self._is_of_the_erased(entry)

    def without_erased_organisation(self, entry: Entry) -> Entry:
        """The entry, which no longer names an organisation that was erased after it happened."""
        if (
            not self._erased_at
            or entry.organisation is None
            or not self._was_erased(entry.organisation, entry)
        ):
            return entry
        return msgspec.structs.replace(entry, organisation=None, organisation_traits={})

    def _is_too_old(self, source_id: int, entry: Entry, received_at: datetime) -> bool:
        return any(
            entry.kind in kinds
            and source in {None, source_id}
            and entry.occurred_at < rules.months_before(received_at, months)
            for kinds, source, months in self._ages
        )

    def _is_of_the_erased(self, entry: Entry) -> bool:
        return any(self._was_erased(claim, entry) for claim in entry.claims)

    def _was_erased(self, claim: Claim, entry: Entry) -> bool:
        found = normalised(claim, region=self._region)
        erased_at = self._erased_at.get((found.kind, found.value)) if found else None
        return erased_at is not None and entry.occurred_at < erased_at

    def _marks(self, entries: Iterable[Entry]) -> dict[tuple[str, str], datetime]:
        claims = {
            claim
            for entry in entries
            for claim in (*entry.claims, *([entry.organisation] if entry.organisation else []))
        }
        usable = (normalised(claim, region=self._region) for claim in claims)
        pairs = {(one.kind, one.value) for one in usable if one}
        return {pair: mark.erased_at for pair, mark in forgotten.marks(pairs).items()}


def _ages() -> Iterator[tuple[list[str], int | None, int]]:
    yield from RetentionRule.objects.values_list("kinds", "source_id", "months")


def _tombs(source_id: int, message_ids: Collection[str]) -> set[tuple[int, str]]:
    digests = forgotten.digests_of_messages(source_id, message_ids)
    of_digest = {digest: message_id for message_id, digest in digests.items()}
    found = writing.among("SELECT digest FROM interactions_tombstone WHERE digest", list(of_digest))
    return {(source_id, of_digest[row[0]]) for row in found}
