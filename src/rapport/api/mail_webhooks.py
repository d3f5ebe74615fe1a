"""Mail that providers hand over by webhook, and what they tell of mail we sent through them (extra `anymail`).

django-anymail knows the form of each provider (`/anymail/mailgun/inbound/` and so on) and checks that it is genuine;
what it hands over goes the way of every mail. A failure is answered 500, and providers try again.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from anymail.inbound import AnymailInboundMessage
from anymail.signals import AnymailInboundEvent, AnymailTrackingEvent, inbound, tracking
from django.dispatch import receiver
from django.urls import include, path

from rapport.channels.endpoints import queries as endpoints
from rapport.channels.endpoints.rules.places import Place
from rapport.channels.inbound import commands
from rapport.channels.outbound import commands as outbound
from rapport.wiring import arrivals

urlpatterns = [path("anymail/", include("anymail.urls"))]

_BACK: dict[str, str] = {"bounced": "", "rejected": "", "failed": "", "complained": outbound.COMPLAINT}
"""What tells that a mail did not arrive, and the reason where that is one of ours."""


class NoMailbox(Exception):  # noqa: N818 - named for the fact
    """Mail was handed over before any mailbox was joined; the provider keeps it and tries again."""


@dataclass(frozen=True, slots=True)
class _Bounce:
    recipient: str
    status: str
    code: str
    reason: str
    is_hard: bool


@receiver(inbound, dispatch_uid="rapport.mail_webhooks.take")
def take(event: AnymailInboundEvent, **_more: Any) -> None:
    """Keep a mail as it came and bring it in. Handed over again, it is the same envelope."""
    message, at = event.message, datetime.now(UTC)
    place = _place(message)
    raw = message.as_bytes()
    given = event.event_id or message.get("Message-ID") or hashlib.sha256(raw).hexdigest()
    number = commands.receive(place.id, raw, external_id=f"webhook:{given}", at=at)
    if number:
        arrivals.arrive(number, at=at)


@receiver(tracking, dispatch_uid="rapport.mail_webhooks.hear")
def hear(event: AnymailTrackingEvent, **_more: Any) -> None:
    """Note that a mail of ours came back or was complained of."""
    if event.event_type not in _BACK:
        return
    said = event.description or event.mta_response or ""
    bounce = _Bounce(
        recipient=event.recipient or "",
        status="",
        code=str(event.reject_reason or event.event_type)[:20],
        reason=_BACK[event.event_type] or str(said)[:300],
        is_hard=event.event_type == "bounced" and event.reject_reason in {"bounced", "invalid"},
    )
    name = event.message_id or ""
    outbound.note_bounces([bounce], given=[name, f"<{name.strip('<>')}>"], at=datetime.now(UTC))


def _place(message: AnymailInboundMessage) -> Place:
    """The mailbox it was sent to; what names none of ours comes to the first, as by a catch-all address."""
    named = [message.envelope_recipient, *(one.addr_spec for one in [*message.to, *message.cc])]
    for address in named:
        if address and (found := endpoints.by_address(address)):
            return found
    if not (known := endpoints.in_use("email")):
        raise NoMailbox("mail was handed over by webhook, but no mailbox is joined")
    return known[0]
