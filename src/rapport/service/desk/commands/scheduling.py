"""Answers that are sent later: a draft with a moment."""

from datetime import datetime, timedelta

from django.db import transaction

from rapport.channels.threads.rules import NewAttachment, Recipient
from rapport.jobs.queue import commands as jobs
from rapport.kernel.refusals import NotFound, Refusal
from rapport.service.desk.commands import answering, changing, telling
from rapport.service.desk.models import Draft
from rapport.service.desk.rules.acts import Reply
from rapport.staff.audit import commands as audit
from rapport.staff.roles.rules import Actor, System, require

SEND = "desk.send_scheduled"
LONGEST_AHEAD = timedelta(days=366)


class BadSchedule(Refusal):
    """An answer that cannot be sent at that moment."""


@transaction.atomic
def schedule(case_id: int, due_at: datetime, *, by: Actor, at: datetime) -> Draft:
    """Send one's draft of an answer then, unless the customer or a colleague said something meanwhile."""
    require(by, "desk.work")
    if not at < due_at <= at + LONGEST_AHEAD:
        raise BadSchedule("Choose a moment within a year from now.", field="due_at", value=due_at)
    case = changing.held(case_id, by=by)
    draft = (
        Draft.objects.select_for_update()
        .filter(case=case, staff_id=changing.staff_id(by), kind="reply", sent_at=None, dropped_at=None)
        .first()
    )
    if draft is None:
        raise NotFound("There is nothing drafted.", field="draft", value=case_id)
    answering.check_said(draft.content.get("text", ""), draft.content.get("files", ()))
    draft.due_at, draft.version = due_at, draft.version + 1
    draft.content = {**draft.content, "seen": case.last_word_id or 0}
    draft.save()
    jobs.enqueue(SEND, {"draft_id": draft.pk}, at=at, due_at=due_at)
    changing.note(case, "scheduled", by=by, at=at, due_at=due_at.isoformat())
    changing.show(case, at=at)
    audit.record(
        "desk.schedule", by=by, subject=f"case:{case.pk}", at=at, detail={"due_at": due_at.isoformat()}
    )
    return draft


@transaction.atomic
def unschedule(case_id: int, *, by: Actor, at: datetime) -> None:
    """Keep the draft, and send it only by hand."""
    require(by, "desk.work")
    case = changing.held(case_id, by=by)
    rows = Draft.objects.filter(case=case, staff_id=changing.staff_id(by), kind="reply", sent_at=None)
    if rows.filter(due_at__isnull=False).update(due_at=None):
        changing.note(case, "unscheduled", by=by, at=at)
        changing.show(case, at=at)
        audit.record("desk.unschedule", by=by, subject=f"case:{case.pk}", at=at)


@transaction.atomic
def send_due(draft_id: int, *, at: datetime) -> None:
    """The moment has come: send it as its writer; where that is refused it stays a draft, and they are told."""
    draft = Draft.objects.select_related("staff", "case").filter(pk=draft_id, sent_at=None).first()
    if draft is None or draft.due_at is None or draft.due_at > at:
        return
    Draft.objects.filter(pk=draft_id).update(due_at=None)
    case = changing.held(draft.case_id, by=System())
    why = "" if draft.staff.is_active else "gone"
    try:
        with transaction.atomic():
            if not why:
                answering.reply(case.pk, as_reply(draft), by=draft.staff, at=at)
    except Refusal as refusal:
        why = refusal.message
    if why:
        changing.note(case, "not_sent", by=System(), at=at, draft=draft.pk, why=why)
        telling.tell([draft.staff_id, case.owner_id], "returned", case, by=System(), at=at)
        case.save()
        changing.show(case, at=at)


def as_reply(draft: Draft) -> Reply:
    """The draft as an answer; it leaves at once."""
    kept = dict(draft.content)
    return Reply(
        text=kept.get("text", ""),
        html=kept.get("html", ""),
        subject=kept.get("subject", ""),
        seen=int(kept.get("seen") or 0),
        endpoint_id=kept.get("endpoint_id"),
        recipients=tuple(Recipient(*one) for one in kept.get("recipients") or ()),
        files=tuple(NewAttachment(*one) for one in kept.get("files") or ()),
        then=kept.get("then") or "theirs",
        outcome=kept.get("outcome", ""),
        hold=timedelta(),
    )
