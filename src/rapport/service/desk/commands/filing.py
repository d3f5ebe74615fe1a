"""Filing what was said: under the case it belongs to, or under one that is opened for it."""

from datetime import datetime
from typing import Any

from django.db import transaction

from rapport.channels.contact import commands as contact
from rapport.channels.endpoints import queries as endpoints
from rapport.channels.threads import queries as threads
from rapport.customers.directory import commands as directory
from rapport.customers.directory.commands import writing
from rapport.interactions.log.rules import LONGEST_SUBJECT
from rapport.kernel.channels import CHANNELS
from rapport.kernel.refusals import Refusal
from rapport.kernel.text import shortened, storable
from rapport.service.clocks import commands as clocks
from rapport.service.clocks.rules.running import FIRST_ANSWER, RESOLUTION
from rapport.service.desk.commands import changing, placing, sides, states, telling
from rapport.service.desk.commands.queues import queue_for
from rapport.service.desk.models import Case, Filing
from rapport.service.desk.rules import REOPEN_WITHIN
from rapport.service.desk.rules.acts import NewCase
from rapport.service.desk.rules.waiting import heard_at
from rapport.staff.audit import commands as audit
from rapport.staff.roles import queries as roles
from rapport.staff.roles.rules import Actor, System, require


class BadCase(Refusal):
    """A case that cannot be opened as described."""


@transaction.atomic(savepoint=False)
def take_in(
    message_id: int, *, at: datetime, queue_id: int | None = None, message: Any | None = None
) -> Case:
    """File a message of a customer: the case it is filed under, however often it is asked.

    Under the case of the message that it answers, else under their newest open case, else under the one that was
    settled last, which it opens again if that was a short while ago; else under a new one in the queue. `message` is
    the message itself, where it is at hand.
    """
    directory.lock_writers()
    if filed := writing.selected("SELECT case_id FROM service_filing WHERE message_id = %s", [message_id]):
        return _root(Case.objects.get(pk=filed[0][0]))
    message = message or threads.message(message_id)
    answered = _filing_of(message.answers_id)
    if answered is not None and answered.side is not None:
        return sides.hear(message, answered, at=at)
    known = _case_for(message, answered, at)
    case = known or _opened_by(message, answered, queue_id, at)
    changing.file(message_id, case, at=at)
    _hear(case, message, at)
    states.finish(case, at=at, is_new=known is None)
    return case


@transaction.atomic
def open_case(new: NewCase, *, by: Actor, at: datetime) -> Case:
    """Write down a matter that reached us by a call, a visit or on our own notice."""
    require(by, "desk.work")
    if new.channel not in CHANNELS:
        raise BadCase(f"'{new.channel}' is not a channel.", field="channel", value=new.channel)
    if not new.subject.strip():
        raise BadCase("Say in a few words what it is about.", field="subject", value=new.subject)
    directory.lock_writers()
    queue = queue_for("", at=at, queue_id=new.queue_id)
    if not roles.reach(by).covers("desk.work", queue.department):
        raise BadCase("That queue belongs to another department.", field="queue", value=new.queue_id)
    case = _new(
        at,
        kind="new",
        identifier_id=new.identifier_id,
        queue=queue,
        department=queue.department,
        owner_id=changing.staff_id(by),
        subject=shortened(storable(new.subject.strip()), LONGEST_SUBJECT),
        channel=new.channel,
        opened_at=min(new.opened_at or at, at),
    )
    _begin(case, by, at)
    states.finish(case, at=at, is_new=True)
    audit.record("desk.open_case", by=by, subject=f"case:{case.pk}", at=at)
    return case


def _filing_of(message_id: int | None) -> Filing | None:
    if message_id is None:
        return None
    return Filing.objects.filter(message_id=message_id).select_related("case", "side").first()


def _root(case: Case) -> Case:
    """The case that stands for this one, locked."""
    locked = Case.objects.select_for_update(of=("self",)).select_related("identifier", "state")
    return locked.get(pk=case.merged_into_id or case.pk)


def _case_for(message: Any, answered: Filing | None, at: datetime) -> Case | None:
    if answered is not None and (case := _root(answered.case)) and _takes_more(case, at):
        return case
    customer_id = message.thread.identifier.customer_id
    standing = Case.objects.of_customer(customer_id).standing().order_by("-changed_at", "-id")
    held = standing.select_for_update(of=("self",)).select_related("identifier", "state")
    found = held.open().first() or held.filter(kind="done").first()
    return found if found and _takes_more(found, at) else None


def _takes_more(case: Case, at: datetime) -> bool:
    return case.closed_at is None or (case.kind == "done" and at - case.closed_at <= REOPEN_WITHIN)


def _opened_by(message: Any, answered: Filing | None, queue_id: int | None, at: datetime) -> Case:
    place = endpoints.place(message.endpoint_id) if message.endpoint_id else None
    whose = _whose(message)
    queue, needs = placing.place(message.department, message.channel, whose, at=at, queue_id=queue_id)
    case = _new(
        at,
        kind="junk" if _is_junk_sender(message) else "new",
        identifier_id=whose,
        thread=message.thread,
        queue=queue,
        department=queue.department,
        touchpoint_id=place.touchpoint_id if place else None,
        subject=shortened(message.subject or message.text.strip(), LONGEST_SUBJECT),
        channel=message.channel,
    )
    if needs:
        case.needs.set(needs)
    _begin(case, System(), at, follows=answered.case_id if answered else None)
    return case


def _whose(message: Any) -> int:
    """Whoever said it, if they are the customer of the thread under another identifier; else the thread's own."""
    owner, author = message.thread.identifier, message.author
    return int(author.pk if author and author.customer_id == owner.customer_id else owner.pk)


def _is_junk_sender(message: Any) -> bool:
    """Whether the newest case of theirs was junk, and nobody said otherwise since."""
    theirs = Case.objects.of_customer(message.thread.identifier.customer_id).order_by("-id")
    return theirs.values_list("kind", flat=True).first() == "junk"


def _new(at: datetime, *, kind: str, **fields: Any) -> Case:
    state = states.state_of(kind)
    closed_at = at if kind == "junk" else None
    moments = {"opened_at": at, "changed_at": at, "closed_at": closed_at, **fields}
    return Case.objects.create(state=state, kind=state.kind, **moments)


def _begin(case: Case, by: Actor, at: datetime, **detail: Any) -> None:
    event = changing.note(case, "opened", by=by, at=at, queue=case.queue_id, **detail)
    if case.kind == "junk":
        return
    changing.record(event, "case_opened", properties={"queue": case.queue.name})
    contact.pause(case.identifier_id, changing.name_of(case), at=at)
    clocks.start([changing.matter(case)], [FIRST_ANSWER, RESOLUTION], at=at)


def _hear(case: Case, message: Any, at: datetime) -> None:
    """What a message does to its case; one that a machine wrote, or a colleague by mail, only lies in it."""
    if not message.is_internal:
        case.last_word_id = max(case.last_word_id or 0, message.pk)
    if message.is_internal:
        telling.followed(case, by=System(), at=at)
    elif message.direction == "in" and not message.is_automatic and case.kind != "junk":
        states.awaken(case, by=System(), at=at)
        case.waiting_since = case.waiting_since or heard_at(message.at, message.stored_at)
        telling.customer_wrote(case, at=at)
    changing.note(case, "heard", by=System(), at=at, message=message.pk)
