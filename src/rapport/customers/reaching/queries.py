from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from rapport.customers.consent import queries as consent
from rapport.customers.consent.rules import standings
from rapport.customers.directory.models import Identifier, Trait

CONTACT_POINTS = ("email", "phone")
_ZONES = ("time_zone", "timezone")
_LANGUAGES = ("language", "locale")


@dataclass(frozen=True, slots=True)
class Behind:
    """Whoever stands behind an identifier. `allows`: purpose -> may we; a purpose never asked for is missing."""

    identifier_id: int
    customer_id: int
    identifier_ids: tuple[int, ...]
    zone: ZoneInfo | None = None
    language: str = ""
    allows: dict[str, bool] = field(default_factory=dict)


def behind(identifier_ids: Collection[int]) -> dict[int, Behind]:
    """Who stands behind each of these identifiers; four queries, however many. One that was erased is missing."""
    asked = dict(Identifier.objects.filter(id__in=identifier_ids).values_list("id", "customer_id"))
    members: dict[int, list[tuple[int, str]]] = defaultdict(list)
    owned = Identifier.objects.filter(customer_id__in=set(asked.values())).order_by("id")
    for id_, kind, customer_id in owned.values_list("id", "kind", "customer_id"):
        members[customer_id].append((id_, kind))
    everybody = [id_ for own in members.values() for id_, _ in own]
    traits = _traits(everybody)
    allowed = _allowed(members)
    return {
        id_: Behind(
            id_,
            customer_id,
            tuple(one for one, _ in members[customer_id]),
            _zone(_newest(traits, members[customer_id], _ZONES)),
            _newest(traits, members[customer_id], _LANGUAGES),
            allowed.get(id_, {}),
        )
        for id_, customer_id in asked.items()
    }


def contact_points(identifier_ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Kind and value of these identifiers, as they are stored."""
    found = Identifier.objects.filter(id__in=list(identifier_ids))
    return {id_: (kind, value) for id_, kind, value in found.values_list("id", "kind", "value")}


def customers_of(identifier_ids: Iterable[int]) -> dict[int, int]:
    """The customer behind each of these identifiers, by the number of today."""
    found = Identifier.objects.filter(id__in=list(identifier_ids))
    return dict(found.values_list("id", "customer_id"))


def known(kind: str, values: Iterable[str]) -> dict[str, int]:
    """The identifiers of one kind with these values, in their stored form: value -> number."""
    found = Identifier.objects.filter(kind=kind, value__in=list(values))
    return dict(found.values_list("value", "id"))


def _traits(identifier_ids: Collection[int]) -> list[tuple[int, str, Any]]:
    names = (*_ZONES, *_LANGUAGES)
    found = Trait.objects.filter(identifier_id__in=identifier_ids, name__in=names)
    return list(found.order_by("-observed_at", "-id").values_list("identifier_id", "name", "value"))


def _newest(
    traits: list[tuple[int, str, Any]], members: Iterable[tuple[int, str]], names: tuple[str, ...]
) -> str:
    own = {id_ for id_, _ in members}
    return next((str(value) for id_, name, value in traits if id_ in own and name in names), "")


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ValueError, OSError, KeyError):
        return None


def _allowed(members: dict[int, list[tuple[int, str]]]) -> dict[int, dict[str, bool]]:
    """Purpose -> may we, per contact point: the strictest word within one customer counts."""
    points = {
        customer_id: [id_ for id_, kind in own if kind in CONTACT_POINTS]
        for customer_id, own in members.items()
    }
    said = consent.statements([id_ for own in points.values() for id_ in own])
    found: dict[int, dict[str, bool]] = defaultdict(dict)
    for own in points.values():
        words = [one for one in said if one.identifier_id in own]
        for standing in standings(own, words):
            if standing.because is not None or standing.purpose == "service":
                found[standing.identifier_id][standing.purpose] = standing.is_allowed
    return found
