"""Proposing pairs to a person, and opening a decision again. Deciding is an act of the directory."""

from collections.abc import Callable, Sequence
from datetime import datetime

import msgspec
from django.db import transaction
from django.db.models import F

from rapport.customers.directory import commands as directory
from rapport.customers.directory.models import Identifier, Link, Proposal
from rapport.customers.likeness import queries
from rapport.customers.likeness.queries import Pair
from rapport.jobs.queue import commands as jobs
from rapport.kernel.refusals import NotFound
from rapport.staff.audit import commands as audit
from rapport.staff.roles.rules import Actor, require

CHUNK = 5000
TASK = "customers.propose"


class NotDecided(NotFound):
    """A proposal that nobody has decided cannot be opened again."""


class Proposed(msgspec.Struct, frozen=True):
    """What a search came to: customers compared, pairs that wait now, how many of them are new, how many went."""

    compared: int
    waiting: int
    new: int
    gone: int


def propose(*, by: Actor, at: datetime, progress: Callable[[int], None] = lambda _: None) -> Proposed:
    """Look for customers who may be one and lay the pairs before a person. Nobody is joined by this.

    Pairs that a person parted are never proposed again; proposals that are no longer likely go away.
    """
    require(by, "customers.link")
    compared, pairs = queries.alike(progress)
    with transaction.atomic():
        return _keep(compared, pairs, by=by, at=at)


@transaction.atomic
def ask_for_search(*, by: Actor, at: datetime) -> int:
    """Let the worker look for duplicates; asked twice, it looks once. The number of the job."""
    require(by, "customers.link")
    job = jobs.enqueue(TASK, {}, at=at, key=TASK)
    audit.record("customers.ask_for_search", by=by, subject="proposals", at=at)
    return job


@transaction.atomic
def reopen(proposal_id: int, *, by: Actor, at: datetime) -> Proposal:
    """Take a decision back: the proposal waits again, and what it joined is parted exactly as it was."""
    require(by, "customers.link")
    found = Proposal.objects.select_for_update().filter(pk=proposal_id, decided_at__isnull=False).first()
    if found is None or found.decided_at is None:
        raise NotDecided("That proposal is not decided.", field="proposal", value=proposal_id)
    if found.decision == "same":
        made = Link.objects.filter(
            first_id=found.first_id,
            second_id=found.second_id,
            made_at=found.decided_at,
            rule="person",
            retraction=None,
        )
        for link in made:
            directory.unlink(link.pk, by=by, why="the decision on the proposal was taken back", at=at)
    found.decision, found.decided_by, found.decided_at = "", "", None
    found.save(update_fields=["decision", "decided_by", "decided_at"])
    audit.record("customers.reopen", by=by, subject=f"proposal:{found.pk}", at=at)
    return found


def _keep(compared: int, pairs: Sequence[Pair], *, by: Actor, at: datetime) -> Proposed:
    decided = _decided()
    found = {(pair.first, pair.second): pair for pair in _still_there(pairs)}
    wanted = {both: pair for both, pair in found.items() if both not in decided}
    held = {(p.first_id, p.second_id): p for p in Proposal.objects.filter(decided_at=None)}
    gone = [proposal.pk for both, proposal in held.items() if both not in wanted]
    for start in range(0, len(gone), CHUNK):
        Proposal.objects.filter(pk__in=gone[start : start + CHUNK]).delete()
    kept = [held[both] for both in held.keys() & wanted.keys()]
    for proposal in kept:
        pair = wanted[proposal.first_id, proposal.second_id]
        proposal.likeness, proposal.reasons = pair.likeness, pair.reasons
    Proposal.objects.bulk_update(kept, ["likeness", "reasons"], batch_size=CHUNK)
    new = [_row(pair, at) for both, pair in wanted.items() if both not in held]
    Proposal.objects.bulk_create(new, batch_size=CHUNK)
    outcome = Proposed(compared, len(wanted), len(new), len(gone))
    audit.record("customers.propose", by=by, subject="proposals", at=at, detail=msgspec.to_builtins(outcome))
    return outcome


def _row(pair: Pair, at: datetime) -> Proposal:
    return Proposal(
        first_id=pair.first, second_id=pair.second, likeness=pair.likeness, reasons=pair.reasons, made_at=at
    )


def _still_there(pairs: Sequence[Pair]) -> list[Pair]:
    """The pairs whose two customers still are customers of their own: others may have joined them meanwhile."""
    ids = {one for pair in pairs for one in (pair.first, pair.second)}
    roots: set[int] = set()
    for start in range(0, len(ordered := sorted(ids)), CHUNK):
        own = Identifier.objects.filter(id__in=ordered[start : start + CHUNK], customer_id=F("id"))
        roots.update(own.values_list("id", flat=True))
    return [pair for pair in pairs if pair.first in roots and pair.second in roots]


def _decided() -> set[tuple[int, int]]:
    """Pairs that a person has decided, as they were proposed and under the numbers they have now."""
    found = Proposal.objects.filter(decided_at__isnull=False).values_list(
        "first_id", "second_id", "first__customer_id", "second__customer_id"
    )
    both = {(first, second) for first, second, _, _ in found}
    return both | {(min(now), max(now)) for *_, one, other in found if (now := (one, other))}
