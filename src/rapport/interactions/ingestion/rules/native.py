"""Our own dialect: one typed interaction, of any kind and channel, with per-message answers."""

import re
from typing import Annotated, Any

import msgspec

from rapport.customers.consent.rules import PURPOSES
from rapport.customers.directory.rules import LONGEST_VALUE, Claim
from rapport.interactions.ingestion.rules import messages, moments, values
from rapport.interactions.ingestion.rules.received import BadMessage, Reception, Taken
from rapport.interactions.log.rules import LONGEST_MESSAGE_ID, LONGEST_SUBJECT, Entry
from rapport.kernel.channels import CHANNELS, DIRECTIONS
from rapport.kernel.kinds import KINDS, REFUND
from rapport.kernel.money import check_currency, to_minor
from rapport.kernel.refusals import Refusal

Named = Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_VALUE)]


class Identifiers(msgspec.Struct, forbid_unknown_fields=True):
    """Whom it was with: one or more ways to recognise the customer. `external`: type to value."""

    user_id: Named | None = None
    email: Named | None = None
    phone: Named | None = None
    anonymous_id: Named | None = None
    device: Named | None = None
    organisation_id: Named | None = None
    external: dict[Annotated[str, msgspec.Meta(min_length=1, max_length=60)], Named] = {}


class Organisation(msgspec.Struct, forbid_unknown_fields=True):
    """The organisation that the customer belongs to, and what is known of it."""

    id: Named
    traits: dict[str, Any] = {}


class Interaction(msgspec.Struct, forbid_unknown_fields=True):
    """One thing that happened between a customer and us.

    `message_id` is the sender's own: the same one again is the same interaction, for ever. `amount` is in
    major units of `currency`. `is_login`: the identifiers were proven together. `consents`: purpose to
    granted or denied, for the contact points among the identifiers; granted only with an API key.
    """

    message_id: Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_MESSAGE_ID)]
    kind: str
    identifiers: Identifiers = msgspec.field(default_factory=Identifiers)
    occurred_at: str | None = None
    channel: str = "api"
    direction: str = "in"
    traits: dict[str, Any] = {}
    organisation: Organisation | None = None
    subject: Annotated[str, msgspec.Meta(max_length=LONGEST_SUBJECT)] = ""
    text: str = ""
    amount: float | int | str | None = None
    currency: str = ""
    properties: dict[str, Any] = {}
    is_login: bool = False
    consents: dict[str, str] = {}
    consent_proof: Annotated[str, msgspec.Meta(max_length=200)] = ""


_AT = re.compile(r"^(.*?)(?: - at `\$\.?(.*?)`)?$", re.DOTALL)


def interactions(body: Any, reception: Reception, *, is_dirty: bool = False) -> Taken:
    """The interactions under `interactions`; each is taken or refused by itself."""
    items = values.mapping(body).get("interactions")
    if not isinstance(items, list):
        raise BadMessage("interactions", items, "The body needs a list under 'interactions'.")
    messages.check_count(items)
    sent_at = moments.read(values.mapping(body).get("sent_at"))

    def entry(item: dict[str, Any], warnings: list[str]) -> Entry:
        return _entry(_typed(item), messages.Arrival(reception, sent_at, warnings))

    return messages.taken(items, entry, is_dirty=is_dirty)


def _typed(item: dict[str, Any]) -> Interaction:
    try:
        return msgspec.convert(item, Interaction)
    except msgspec.ValidationError as error:
        found = _AT.match(str(error))
        why, field = (found.group(1), found.group(2) or "") if found else (str(error), "")
        if "field `" in why:
            field = ".".join(filter(None, (field, why.split("`")[1])))
        raise BadMessage(field or "message", _value_at(item, field), f"{why}.") from error


def _value_at(item: Any, path: str) -> Any:
    for name in path.split("."):
        item = item.get(name) if isinstance(item, dict) else item
    return item


def _entry(told: Interaction, arrival: messages.Arrival) -> Entry:
    _among("kind", told.kind, KINDS)
    _among("channel", told.channel, CHANNELS)
    _among("direction", told.direction, DIRECTIONS)
    claims = _claims(told.identifiers)
    amount, currency = _money(told)
    organisation = told.organisation
    return Entry(
        message_id=told.message_id,
        kind=told.kind,
        occurred_at=messages.occurred_at(told.occurred_at, arrival),
        sent_at=arrival.sent_at,
        channel=told.channel,
        direction=told.direction,
        claims=claims,
        is_login=told.is_login,
        is_public=not arrival.reception.is_trusted,
        traits=messages.storable_traits(told.traits, arrival),
        organisation=Claim("organisation_id", organisation.id) if organisation else None,
        organisation_traits=organisation.traits if organisation else {},
        consents=_consents(told, arrival),
        consent_proof=told.consent_proof,
        subject=told.subject,
        text=told.text,
        amount_minor=amount,
        currency=currency,
        properties=messages.json_text(_kept(told), arrival),
        warning=messages.joined(arrival.warnings),
    )


def _among(field: str, value: str, known: dict[str, Any]) -> None:
    if value not in known:
        raise BadMessage(field, value, f"'{value[:40]}' is not one of: {', '.join(known)}.")


def _claims(told: Identifiers) -> tuple[Claim, ...]:
    found = [
        Claim(kind, value)
        for kind in ("user_id", "organisation_id", "email", "phone", "device", "anonymous_id")
        if (value := getattr(told, kind))
    ]
    found += [Claim("external", f"{type_}:{value}") for type_, value in told.external.items()]
    if not found:
        raise BadMessage("identifiers", {}, "At least one identifier is needed.")
    return tuple(found)


def _money(told: Interaction) -> tuple[int | None, str]:
    if told.amount is None:
        return None, ""
    if not told.currency:
        raise BadMessage("currency", "", "An amount needs its currency, such as GBP.")
    try:
        currency = check_currency(told.currency)
        minor = to_minor(told.amount, currency)
    except Refusal as refusal:
        raise BadMessage(refusal.field, refusal.value, refusal.message) from refusal
    return (-abs(minor) if told.kind == REFUND else minor), currency


def _consents(told: Interaction, arrival: messages.Arrival) -> dict[str, str]:
    for purpose, state in told.consents.items():
        _among("consents", purpose, PURPOSES)
        if state not in {"granted", "denied"}:
            raise BadMessage(f"consents.{purpose}", state, "A consent is 'granted' or 'denied'.")
    if arrival.reception.is_trusted or "granted" not in told.consents.values():
        return told.consents
    arrival.warnings.append("consents that are granted are taken with an API key only; left out")
    return {purpose: state for purpose, state in told.consents.items() if state == "denied"}


def _kept(told: Interaction) -> dict[str, Any]:
    return {**told.properties, "traits": told.traits} if told.traits else told.properties
