"""Signs between the two sides that are no words: who writes, how far each has read."""

from datetime import datetime

from django.db import transaction

from rapport.channels.chat import queries
from rapport.channels.chat.models import Reading, Visitor
from rapport.channels.chat.queries import Seeing
from rapport.channels.chat.rules import news
from rapport.channels.endpoints import queries as endpoints
from rapport.channels.outbound import commands as outbound
from rapport.live.events import commands as live
from rapport.staff.roles.rules import Actor, require


def typed(visitor: Visitor, *, at: datetime) -> None:
    """The visitor is writing; whoever has their thread open sees it for a moment. Nothing of it is kept."""
    department = endpoints.place(visitor.endpoint_id).department
    threads = queries.threads_of([visitor.person_id or visitor.identifier_id])
    live.tell([news.they_type(thread_id, department) for thread_id in threads], at=at)


def answer_typed(thread_id: int, *, by: Actor, at: datetime) -> None:
    """A colleague is writing in this thread; the visitor sees it for a moment."""
    require(by, "desk.work")
    live.tell([news.we_type(thread_id)], at=at)


@transaction.atomic
def read_by_visitor(visitor: Visitor, who: Seeing, message_id: int, *, at: datetime) -> bool:
    """The visitor has seen all up to this message of theirs; whether that is new. What was said to them has arrived."""
    shown = queries.shown_up_to(who, message_id, at=at)
    reading, _ = Reading.objects.get_or_create(visitor=visitor)
    behind = Reading.objects.filter(pk=reading.pk, theirs__lt=max(shown, default=0))
    if not behind.update(theirs=max(shown, default=0), theirs_at=at):
        return False
    outbound.acknowledge(shown, at=at)
    department = endpoints.place(visitor.endpoint_id).department
    live.tell([news.thread(one, department) for one in queries.threads_of(who.identifier_ids)], at=at)
    return True


@transaction.atomic
def read_by_us(thread_id: int, message_id: int, *, by: Actor, at: datetime) -> bool:
    """A colleague has seen all of a thread up to this message; whether that is new to its visitors."""
    require(by, "desk.work")
    visitors = queries.visitors_of(thread_id)
    Reading.objects.bulk_create((Reading(visitor_id=one) for one in visitors), ignore_conflicts=True)
    behind = Reading.objects.filter(visitor_id__in=visitors, ours__lt=message_id)
    if not behind.update(ours=message_id, ours_at=at):
        return False
    live.tell([news.about_visitor(one) for one in visitors], at=at)
    return True
