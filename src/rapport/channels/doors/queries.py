from dataclasses import dataclass
from datetime import datetime

from rapport.channels.inbound.models import Envelope
from rapport.channels.outbound.models import Dispatch
from rapport.channels.outbound.rules import HANDED_OVER
from rapport.channels.threads.models import Message


@dataclass(frozen=True, slots=True)
class Came:
    """What another system handed over before under the same name: where it is, and the message it became."""

    state: str
    message: str | None


@dataclass(frozen=True, slots=True)
class Word:
    """One message of ours for another system that fetches them; `number` is where it goes on after this one."""

    number: int
    message: str
    thread: str
    to: str
    subject: str
    text: str
    html: str
    author_name: str
    is_automatic: bool
    at: datetime


def came(endpoint_id: int, external_id: str) -> Came | None:
    """What came through this endpoint under this name; None: nothing yet."""
    rows = Envelope.objects.filter(endpoint_id=endpoint_id, external_id=external_id)
    found = rows.values_list("state", "message__token").first()
    return Came(*found) if found else None


def words(endpoint_id: int, *, after: int, limit: int) -> list[Word]:
    """Messages of ours that left by this endpoint, the oldest first."""
    rows = Dispatch.objects.filter(endpoint_id=endpoint_id, state__in=HANDED_OVER, id__gt=after)
    return [
        Word(
            one.pk,
            one.message.token,
            one.message.thread.token,
            one.address,
            one.message.subject,
            one.message.text,
            one.message.html,
            one.message.author_name,
            one.message.is_automatic,
            one.message.at,
        )
        for one in rows.select_related("message__thread").order_by("id")[:limit]
    ]


def message_of(endpoint_id: int, token: str) -> int | None:
    """The number of a message of ours that left by this endpoint; None for any other."""
    left = Message.objects.filter(token=token, dispatches__endpoint_id=endpoint_id)
    return left.values_list("id", flat=True).first()
