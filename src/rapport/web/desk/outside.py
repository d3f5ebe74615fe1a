"""Asking somebody outside about a case: what is passed on is chosen, and what they say stays among us."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from rapport.channels.endpoints import queries as endpoints
from rapport.channels.threads import queries as threads
from rapport.channels.threads.rules import NewAttachment
from rapport.service.desk import commands as desk
from rapport.service.desk import queries
from rapport.service.desk.commands import Forward
from rapport.service.desk.queries import Line
from rapport.service.desk.rules.forwarding import Passage, passed_on
from rapport.web.access import actor, allowed, reach
from rapport.web.desk import asked, choosing
from rapport.web.desk.acting import act, case_page


@allowed("desk.work")
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """Whom to ask, what, and which messages they are to read; to somebody who was asked already, more of it."""
    shown = queries.case(pk, reach=reach(request), at=timezone.now())
    number = asked.number(request, "side")
    side = next((one for one in shown.sides if one.pk == number and one.closed_at is None), None)
    draft = queries.draft(pk, actor(request).pk, "side")  # type: ignore[attr-defined]
    begun = draft.content if draft else {}
    context = {
        "case": shown.case,
        "about": shown.case.subject or _("(no subject)"),
        "back": reverse("desk:case", args=[shown.case.pk]),
        "address": side.thread.identifier.value if side else "",
        "subject": begun.get("subject") or (side.subject if side else "") or shown.case.subject,
        "text": begun.get("text", ""),
        "mailboxes": _mailboxes(request),
        "lines": choosing.lines(request, _may_be_passed_on(request, shown.case.pk)),
    }
    return render(request, "desk/asking.html", context)


@act
def asking(request: HttpRequest, pk: int) -> str:
    """Send the question, with what was chosen and nothing else."""
    chosen = set(choosing.chosen(request))
    among = [one for one in _may_be_passed_on(request, pk) if one.said.id in chosen]
    passages = [Passage(_author(one), timezone.localtime(one.said.at), one.said.text) for one in among]
    words, subject, who, now = (
        request.POST.get("text", ""),
        request.POST.get("subject", ""),
        actor(request),
        timezone.now(),
    )
    desk.save_draft(pk, "side", {"text": words, "subject": subject}, version=0, by=who, at=now)
    new = Forward(
        address=request.POST.get("address", "").strip(),
        text=passed_on(words, passages) if words.strip() else "",
        endpoint_id=asked.number(request, "mailbox"),
        subject=subject.strip(),
        files=_files(among) if request.POST.get("with_files") else (),
    )
    desk.forward(pk, new, by=who, at=now)
    return case_page(pk)


@act
def asked_enough(request: HttpRequest, pk: int) -> str:
    """Have done with asking them."""
    desk.close_side(asked.number(request, "side"), by=actor(request), at=timezone.now())
    return case_page(pk)


def _mailboxes(request: HttpRequest) -> Sequence[Any]:
    return [one for one in endpoints.in_use("email") if reach(request).covers("desk.work", one.department)]


def _may_be_passed_on(request: HttpRequest, pk: int) -> list[Line]:
    """What was said with the customer: no notes, nothing of other side threads, nothing taken back."""
    said = queries.conversation(pk, reach=reach(request))
    return [
        one for one in said if one.side_id is None and one.taken_back_at is None and not one.said.is_internal
    ]


def _author(line: Line) -> str:
    said = line.said
    return said.author_name or said.staff_name or said.author_address


def _files(lines: Sequence[Line]) -> tuple[NewAttachment, ...]:
    found = [file for one in lines for file in threads.attachments(one.said.id)]
    return tuple(NewAttachment(one.file_id, one.name, one.media_type, one.bytes) for one in found)
