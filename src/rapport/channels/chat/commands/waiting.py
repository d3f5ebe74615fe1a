"""Waits begin with a visitor's word and end with ours, or with their going away."""

import json
from datetime import datetime

from django.db import transaction
from django.db.models import OuterRef, Subquery

from rapport.channels.chat import queries
from rapport.channels.chat.models import Visitor, Wait
from rapport.channels.chat.rules import news, waiting
from rapport.channels.endpoints import queries as endpoints
from rapport.customers.directory import commands as directory
from rapport.customers.directory.rules import Claim
from rapport.interactions.log import commands as log
from rapport.interactions.log.rules import Entry
from rapport.live.events import commands as live

_AT_ONCE = 500


@transaction.atomic(savepoint=False)
def begin_wait(visitor: Visitor, message_id: int, *, at: datetime) -> None:
    """The visitor said something: they wait from now on, unless they do already."""
    if not queries.is_waiting(visitor.pk):
        settle_waits(visitor.endpoint_id, at=at, visitor_id=visitor.pk)
        Wait.objects.create(
            endpoint_id=visitor.endpoint_id, visitor=visitor, message_id=message_id, began_at=at
        )
    live.tell([news.about_visitor(visitor.pk)], at=at)


@transaction.atomic(savepoint=False)
def settle_waits(endpoint_id: int, *, at: datetime, visitor_id: int | None = None) -> int:
    """End the waits that a person's word has ended, and those of visitors who went away; how many ended.

    An automatic answer ends nothing.
    """
    own = {} if visitor_id is None else {"visitor_id": visitor_id}
    answer = queries.words_after(OuterRef("message"))
    still = Wait.objects.filter(endpoint_id=endpoint_id, ended_at=None, **own).order_by("-began_at")
    ended = 0
    for wait in still.annotate(answered_at=Subquery(answer.values("at")[:1])).select_related(
        "visitor__identifier"
    )[:_AT_ONCE]:
        if wait.answered_at is not None:
            ended += _end(wait, max(wait.answered_at, wait.began_at), is_answered=True)
        elif wait.visitor.seen_at < at - waiting.GONE_AFTER:
            ended += _give_up(wait, max(wait.visitor.seen_at, wait.began_at), at)
    return ended


def settle_all(*, at: datetime) -> int:
    """End the waits of everybody who went away, in every chat; how many ended."""
    gone = Wait.objects.filter(ended_at=None, visitor__seen_at__lt=at - waiting.GONE_AFTER)
    chats = gone.order_by("endpoint_id").values_list("endpoint_id", flat=True).distinct()
    return sum(settle_waits(one, at=at) for one in chats)


def _give_up(wait: Wait, gone_at: datetime, at: datetime) -> int:
    """They went before anybody answered: that is an interaction too, once for each wait."""
    directory.lock_writers()
    if not _end(wait, gone_at, is_answered=False):
        return 0
    entry = Entry(
        message_id=f"chat-wait:{wait.pk}",
        kind="contact_given_up",
        occurred_at=gone_at,
        channel="chat",
        direction="in",
        claims=(Claim(wait.visitor.identifier.kind, wait.visitor.identifier.value),),
        properties=json.dumps({"waited_seconds": round((gone_at - wait.began_at).total_seconds())}),
    )
    name = endpoints.place(wait.endpoint_id).name
    log.record([log.Batch(log.ensure_source(f"chat: {name}"[:80], at=at), [entry], at)])
    return 1


def _end(wait: Wait, ended_at: datetime, *, is_answered: bool) -> int:
    return Wait.objects.filter(pk=wait.pk, ended_at=None).update(ended_at=ended_at, is_answered=is_answered)
