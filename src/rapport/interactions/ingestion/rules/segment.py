"""The dialect of Segment and RudderStack: identify, track, page, screen, group, alias."""

from collections.abc import Iterable
from typing import Any

from rapport.customers.directory.rules import LONGEST_VALUE, Claim
from rapport.interactions.ingestion.rules import commerce, messages, moments, values
from rapport.interactions.ingestion.rules.received import BadMessage, Reception, Taken
from rapport.interactions.log.rules import LONGEST_SUBJECT, Entry

TYPES = ("identify", "track", "page", "screen", "group", "alias")
_UNSAID = (None, "")
_KINDS = {
    "identify": "profile",
    "page": "page_view",
    "screen": "page_view",
    "group": "membership",
    "alias": "alias",
}
_UNKEPT_CONTEXT = frozenset({"traits", "library", "externalIds"})
_APP_SYSTEMS = frozenset({"ios", "ipados", "android", "tvos", "watchos"})


def single(message: Any, type_: str, reception: Reception, *, is_dirty: bool = False) -> Taken:
    """One message sent to the route of its type."""
    if not isinstance(message, dict):
        raise BadMessage("body", message, "The body is not an object.")
    return _taken([{**message, "type": type_}], message, reception, is_dirty=is_dirty)


def batch(body: Any, reception: Reception, *, is_dirty: bool = False) -> Taken:
    """The messages under `batch`; the context of the batch is that of each message where it has none."""
    if not isinstance(body, dict):
        raise BadMessage("body", body, "The body is not an object.")
    items = body.get("batch")
    if not isinstance(items, list):
        raise BadMessage("batch", items, "A batch needs a list of messages under 'batch'.")
    messages.check_count(items)
    return _taken(items, body, reception, is_dirty=is_dirty)


def _taken(items: Iterable[Any], body: dict[str, Any], reception: Reception, *, is_dirty: bool) -> Taken:
    shared_context = values.mapping(body.get("context"))
    sent_at = moments.read(body.get("sentAt"))

    def entry(item: dict[str, Any], warnings: list[str]) -> Entry:
        context = values.mapping(item.get("context"))
        if shared_context and shared_context is not context:
            context = {**shared_context, **context}
        own_sent_at = moments.read(item["sentAt"]) if item.get("sentAt") else None
        return _entry(item, context, messages.Arrival(reception, own_sent_at or sent_at, warnings))

    return messages.taken(items, entry, is_dirty=is_dirty)


def _entry(item: dict[str, Any], context: dict[str, Any], arrival: messages.Arrival) -> Entry:
    type_ = item.get("type")
    if type_ not in TYPES:
        raise BadMessage("type", type_, f"The type of a message is one of {', '.join(TYPES)}.")
    traits = {**values.mapping(context.get("traits"))}
    if type_ == "identify":
        traits |= values.mapping(item.get("traits"))
    properties = values.mapping(item.get("properties"))
    claims = _claims(item, context, traits, properties)
    kind = _KINDS.get(type_) or commerce.kind_of(_event(item))
    amount, currency = commerce.money(
        kind, properties, assumed=arrival.reception.currency, warnings=arrival.warnings
    )
    organisation, organisation_traits = (
        _organisation(item, context) if type_ in {"group", "track"} else (None, {})
    )
    said_at = item.get("originalTimestamp") if item.get("timestamp") in _UNSAID else item["timestamp"]
    return Entry(
        message_id=messages.message_id(item.get("messageId"), arrival),
        kind=kind,
        occurred_at=messages.occurred_at(said_at, arrival),
        sent_at=arrival.sent_at,
        channel=_channel(item, context, type_),
        claims=claims,
        is_login=type_ in {"identify", "track"} and claims[0].kind == "user_id" and bool(traits.get("email")),
        is_public=not arrival.reception.is_trusted,
        traits=messages.storable_traits(traits, arrival),
        organisation=organisation,
        organisation_traits=organisation_traits,
        subject=_subject(item, properties, type_),
        amount_minor=amount,
        currency=currency,
        properties=messages.json_text(_kept(item, context, properties), arrival),
        warning=messages.joined(arrival.warnings),
    )


def _event(item: dict[str, Any]) -> str:
    event = values.text(item.get("event"), LONGEST_SUBJECT)
    if not event.strip():
        raise BadMessage("event", item.get("event"), "A track message needs the name of its event.")
    return event


def _claims(
    item: dict[str, Any], context: dict[str, Any], traits: dict[str, Any], properties: dict[str, Any]
) -> tuple[Claim, ...]:
    found = []
    for kind, value in (
        ("user_id", item.get("userId")),
        ("email", traits.get("email") or properties.get("email")),
        ("phone", traits.get("phone")),
        ("device", values.mapping(context.get("device")).get("id")),
        ("anonymous_id", item.get("anonymousId")),
        ("anonymous_id", item.get("previousId")),
    ):
        if value is not None and (written := values.text(value, LONGEST_VALUE + 1)):
            found.append(Claim(kind, written))
    external = context.get("externalIds")
    if isinstance(external, list):
        found.extend(claim for one in external if (claim := _external(one)))
    if not found:
        raise BadMessage("userId", item.get("userId"), "A message needs a userId or an anonymousId (text).")
    return tuple(found)


def _external(given: Any) -> Claim | None:
    one = values.mapping(given)
    type_, value = values.text(one.get("type"), 60), values.text(one.get("id"), LONGEST_VALUE)
    if not type_ or not value:
        return None
    kind = {"user_id": "user_id", "email": "email", "phone": "phone"}.get(type_)
    return Claim(kind, value) if kind else Claim("external", f"{type_}:{value}")


def _organisation(item: dict[str, Any], context: dict[str, Any]) -> tuple[Claim | None, dict[str, Any]]:
    if item.get("type") == "group":
        group = values.text(item.get("groupId"), LONGEST_VALUE + 1)
        if not group:
            raise BadMessage("groupId", item.get("groupId"), "A group message needs the groupId.")
        return Claim("organisation_id", group), values.mapping(item.get("traits"))
    group = values.text(context.get("groupId"), LONGEST_VALUE + 1)
    return (Claim("organisation_id", group) if group else None), {}


def _channel(item: dict[str, Any], context: dict[str, Any], type_: str) -> str:
    system = values.text(values.mapping(context.get("os")).get("name"), 20).lower()
    is_app = type_ == "screen" or item.get("channel") == "mobile" or system in _APP_SYSTEMS
    return "app" if is_app and type_ != "page" else "web"


def _subject(item: dict[str, Any], properties: dict[str, Any], type_: str) -> str:
    if type_ == "track":
        return values.text(item.get("event"), LONGEST_SUBJECT)
    if type_ == "group":
        traits = values.mapping(item.get("traits"))
        return values.text(traits.get("name") or item.get("groupId"), LONGEST_SUBJECT)
    if type_ in {"page", "screen"}:
        named = (item.get("name"), properties.get("title"), properties.get("path"), properties.get("url"))
        return next((found for name in named if (found := values.text(name, LONGEST_SUBJECT))), "")
    return ""


def _kept(item: dict[str, Any], context: dict[str, Any], properties: dict[str, Any]) -> dict[str, Any]:
    kept = dict(properties)
    for name in ("category", "traits", "previousId", "groupId"):
        if (value := item.get(name)) is not None:
            kept.setdefault(name, value)
    if around := {name: value for name, value in context.items() if name not in _UNKEPT_CONTEXT and value}:
        kept.setdefault("context", around)
    if "traits" not in kept and (told := context.get("traits")):
        kept["traits"] = told
    return kept
