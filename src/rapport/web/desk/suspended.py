"""Mail that waits for a person: why it waits, what it says, and the two or three things one may do with it."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST

from rapport.channels.inbound import commands, queries
from rapport.channels.inbound.rules import reading
from rapport.kernel.text import shortened
from rapport.web.access import actor, allowed, reach
from rapport.web.customers.house import wants_fragment
from rapport.wiring import arrivals

if TYPE_CHECKING:
    from rapport.channels.inbound.models import Envelope

WHY = {
    "new_participant": gettext_noop("Somebody who does not take part in this conversation wrote into it."),
    "refused_participant": gettext_noop("Somebody who was not let into this conversation wrote into it."),
    "not_verified": gettext_noop("It says it comes from somebody we know, and that could not be verified."),
    "no_sender": gettext_noop("It names no sender whom one could answer."),
    "ambiguous_sender": gettext_noop("It names its sender in more than one way."),
    "from_staff": gettext_noop("It says it comes from a colleague."),
    "from_ourselves": gettext_noop("It says it comes from an address of our own."),
    "from_a_machine": gettext_noop("A mail system wrote it, and what it reports could not be made out."),
    "too_many": gettext_noop("Its sender wrote very often within an hour."),
    "too_large": gettext_noop("It is too large to be fetched; only its beginning is here."),
    "not_given": gettext_noop("Its server would not give it whole; only its beginning is here, if that."),
    "unreadable": gettext_noop("It could not be read."),
}
STEPS = {
    "read": gettext_noop("Read"),
    "authenticate": gettext_noop("Is the sender proven?"),
    "automatic": gettext_noop("Did a program write it?"),
    "bounce": gettext_noop("Is it a report of a mail system?"),
    "loop": gettext_noop("Is it a mail of our own?"),
    "duplicate": gettext_noop("Is it here already?"),
    "thread": gettext_noop("Which conversation does it refer to?"),
    "customer": gettext_noop("Whose is it?"),
    "limits": gettext_noop("How often did they write?"),
    "place": gettext_noop("Put in its place"),
}
_SHOWN_BYTES = 512 * 1024
_SHOWN_LETTERS = 5_000


@dataclass(frozen=True, slots=True)
class Line:
    """One mail that waits. `whose`: the customer in whose conversation it wants to be."""

    id: int
    sender: str
    subject: str
    why: str
    arrived_at: datetime
    through: str
    whose: str
    is_parked: bool


@dataclass(frozen=True, slots=True)
class Walked:
    """One step it walked, in words."""

    title: str
    outcome: str
    reason: str


@allowed("inbound.decide")
def index(request: HttpRequest) -> HttpResponse:
    """What waits, the newest first."""
    page = queries.waiting_for_a_person(reach=reach(request), before=_number(request.GET.get("before", "")))
    context = {
        "lines": [_line(one) for one in page.envelopes],
        "before": page.before,
        "count": queries.how_many_wait(reach=reach(request)),
    }
    template = "desk/_suspended_lines.html" if wants_fragment(request) else "desk/suspended.html"
    return render(request, template, context)


@allowed("inbound.decide")
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """One mail: what it says, and each step that it walked."""
    found = queries.envelope(pk, reach=reach(request))
    text, files, is_cut = _said(found)
    walked = [
        Walked(_(STEPS.get(one.name, one.name)), one.outcome, one.reason) for one in queries.steps(found.pk)
    ]
    context = {
        "line": _line(found),
        "text": text,
        "files": files,
        "is_cut": is_cut,
        "steps": walked,
        "detail": found.detail,
        "is_waiting": found.state in {"suspended", "parked"},
        "is_aside": found.state == "discarded",
    }
    return render(request, "desk/suspended_mail.html", context)


@require_POST
@allowed("inbound.decide")
def acceptance(request: HttpRequest, pk: int) -> HttpResponse:
    """Let it in: its sender takes part in the conversation, or it has one of its own."""
    found = queries.envelope(pk, reach=reach(request))
    how = request.POST.get("how", "")
    walked = arrivals.accept(found.pk, how=how, by=actor(request), at=timezone.now())
    if walked.state == "placed":
        messages.info(request, _("It is let in."))
        return redirect("desk:suspended")
    messages.info(request, _("It was looked at again, and is where the page says."))
    return redirect("desk:suspended-mail", pk)


@require_POST
@allowed("inbound.decide")
def discarding(request: HttpRequest, pk: int) -> HttpResponse:
    """Put it aside; it is kept, and can be let in later."""
    found = queries.envelope(pk, reach=reach(request))
    commands.discard(found.pk, by=actor(request), at=timezone.now())
    messages.info(
        request, _("It is put aside. Nothing is thrown away: open it here again to let it in after all.")
    )
    return redirect("desk:suspended-mail", pk)


def _line(one: "Envelope") -> Line:
    return Line(
        id=one.pk,
        sender=one.sender or _("nobody"),
        subject=one.subject or _("(no subject)"),
        why=_(WHY.get(one.reason, one.reason)),
        arrived_at=one.arrived_at,
        through=one.endpoint.name,
        whose=one.thread.identifier.value if one.thread else "",
        is_parked=one.state == "parked",
    )


def _said(found: "Envelope") -> tuple[str, list[str], bool]:
    """The words of a mail, the names of its files, and whether only its beginning is shown."""
    raw = queries.raw(found)
    if found.endpoint.kind != "email":
        return shortened(raw[:_SHOWN_BYTES].decode(errors="replace"), _SHOWN_LETTERS), [], False
    mail = reading.read(raw[:_SHOWN_BYTES])
    is_cut = len(raw) > _SHOWN_BYTES or len(mail.text) > _SHOWN_LETTERS
    return shortened(mail.text, _SHOWN_LETTERS), [one.name for one in mail.attachments[:50]], is_cut


def _number(given: str) -> int | None:
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 19 else None
