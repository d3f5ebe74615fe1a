"""Answering a customer, taking an answer back before it leaves, and saying something among staff."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from rapport.channels.endpoints import queries as endpoints
from rapport.channels.outbound import commands as outbound
from rapport.channels.threads import commands as threads
from rapport.channels.threads import queries as said
from rapport.channels.threads.rules import NewMessage, Recipient
from rapport.kernel.crashing import reach
from rapport.kernel.refusals import NotFound, Refusal
from rapport.service.clocks import commands as clocks
from rapport.service.desk.commands import changing, claiming, counting, drafting, mentioning, states, telling
from rapport.service.desk.models import Case, CaseEvent, CaseState, Filing
from rapport.service.desk.rules.acts import LONGEST_TEXT, Note, Reply
from rapport.staff.audit import commands as audit
from rapport.staff.roles import queries as roles
from rapport.staff.roles.rules import Actor, require

PURPOSE = "service"


class NothingToSay(Refusal):
    """An answer or note without a word."""


class SomethingNewWasSaid(Refusal):
    """More was said since whoever answers looked; `value` is the number of the newest word."""


class NoWayToAnswer(Refusal):
    """The customer cannot be reached that way."""


@transaction.atomic
def reply(case_id: int, new: Reply, *, by: Actor, at: datetime) -> Any:
    """Answer the customer; the message, held back a moment so that it can be taken back.

    Only whoever holds the claim answers, or takes it with the answer, and only to what they have seen: so nothing is
    answered by two.
    """
    require(by, "desk.work")
    check_said(new.text or new.html, new.files)
    case = changing.held(case_id, by=by)
    claiming.hold(case, by=by, at=at)
    if (case.last_word_id or 0) > new.seen:
        raise SomethingNewWasSaid(
            "Something was said since you looked; read it before you answer.",
            field="seen",
            value=case.last_word_id,
        )
    answered = _answered(case)
    message = threads.put(_thread(case, answered, at), _message(case, new, answered, by, at), at=at)
    outbound.put_out(message.pk, purpose=PURPOSE, hold=new.hold, at=at)
    changing.file(message.pk, case, at=at)
    _have_answered(case, message, new, by, at)
    drafting.sent(case, "reply", message.pk, by=by, at=at)
    reach("desk.answered")
    audit.record("desk.reply", by=by, subject=f"case:{case.pk}", at=at, detail={"message": message.pk})
    return message


@transaction.atomic
def take_back(message_id: int, *, by: Actor, at: datetime) -> Case:
    """Take an answer back that has not left yet: the customer waits as before, and the words are a draft again."""
    require(by, "desk.work")
    filing = Filing.objects.filter(message_id=message_id, taken_back_at=None).first()
    if filing is None:
        raise NotFound("There is no such answer.", field="message", value=message_id)
    case, message = changing.held(filing.case_id, by=by), said.message(message_id)
    outbound.take_back(message_id, by=by, at=at)
    Filing.objects.filter(message_id=message_id).update(taken_back_at=at)
    if filing.side_id is None:
        _back_to(case, message_id, by, at)
        counting.recount(case)
        clocks.revive(counting.group(case), fulfilled_at=message.at, at=at)
        counting.run_clocks(case, at=at)
    drafting.take_up(case, message, said.attachments(message_id), at=at)
    changing.note(case, "taken_back", by=by, at=at, message=message_id)
    states.finish(case, at=at)
    audit.record("desk.take_back", by=by, subject=f"case:{case.pk}", at=at, detail={"message": message_id})
    return case


@transaction.atomic
def note(case_id: int, new: Note, *, by: Actor, at: datetime) -> Any:
    """Say something about the case among staff; the message. Whoever is named with an @ is told of it."""
    require(by, "desk.work")
    check_said(new.text, new.files)
    case = changing.held(case_id, by=by)
    message = threads.put(
        _thread(case, None, at),
        NewMessage(
            endpoint_id=None,
            channel=case.channel,
            direction="none",
            at=at,
            text=new.text,
            author_name=str(by) if changing.staff_id(by) else by.audit_name,
            staff_id=changing.staff_id(by),
            is_internal=True,
            department=case.department,
            files=new.files,
        ),
        at=at,
    )
    changing.file(message.pk, case, at=at)
    named = mentioning.named_in(new.text, case)
    telling.tell(named, "mentioned", case, by=by, at=at)
    telling.followed(case, by=by, at=at)
    changing.note(case, "noted", by=by, at=at, message=message.pk, mentioned=named)
    drafting.sent(case, "note", message.pk, by=by, at=at)
    states.finish(case, at=at)
    audit.record("desk.note", by=by, subject=f"case:{case.pk}", at=at, detail={"message": message.pk})
    return message


def check_said(text: str, files: Sequence[object]) -> None:
    """Refuse what says nothing, in words or by a file, and what is longer than anybody reads."""
    if not (text.strip() or files) or len(text) > LONGEST_TEXT:
        raise NothingToSay(f"1 to {LONGEST_TEXT} characters are needed.", field="text", value=len(text))


def _answered(case: Case) -> Any | None:
    """The newest word of the customer in the case, or ours where they said nothing yet."""
    filed = Filing.objects.filter(case__in=counting.group(case), side=None, taken_back_at=None)
    spoken = filed.filter(message__is_internal=False).order_by("-message_id")
    newest = spoken.filter(message__direction="in").first() or spoken.first()
    return said.message(newest.message_id) if newest else None


def _thread(case: Case, answered: Any | None, at: datetime) -> int:
    if answered is not None:
        return int(answered.thread_id)
    if case.thread_id is None:
        case.thread_id = threads.thread_of(case.identifier_id, at=at)
    return case.thread_id


def _message(case: Case, new: Reply, answered: Any | None, by: Actor, at: datetime) -> NewMessage:
    endpoint_id = new.endpoint_id or (answered.endpoint_id if answered else None)
    if endpoint_id is None:
        raise NoWayToAnswer("Choose the channel to answer on.", field="endpoint", value=None)
    place = endpoints.place(endpoint_id)
    if new.endpoint_id and not roles.reach(by).covers("desk.work", place.department):
        raise NoWayToAnswer(
            "That channel belongs to another department.", field="endpoint", value=endpoint_id
        )
    is_same_way = answered is not None and answered.channel == place.channel
    subject = new.subject or (answered.subject if answered else "") or case.subject
    return NewMessage(
        endpoint_id=endpoint_id,
        channel=place.channel,
        direction="out",
        at=at,
        text=new.text,
        html=new.html,
        subject=subject,
        author_name=str(by) if changing.staff_id(by) else place.name,
        staff_id=changing.staff_id(by),
        answers_id=answered.pk if answered else None,
        recipients=new.recipients or _recipients(case, answered if is_same_way else None, place.channel),
        department=case.department,
        files=new.files,
    )


def _recipients(case: Case, answered: Any | None, channel: str) -> tuple[Recipient, ...]:
    """Those of the word that is answered; on another channel the customer alone, if they can be reached there."""
    if answered is not None and (found := said.recipients_for_answer(answered.pk)):
        return found
    kind = {"email": "email", "sms": "phone", "whatsapp": "phone"}.get(channel, "")
    if kind and case.identifier.kind != kind:
        raise NoWayToAnswer(
            "Say to which address of the customer it should go.", field="recipients", value=channel
        )
    return (Recipient(case.identifier.value, "to", "", case.identifier_id),)


def _have_answered(case: Case, message: Any, new: Reply, by: Actor, at: datetime) -> None:
    before = {"state": case.state_id, "owner": case.owner_id}
    case.last_word_id, case.waiting_since = message.pk, None
    clocks.fulfil(counting.group(case), at=at, is_automatic=False)
    case.owner_id = case.owner_id or changing.staff_id(by)
    changing.note(case, "answered", by=by, at=at, message=message.pk, before=before)
    state = states.state_of(new.then)
    if state.pk != case.state_id:
        states.enter(case, state, by=by, at=at, outcome=new.outcome)
    claiming.release(case, at=at)
    telling.followed(case, by=by, at=at)
    states.finish(case, at=at)


def _back_to(case: Case, message_id: int, by: Actor, at: datetime) -> None:
    """Let state and owner be what they were before the answer, unless somebody changed them since."""
    events = CaseEvent.objects.filter(case=case).order_by("-id")
    answered = next(
        (one for one in events.filter(kind="answered")[:20] if one.detail["message"] == message_id), None
    )
    if answered is None:
        return
    changed = events.filter(id__gt=answered.pk, kind__in=["state", "closed", "reopened", "assigned"])
    if changed.exclude(at=answered.at).exists():
        return
    before = answered.detail["before"]
    case.owner_id = before["owner"]
    if before["state"] != case.state_id:
        states.enter(case, CaseState.objects.get(pk=before["state"]), by=by, at=at)
