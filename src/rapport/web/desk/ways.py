"""On which channels, and to which address of theirs, an answer can go."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from rapport.channels.endpoints import queries as endpoints
from rapport.channels.threads.rules import Recipient
from rapport.customers.portrait import queries as portraits
from rapport.kernel.channels import CHANNELS
from rapport.service.desk.queries import Shown
from rapport.staff.roles.rules import Reach

ADDRESSED = {"email": "email", "sms": "phone", "whatsapp": "phone"}
"""The kind of identifier that a channel writes to. On others an answer goes back to where the words came from."""


@dataclass(frozen=True, slots=True)
class Way:
    """A channel and where it leads: `value` is endpoint and identifier (0: whoever is answered)."""

    value: str
    title: str
    recipient: Recipient | None = None

    @property
    def endpoint_id(self) -> int:
        return int(self.value.partition(":")[0])


def ways(shown: Shown, reach: Reach) -> list[Way]:
    """The channel they used last first, then whatever else reaches them."""
    last = shown.case.channel
    own = [place for place in endpoints.in_use() if reach.covers("desk.work", place.department)]
    found = [
        Way(f"{place.id}:0", f"{_(CHANNELS[last])} · {place.name}") for place in own if place.channel == last
    ]
    identifiers = _identifiers(shown.customer_id)
    for place in own:
        kind = ADDRESSED.get(place.channel, "")
        if place.channel == last or not kind:
            continue
        found += [
            Way(
                f"{place.id}:{number}",
                _("%(channel)s to %(address)s") % {"channel": _(CHANNELS[place.channel]), "address": value},
                Recipient(value, "to", "", number),
            )
            for number, its_kind, value in identifiers
            if its_kind == kind
        ]
    return found


def chosen(shown: Shown, reach: Reach, value: str) -> Way | None:
    """The way that a form names, if it is one of this case's; None: the one they used."""
    return next((way for way in ways(shown, reach) if way.value == value), None)


def kept_way(content: Mapping[str, Any], among: Sequence[Way]) -> str:
    """The way that a draft was begun on, if it still is one; an answer that was taken back names addresses instead."""
    named = [way for way in among if way.endpoint_id == content.get("endpoint_id")]
    address = next((one[0] for one in content.get("recipients") or ()), "")
    exact = (way for way in named if (way.recipient.address if way.recipient else "") == address)
    return next((way.value for way in (*exact, *named)), "")


def _identifiers(customer_id: int) -> Sequence[tuple[int, str, str]]:
    portrait = portraits.portrait(customer_id)
    return [(one.id, one.kind, one.value) for one in portrait.identifiers] if portrait else []
