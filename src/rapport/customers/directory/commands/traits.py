"""What sightings tell of customers beyond who they are: traits and memberships."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from rapport.customers.directory import rules
from rapport.customers.directory.commands import writing
from rapport.customers.directory.commands.register import Register
from rapport.customers.directory.rules import Claim, Sighting

if TYPE_CHECKING:
    from rapport.customers.directory.commands.seeing import Seen

_encode = msgspec.json.Encoder().encode
LONGEST_NAME = 80
_TRAIT_COLUMNS = ("identifier_id", "name", "source", "batch", "value", "value_key", "observed_at")


def store_traits(
    register: Register, sightings: Sequence[Sighting], seen: Sequence["Seen"], groups: Sequence[list[Claim]]
) -> list[tuple[int, str, Any]]:
    """Keep the newest value per identifier, name and source.

    Gives back what was told of names, as (identifier, trait, value), newest last.
    """
    newest: dict[tuple[int, str, str], tuple[Any, Sighting]] = {}
    for sighting, where, group in zip(sightings, seen, groups, strict=True):
        if sighting.traits and where.identifier_id is not None:
            _keep(newest, where.identifier_id, sighting.traits, sighting)
        if sighting.organisation_traits and group:
            _keep(newest, register.known(group[0]).id, sighting.organisation_traits, sighting)
    writing.insert_many(
        "customers_trait",
        _TRAIT_COLUMNS,
        [
            (
                one,
                name,
                source,
                register.batch,
                _encode(value).decode(),
                rules.trait_key(value),
                writing.stored(sighting.at),
            )
            for (one, name, source), (value, sighting) in newest.items()
        ],
        more="""ON CONFLICT (identifier_id, name, source, batch) DO UPDATE SET
            value = excluded.value, value_key = excluded.value_key, observed_at = excluded.observed_at
            WHERE excluded.observed_at >= customers_trait.observed_at""",
    )
    told = sorted(newest.items(), key=lambda item: item[1][1].at)
    return [(one, name, value) for (one, name, _), (value, _) in told if name in rules.NAME_TRAITS]


def _keep(
    newest: dict[tuple[int, str, str], tuple[Any, Sighting]],
    identifier_id: int,
    traits: dict[str, Any],
    sighting: Sighting,
) -> None:
    for name, value in traits.items():
        if value is None or not 0 < len(name) <= LONGEST_NAME:
            continue
        key = (identifier_id, name, sighting.source)
        if key not in newest or newest[key][1].at <= sighting.at:
            newest[key] = (value, sighting)


def store_memberships(
    register: Register, sightings: Sequence[Sighting], seen: Sequence["Seen"], groups: Sequence[list[Claim]]
) -> None:
    """Keep who belongs to which organisation, since the first time it was said."""
    since: dict[tuple[int, int], Sighting] = {}
    for sighting, where, group in zip(sightings, seen, groups, strict=True):
        if group and where.identifier_id is not None:
            organisation_id = register.known(group[0]).id
            if organisation_id != where.identifier_id:
                since.setdefault((where.identifier_id, organisation_id), sighting)
    writing.insert_many(
        "customers_membership",
        ("person_id", "organisation_id", "source", "batch", "since"),
        [
            (person, organisation, s.source, register.batch, writing.stored(s.at))
            for (person, organisation), s in since.items()
        ],
        more="ON CONFLICT (person_id, organisation_id) DO NOTHING",
    )
