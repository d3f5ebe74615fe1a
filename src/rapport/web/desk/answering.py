"""Answering and noting: what is written is kept as it grows, goes now or later, and can be taken back."""

from contextlib import suppress
from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from rapport.kernel.refusals import NotAllowed, NotFound, Refusal
from rapport.service.desk import commands as desk
from rapport.service.desk import queries as desk_queries
from rapport.service.desk.rules.acts import UNDO_SEND, Note, Reply
from rapport.web.access import actor, allowed, reach
from rapport.web.customers.house import wants_fragment
from rapport.web.desk import asked, composing
from rapport.web.desk.acting import act, case_page
from rapport.web.forms import TO_MEND


@act
def answers(request: HttpRequest, pk: int) -> str:
    """Answer the customer. What was written is kept as a draft first, so that a refusal costs nothing.

    Who chats sees the answer at once; elsewhere it can be taken back for a moment.
    """
    now, case = timezone.now(), desk_queries.row(pk, reach=reach(request))
    way = composing.way_of(request, pk)
    draft = composing.keep(request, pk, "reply", way, at=now)
    reply = Reply(
        text=request.POST.get("text", ""),
        seen=asked.number(request, "seen"),
        endpoint_id=way.endpoint_id if way else None,
        recipients=(way.recipient,) if way and way.recipient else (),
        files=composing.files_of(draft),
        hold=timedelta() if case.channel == "chat" and not (way and way.recipient) else UNDO_SEND,
    )
    message = desk.reply(pk, reply, by=actor(request), at=now)
    return case_page(pk, f"?sent={message.pk}")


@act
def notes(request: HttpRequest, pk: int) -> str:
    """Keep a note for colleagues."""
    now = timezone.now()
    draft = composing.keep(request, pk, "note", None, at=now)
    new = Note(text=request.POST.get("text", ""), files=composing.files_of(draft))
    desk.note(pk, new, by=actor(request), at=now)
    return case_page(pk)


@act
def taking_back(request: HttpRequest, pk: int) -> str:
    """Take an answer back that has not left yet; its words are in the box again."""
    desk.take_back(asked.number(request, "message"), by=actor(request), at=timezone.now())
    return case_page(pk)


@act
def scheduling(request: HttpRequest, pk: int) -> str:
    """Let the answer leave at a moment to come, if nothing is said until then."""
    now = timezone.now()
    composing.keep(request, pk, "reply", composing.way_of(request, pk), at=now)
    desk.schedule(pk, asked.until(request), by=actor(request), at=now)
    return case_page(pk)


@act
def unscheduling(request: HttpRequest, pk: int) -> str:
    """Keep the answer as a draft, and send it by hand alone."""
    desk.unschedule(pk, by=actor(request), at=timezone.now())
    return case_page(pk)


@require_POST
@allowed("desk.work")
def enclosing(request: HttpRequest, pk: int) -> HttpResponse:
    """Add files to what is being written, or take one out; the words beside them are kept too."""
    now, who, kind, fault = timezone.now(), actor(request), composing.kind_of(request), ""
    try:
        composing.keep(request, pk, kind, composing.way_of(request, pk), at=now)
        if number := asked.number(request, "out"):
            desk.take_out(pk, kind, number, by=who, at=now)
    except (NotAllowed, NotFound):
        raise
    except Refusal as refusal:
        fault = refusal.message
    if not wants_fragment(request):
        if fault:
            messages.warning(request, fault)
        return redirect(case_page(pk, "?as=note" if kind == "note" else ""))
    kept = desk_queries.draft(pk, who.pk, kind)  # type: ignore[attr-defined]
    context = {"enclosed": composing.enclosed(kept), "files_url": request.path, "fault": fault}
    return render(request, "desk/_enclosed.html", context, status=TO_MEND if fault else 200)


@require_POST
@allowed("desk.work")
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """What has been written so far, kept as somebody types; whoever writes holds the claim if it is free."""
    now, who, kind = timezone.now(), actor(request), composing.kind_of(request)
    way = composing.way_of(request, pk) if kind == "reply" else None
    composing.keep(request, pk, kind, way, at=now)
    is_answering = kind == "reply" and bool(request.POST.get("text"))
    desk.be_present(pk, is_writing=is_answering, by=who, at=now)
    if is_answering:
        with suppress(desk.ClaimedBySomebodyElse):
            desk.claim(pk, by=who, at=now)
    return HttpResponse(status=204)
