"""Asking somebody else about a case: in a thread of theirs, from which nothing comes back to the customer.

What is forwarded is said in the thread of whoever it is forwarded to, under a reply address of that thread. So their
answer finds that thread and no other, and an answer to the customer never quotes or names them.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from rapport.channels.endpoints import queries as endpoints
from rapport.channels.outbound import commands as outbound
from rapport.channels.threads import commands as threads
from rapport.channels.threads import queries as said
from rapport.channels.threads.rules import NewAttachment, NewMessage, Recipient
from rapport.customers.directory import commands as directory
from rapport.customers.directory.rules import Claim, Sighting, normalised
from rapport.kernel.refusals import NotFound, Refusal
from rapport.service.desk.commands import changing, drafting, states, telling
from rapport.service.desk.models import Case, Filing, SideThread
from rapport.service.desk.rules.acts import UNDO_SEND
from rapport.staff.audit import commands as audit
from rapport.staff.roles import queries as roles
from rapport.staff.roles.rules import Actor, System, require

PURPOSE = "service"


@dataclass(frozen=True, slots=True, kw_only=True)
class Forward:
    """What is said to somebody else about a case, and by which mailbox."""

    address: str
    text: str
    endpoint_id: int
    subject: str = ""
    html: str = ""
    name: str = ""
    files: tuple[NewAttachment, ...] = ()


class CannotForward(Refusal):
    """Nothing can be forwarded to that address, or that way."""


@transaction.atomic
def forward(case_id: int, new: Forward, *, by: Actor, at: datetime) -> SideThread:
    """Say something about the case to somebody who is not its customer; the side thread that this goes on in."""
    require(by, "desk.work")
    case = changing.held(case_id, by=by)
    identifier_id = _whose(new.address, at)
    thread = said.thread(threads.thread_of(identifier_id, at=at))
    if thread.identifier.customer_id == case.identifier.customer_id:
        raise CannotForward("That is the customer; answer them instead.", field="address", value=new.address)
    side, _ = SideThread.objects.get_or_create(
        case=case,
        thread=thread,
        closed_at=None,
        defaults={"subject": new.subject, "opened_at": at, "opened_by": by.audit_name[:200]},
    )
    message = _say(case, side, new, by, at)
    changing.note(case, "forwarded", by=by, at=at, side=side.pk, message=message.pk)
    drafting.sent(case, "side", message.pk, by=by, at=at)
    states.finish(case, at=at)
    audit.record("desk.forward", by=by, subject=f"case:{case.pk}", at=at, detail={"side": side.pk})
    return side


@transaction.atomic
def close_side(side_id: int, *, by: Actor, at: datetime) -> None:
    """Have done with a side thread; what still comes in it is filed under the case."""
    require(by, "desk.work")
    side = SideThread.objects.filter(pk=side_id, closed_at=None).first()
    if side is None:
        raise NotFound("There is no such side thread.", field="side", value=side_id)
    case = changing.held(side.case_id, by=by)
    SideThread.objects.filter(pk=side_id).update(closed_at=at)
    changing.note(case, "side_closed", by=by, at=at, side=side_id)
    states.finish(case, at=at)
    audit.record("desk.close_side", by=by, subject=f"case:{case.pk}", at=at, detail={"side": side_id})


def hear(message: Any, answered: Filing, *, at: datetime) -> Case:
    """Somebody answered in a side thread: it lies beside the case, whose customer neither waits for it nor sees it."""
    case = changing.held(answered.case_id, by=System())
    changing.file(message.pk, case, at=at, side_id=answered.side_id)
    changing.note(case, "side_heard", by=System(), at=at, side=answered.side_id, message=message.pk)
    if not message.is_automatic:
        if case.kind == "third":
            states.enter(case, states.state_of("ours"), by=System(), at=at)
        telling.tell([case.owner_id, answered.message.staff_id], "side_answered", case, by=System(), at=at)
    states.finish(case, at=at)
    return case


def _whose(address: str, at: datetime) -> int:
    claim = normalised(Claim("email", address))
    if claim is None:
        raise CannotForward(f"'{address}' is not a mail address.", field="address", value=address)
    seen = directory.observe([Sighting(claims=(claim,), at=at, source=changing.SOURCE)])[0]
    assert seen.identifier_id is not None
    return seen.identifier_id


def _say(case: Case, side: SideThread, new: Forward, by: Actor, at: datetime) -> Any:
    place = endpoints.place(new.endpoint_id)
    if place.channel != "email" or not roles.reach(by).covers("desk.work", place.department):
        raise CannotForward("Choose a mailbox of yours to forward from.", field="endpoint", value=place.id)
    if not new.text.strip():
        raise CannotForward("Say what you want of them.", field="text", value="")
    last = Filing.objects.filter(side=side, taken_back_at=None).order_by("-message_id").first()
    owner = said.thread(side.thread_id).identifier
    message = threads.put(
        side.thread_id,
        NewMessage(
            endpoint_id=place.id,
            channel=place.channel,
            direction="out",
            at=at,
            text=new.text,
            html=new.html,
            subject=new.subject or side.subject or case.subject,
            author_name=str(by) if changing.staff_id(by) else place.name,
            staff_id=changing.staff_id(by),
            answers_id=last.message_id if last else None,
            recipients=(Recipient(owner.value, "to", new.name, owner.pk),),
            department=case.department,
            is_logged=False,
            files=new.files,
        ),
        at=at,
    )
    outbound.put_out(message.pk, purpose=PURPOSE, hold=UNDO_SEND, at=at)
    changing.file(message.pk, case, at=at, side_id=side.pk)
    return message
