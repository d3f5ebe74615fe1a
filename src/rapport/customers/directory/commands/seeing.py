"""Taking in what interactions say of who they were with: identifiers, joins, traits, memberships."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from rapport.customers.directory import rules
from rapport.customers.directory.commands import changes, facets, ledger
from rapport.customers.directory.commands.register import Known, Register
from rapport.customers.directory.commands.traits import store_memberships, store_traits
from rapport.customers.directory.rules import Claim, Meeting, Sighting, Verdict
from rapport.staff.organisation import queries as organisation


class Seen(msgspec.Struct, frozen=True):
    """Where one interaction belongs: its strongest identifier (None: nobody's), and its contact points."""

    identifier_id: int | None
    contact_points: tuple[int, ...] = ()


_NOBODY = Seen(None)


def observe(sightings: Sequence[Sighting], *, batch: int = 0) -> list[Seen]:
    """Learn from sightings, in their order, inside the caller's transaction and under the writers' lock.

    Identifiers never seen before are created; those seen together are joined where the rules allow it;
    traits and memberships are kept. `batch` is the import that brought them (0: none).
    """
    region = organisation.phone_region()
    usable = [_usable(sighting, region) for sighting in sightings]
    groups = [_usable_organisation(sighting, region) for sighting in sightings]
    register = Register(batch)
    register.enter(
        (
            (claims + group, sighting)
            for claims, group, sighting in zip(usable, groups, sightings, strict=True)
        )
    )
    seen = [
        _see(register, claims, sighting) if claims else _NOBODY
        for claims, sighting in zip(usable, sightings, strict=True)
    ]
    register.write()
    told = store_traits(register, sightings, seen, groups)
    store_memberships(register, sightings, seen, groups)
    _keep_rows(register, told)
    _note_traits(register, sightings, seen, groups)
    return seen


def _keep_rows(register: Register, told: list[tuple[int, str, Any]]) -> None:
    names: dict[int, dict[str, Any]] = {}
    for one, name, value in told:
        names.setdefault(register.customer_of(one), {})[name] = value
    newcomers = register.newcomers()
    facets.introduce(
        facets.Newcomer(
            id=one,
            identifiers=[(known.kind, known.value) for known in members],
            first_seen_at=min(known.first_seen_at for known in members),
            traits=names.get(one, {}),
        )
        for one, members in newcomers.items()
    )
    facets.refresh((register.changed | names.keys()) - newcomers.keys())


def _note_traits(
    register: Register, sightings: Sequence[Sighting], seen: list[Seen], groups: list[list[Claim]]
) -> None:
    """Of whom something was told: the search finds them by it."""
    told = {
        register.customer_of(where.identifier_id)
        for sighting, where in zip(sightings, seen, strict=True)
        if sighting.traits and where.identifier_id is not None
    }
    told |= {
        register.known(group[0]).customer_id
        for sighting, group in zip(sightings, groups, strict=True)
        if sighting.organisation_traits and group
    }
    changes.note(told)


def _usable(sighting: Sighting, region: str) -> list[Claim]:
    found = [rules.normalised(claim, region=region) for claim in sighting.claims]
    kept = {(claim.kind, claim.value): claim for claim in found if claim is not None}
    return rules.by_strength(tuple(kept.values())) if len(kept) > 1 else list(kept.values())


def _usable_organisation(sighting: Sighting, region: str) -> list[Claim]:
    if sighting.organisation is None:
        return []
    claim = rules.normalised(sighting.organisation, region=region)
    return [claim] if claim else []


def _see(register: Register, claims: list[Claim], sighting: Sighting) -> Seen:
    pairs = [(register.known(claim), claim) for claim in claims]
    points = tuple(known.id for known, _ in pairs if known.kind in {"email", "phone"})
    anchor, claim = next((pair for pair in pairs if not pair[0].is_shared), pairs[0])
    meeting = Meeting(sighting.at, sighting.is_login, _vouches(claim, sighting), sighting.is_public)
    for other, _ in pairs:
        if other.customer_id != anchor.customer_id and not (other.is_shared or anchor.is_shared):
            _meet(register, anchor, other, sighting.source, meeting)
    return Seen(anchor.id, points)


def _vouches(claim: Claim, sighting: Sighting) -> bool:
    return bool(claim.proof) or sighting.is_login or claim.kind in rules.ONE_EACH


def _meet(register: Register, anchor: Known, other: Known, source: str, meeting: Meeting) -> None:
    ours, theirs = register.component(anchor), register.component(other)
    decision = rules.verdict(
        ours.member(anchor.id),
        theirs.member(other.id),
        ours=ours.as_rule(),
        theirs=theirs.as_rule(),
        meeting=meeting,
    )
    if decision.act == "join" and not register.are_held_apart(ours, theirs):
        register.join(anchor, other, rule=decision.rule, at=meeting.at, source=source)
    elif decision.act == "share":
        _share(register, other, decision, meeting.at)


def _share(register: Register, device: Known, decision: Verdict, at: datetime) -> None:
    register.write()
    ledger.share(device.id, why=decision.reason, at=at)
    register.forget()
    register.mark_shared(device)
