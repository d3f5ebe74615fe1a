"""What `rapport customers show` says: for programs and for people."""

from collections.abc import Iterator
from typing import Any

from rapport.customers.portrait import queries
from rapport.customers.portrait.queries import Portrait
from rapport.interactions.timeline import queries as timeline
from rapport.kernel.money import Money
from rapport.staff.roles.rules import EVERYTHING


def of(portrait: Portrait, latest: int) -> dict[str, Any]:
    """Everything known, as JSON takes it."""
    return {
        "customer": portrait.id,
        "name": portrait.name,
        "kind": portrait.kind,
        "identifiers": [_identifier(one) for one in portrait.identifiers],
        "links": [_link(one) for one in portrait.links],
        "shared": [{"kind": one.kind, "value": one.value} for one in portrait.shared],
        "traits": {
            one.newest.name: {
                "value": one.newest.value,
                "source": one.newest.source,
                "observed_at": _moment(one.newest.observed_at),
            }
            for one in portrait.traits
        },
        "organisations": [{"customer": one.customer_id, "name": one.name} for one in portrait.organisations],
        "people": [{"customer": one.customer_id, "name": one.name} for one in portrait.people],
        "consents": _consents(portrait),
        "value": {
            "interactions": portrait.interactions,
            "purchases": portrait.purchases,
            "first_at": _moment(portrait.first_at),
            "last_at": _moment(portrait.last_at),
            "spent": [
                {
                    "currency": one.spent.currency,
                    "minor": one.spent.minor,
                    "amount": str(one.spent.major),
                    "purchases": one.purchases,
                }
                for one in portrait.bought
            ],
        },
        "latest": [_interaction(one) for one in _latest(portrait, latest)],
    }


def sentences(portrait: Portrait, latest: int) -> Iterator[str]:
    """The same for people, in lines."""
    yield f"{portrait.name} (customer {portrait.id}, {portrait.kind})"
    for one in portrait.identifiers:
        proof = f"verified by {one.proof}" if one.proof else "told, not proven"
        yield f"  {one.kind} {one.value}: {proof}, {one.source}"
    for link in portrait.links:
        yield f"  joined: {link.first.value} and {link.second.value}: {link.reason} ({link.made_by})"
    for known in portrait.traits:
        newest = known.newest
        yield f"  {newest.name}: {newest.value} ({newest.source}, {newest.observed_at:%Y-%m-%d})"
    for consent in _consents(portrait):
        yield f"  {consent['contact_point']}, {consent['purpose']}: {'yes' if consent['is_allowed'] else 'no'}"
    for bought in portrait.bought:
        yield f"  spent {bought.spent} in {bought.purchases} purchases"
    for entry in _latest(portrait, latest):
        money = f" {Money(entry.amount_minor, entry.currency)}" if entry.amount_minor is not None else ""
        yield f"  {entry.occurred_at:%Y-%m-%d %H:%M} {entry.channel} {entry.kind} {entry.subject}{money}"


def _latest(portrait: Portrait, latest: int) -> list[Any]:
    ids = queries.in_order_of_use(portrait.identifiers)
    return list(timeline.timeline(ids, reach=EVERYTHING).entries[:latest]) if latest else []


def _identifier(one: Any) -> dict[str, Any]:
    return {
        "id": one.id,
        "kind": one.kind,
        "value": one.value,
        "proof": one.proof,
        "source": one.source,
        "first_seen_at": _moment(one.first_seen_at),
    }


def _link(one: Any) -> dict[str, Any]:
    return {
        "id": one.pk,
        "first": one.first.value,
        "second": one.second.value,
        "rule": one.rule,
        "reason": one.reason,
        "made_by": one.made_by,
        "made_at": _moment(one.made_at),
        "source": one.source,
    }


def _consents(portrait: Portrait) -> list[dict[str, Any]]:
    values = {one.id: one.value for one in portrait.identifiers}
    return [
        {
            "contact_point": values[one.identifier_id],
            "purpose": one.purpose,
            "is_allowed": one.is_allowed,
            "state": one.because.state if one.because else "unknown",
            "proof": one.because.proof if one.because else "",
        }
        for one in portrait.standings
    ]


def _interaction(one: Any) -> dict[str, Any]:
    return {
        "id": one.pk,
        "occurred_at": _moment(one.occurred_at),
        "kind": one.kind,
        "channel": one.channel,
        "direction": one.direction,
        "subject": one.subject,
        "text": one.text,
        "amount_minor": one.amount_minor,
        "currency": one.currency,
        "source": one.source.name,
        "message_id": one.message_id,
        "properties": one.properties,
    }


def _moment(at: Any) -> str:
    return str(at.isoformat())
