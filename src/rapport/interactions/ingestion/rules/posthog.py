"""The dialect of PostHog: events with a distinct id; what they mean is in properties with a dollar sign."""

from datetime import datetime
from typing import Any

from rapport.customers.directory.rules import LONGEST_VALUE, Claim
from rapport.interactions.ingestion.rules import commerce, messages, moments, values
from rapport.interactions.ingestion.rules.received import BadMessage, Reception, Taken
from rapport.interactions.log.rules import LONGEST_SUBJECT, Entry
from rapport.kernel.text import storable

_KINDS = {
    "$identify": "profile",
    "$set": "profile",
    "$pageview": "page_view",
    "$screen": "page_view",
    "$create_alias": "alias",
    "$merge_dangerously": "alias",
    "$groupidentify": "membership",
}
_UNKEPT = frozenset({"token", "$lib", "$lib_version", "$geoip_disable"})
_ORGANISATIONS = frozenset({"company", "organisation", "organization", "account", "customer"})


def events(
    body: Any, reception: Reception, *, is_dirty: bool = False, sent_at: datetime | None = None
) -> Taken:
    """The events of a body: under `batch`, a bare list, or one event alone."""
    if isinstance(body, list):
        items, root = body, {}
    else:
        root = values.mapping(body)
        items = root.get("batch", [body])
    if not isinstance(items, list):
        raise BadMessage("batch", items, "A batch needs a list of events under 'batch'.")
    messages.check_count(items)
    sent = sent_at or moments.read(root.get("sent_at"))

    def entry(item: dict[str, Any], warnings: list[str]) -> Entry:
        return _entry(item, messages.Arrival(reception, sent, warnings))

    return messages.taken(items, entry, is_dirty=is_dirty)


def id_of(item: Any) -> str:
    """The id under which a client awaits what became of its event."""
    given = values.mapping(item).get("uuid")
    return storable(given) if isinstance(given, str) else ""


def _entry(item: dict[str, Any], arrival: messages.Arrival) -> Entry:
    event = values.text(item.get("event"), LONGEST_SUBJECT)
    if not event.strip():
        raise BadMessage("event", item.get("event"), "An event needs a name.")
    properties = values.mapping(item.get("properties"))
    traits = _traits(item, properties)
    kind = _KINDS.get(event) or commerce.kind_of(event)
    organisation = _organisation(event, properties)
    claims = _claims(item, properties, traits, organisation)
    amount, currency = commerce.money(
        kind, properties, assumed=arrival.reception.currency, warnings=arrival.warnings
    )
    is_about_group = event == "$groupidentify"
    group_traits = values.mapping(properties.get("$group_set")) if is_about_group else {}
    return Entry(
        message_id=messages.message_id(item.get("uuid") or item.get("$insert_id"), arrival),
        kind=kind,
        occurred_at=messages.occurred_at(item.get("timestamp"), arrival),
        sent_at=arrival.sent_at,
        channel="app" if event == "$screen" else "web",
        claims=claims,
        is_login=kind == "profile" and claims[0].kind == "user_id" and bool(traits.get("email")),
        is_public=not arrival.reception.is_trusted,
        traits=messages.storable_traits(traits, arrival),
        organisation=organisation if claims[0] != organisation else None,
        organisation_traits=group_traits,
        subject=_subject(event, properties),
        amount_minor=amount,
        currency=currency,
        properties=messages.json_text(_kept(properties, traits), arrival),
        warning=messages.joined(arrival.warnings),
    )


def _traits(item: dict[str, Any], properties: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in ("$set_once", "$set"):
        found |= values.mapping(item.get(name)) | values.mapping(properties.get(name))
    if item.get("event") == "$groupidentify":
        found |= values.mapping(properties.get("$group_set"))
    return found


def _claims(
    item: dict[str, Any], properties: dict[str, Any], traits: dict[str, Any], organisation: Claim | None
) -> tuple[Claim, ...]:
    given = item.get("distinct_id")
    if given is None:
        given = properties.get("distinct_id")
    distinct = values.text(given, LONGEST_VALUE + 1)
    if organisation is not None and (not distinct or distinct.startswith("$")):
        return (organisation,)
    if not distinct:
        raise BadMessage("distinct_id", given, "An event needs a distinct_id (text).")
    found = [Claim("anonymous_id" if _is_anonymous(item, properties, distinct) else "user_id", distinct)]
    for kind, value in (
        ("email", traits.get("email")),
        ("phone", traits.get("phone")),
        ("anonymous_id", properties.get("$anon_distinct_id")),
        ("anonymous_id", properties.get("alias") if item.get("event") == "$create_alias" else None),
        ("anonymous_id", properties.get("$device_id")),
    ):
        written = values.text(value, LONGEST_VALUE + 1)
        if written and written != distinct:
            found.append(Claim(kind, written))
    return tuple(found)


def _is_anonymous(item: dict[str, Any], properties: dict[str, Any], distinct: str) -> bool:
    """Browsers send their device as distinct id until somebody logs in; servers ask for no profile."""
    options = values.mapping(item.get("options"))
    asked = options.get("process_person_profile", properties.get("$process_person_profile"))
    return (
        asked is False
        or properties.get("$device_id") == distinct
        or properties.get("$is_identified") is False
    )


def _organisation(event: str, properties: dict[str, Any]) -> Claim | None:
    if event == "$groupidentify":
        groups = {values.text(properties.get("$group_type"), 60): properties.get("$group_key")}
    else:
        groups = values.mapping(properties.get("$groups"))
    for type_, key in groups.items():
        if written := values.text(key, LONGEST_VALUE - 60):
            return Claim("organisation_id", written if type_ in _ORGANISATIONS else f"{type_[:60]}:{written}")
    return None


def _subject(event: str, properties: dict[str, Any]) -> str:
    if event in {"$pageview", "$screen"}:
        named = ("$screen_name", "title", "$title", "$pathname", "$current_url")
        return next(
            (text for name in named if (text := values.text(properties.get(name), LONGEST_SUBJECT))), ""
        )
    return "" if _KINDS.get(event) else event


def _kept(properties: dict[str, Any], traits: dict[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in properties.items() if name not in _UNKEPT}
    if traits and "$set" not in kept:
        kept["traits"] = traits
    return kept
