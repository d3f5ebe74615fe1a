"""Going on by mail, in the same thread, after somebody left: once for each answer that they did not read."""

from datetime import datetime, timedelta

from django.db import transaction

from rapport.channels.chat import queries
from rapport.channels.chat.models import Visitor
from rapport.channels.chat.queries import Seeing
from rapport.channels.chat.rules import following, waiting
from rapport.channels.endpoints import queries as endpoints
from rapport.channels.endpoints.rules.places import Place
from rapport.channels.outbound import commands as outbound
from rapport.channels.threads import commands as threads
from rapport.channels.threads import queries as said
from rapport.channels.threads.commands import taking_part
from rapport.channels.threads.queries import Said
from rapport.channels.threads.rules import NewMessage, Recipient
from rapport.staff.roles.rules import EVERYTHING

_LOOKS_BACK = timedelta(days=30)
_AT_ONCE = 500
PURPOSE = "service"


def follow_all(*, at: datetime) -> int:
    """Send after everybody who left what they did not read; how many mails were put out."""
    left = Visitor.objects.filter(
        address__isnull=False, seen_at__lt=at - waiting.GONE_AFTER, seen_at__gte=at - _LOOKS_BACK
    )
    return sum(
        follow(one, at=at) for one in left.order_by("-seen_at", "id").values_list("id", flat=True)[:_AT_ONCE]
    )


@transaction.atomic
def follow(visitor_id: int, *, at: datetime) -> bool:
    """Send after one visitor what they did not read, if there is something and a mailbox to send it from."""
    locked = Visitor.objects.select_for_update(of=("self",)).select_related("address", "endpoint")
    visitor = locked.get(pk=visitor_id)
    place = queries.mailbox_for(visitor.endpoint.department)
    unread = _unread(visitor, at)
    if place is None or visitor.address is None or not unread:
        return False
    _send(visitor, place, unread, at)
    Visitor.objects.filter(pk=visitor_id).update(mailed=unread[-1].id)
    return True


def _unread(visitor: Visitor, at: datetime) -> list[Said]:
    own = tuple(one for one in (visitor.identifier_id, visitor.person_id) if one is not None)
    who = Seeing(visitor.pk, visitor.endpoint_id, own)
    seen = max(visitor.mailed, queries.reading(visitor.pk)[0])
    ids = [one for one in queries.shown_up_to(who, 2**62 - 1, at=at) if one > seen]
    found = said.said_among(ids, reach=EVERYTHING)
    return [one for one in found if one.channel == "chat" and not one.is_automatic]


def _send(visitor: Visitor, place: Place, unread: list[Said], at: datetime) -> None:
    assert visitor.address is not None
    thread_id = unread[-1].thread_id
    taking_part.enter(thread_id, visitor.address.pk, "accepted", at=at, name=visitor.name)
    words = [(one.author_name or one.staff_name, one.text) for one in unread]
    name = endpoints.place(visitor.endpoint_id).name
    new = NewMessage(
        endpoint_id=place.id,
        channel="email",
        direction="out",
        at=at,
        subject=following.subject(name, visitor.language),
        text=following.text(words, visitor.language),
        author_name=unread[-1].author_name,
        recipients=(Recipient(visitor.address.value, "to", visitor.name, visitor.address.pk),),
        is_automatic=True,
        is_logged=False,
    )
    outbound.put_out(threads.put(thread_id, new, at=at).pk, purpose=PURPOSE, at=at, sender="chat")
