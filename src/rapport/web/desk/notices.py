"""What one was told at the desk: the bell in the frame, the list behind it, and how one wants to be told."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST

from rapport.service.desk import commands, queries
from rapport.web.access import actor, allowed, reach
from rapport.web.customers.house import wants_fragment
from rapport.web.desk import asked

PAGE = 40
HAPPENED = {
    "assigned": gettext_noop("was given to you"),
    "mentioned": gettext_noop("has a note that names you"),
    "customer_wrote": gettext_noop("has new words of your customer"),
    "followed": gettext_noop("has something new"),
    "side_answered": gettext_noop("has an answer of somebody you asked"),
    "woken": gettext_noop("is back from being put off"),
    "warning": gettext_noop("has a clock that is about to run out"),
    "breach": gettext_noop("has a clock that ran out"),
    "returned": gettext_noop("has an answer of yours that was not sent"),
    "undelivered": gettext_noop("has an answer that did not arrive"),
}
"""Kind -> what the list says of the case."""
CHOICES = {
    "assigned": gettext_noop("A case is given to me"),
    "mentioned": gettext_noop("Somebody names me in a note"),
    "customer_wrote": gettext_noop("A customer of mine writes"),
    "followed": gettext_noop("Something is said in a case that I follow"),
    "side_answered": gettext_noop("Somebody whom I asked outside answers"),
    "woken": gettext_noop("A case that I put off is back"),
    "warning": gettext_noop("A clock of a case of mine is about to run out"),
    "breach": gettext_noop("A clock of a case of mine ran out"),
    "returned": gettext_noop("An answer that I set to leave later was not sent"),
    "undelivered": gettext_noop("An answer in a case of mine did not arrive"),
}
"""Kind -> what one chooses to be told of."""
CARE = frozenset({"warning", "breach", "returned", "undelivered"})


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that one was told."""

    case_id: int
    url: str
    about: str
    happened: str
    times: int
    at: datetime
    is_new: bool
    is_care: bool


@allowed("desk.view")
def index(request: HttpRequest) -> HttpResponse:
    """What one was told, the newest first."""
    return _list(request)


def _list(request: HttpRequest, *, status: int = 200) -> HttpResponse:
    after = queries.read_place(request.GET.get("after", ""))
    found, further = queries.notifications(_own(request), reach=reach(request), after=after, limit=PAGE)
    context = {
        "lines": [
            Line(
                case_id=one.case_id,
                url=reverse("desk:case", args=[one.case_id]),
                about=one.case.subject or _("(no subject)"),
                happened=_(HAPPENED[one.kind]),
                times=one.times,
                at=one.at,
                is_new=one.seen_at is None,
                is_care=one.kind in CARE,
            )
            for one in found
        ],
        "further": queries.write_place(further),
    }
    template = "desk/_notices.html" if wants_fragment(request) else "desk/notices.html"
    return render(request, template, context, status=status)


@allowed("desk.view")
def bell(request: HttpRequest) -> HttpResponse:
    """The bell alone, for a screen that follows it."""
    return render(request, "frame/_bell.html", {"unseen": unseen(request), "staff_id": _own(request)})


@require_POST
@allowed("desk.view")
def seeing(request: HttpRequest) -> HttpResponse:
    """Have seen what one was told of one case, or of all."""
    case_id = asked.number(request, "case") or None
    if not commands.see(case_id, by=actor(request), at=timezone.now()):
        messages.info(request, _("You had seen it already."))
        return _list(request, status=409)
    return redirect("desk:notices")


@allowed("desk.view")
def choices(request: HttpRequest) -> HttpResponse:
    """How one wants to be told of what."""
    made = queries.choices(_own(request))
    if request.method == "POST":
        for one in made:
            on_screen, by_mail = f"{one.kind}-screen" in request.POST, f"{one.kind}-mail" in request.POST
            if (on_screen, by_mail) != (one.on_screen, one.by_mail):
                commands.choose(
                    one.kind, on_screen=on_screen, by_mail=by_mail, by=actor(request), at=timezone.now()
                )
        messages.info(request, _("You will be told like this from now on."))
        return redirect("desk:notice-choices")
    rows = [(one, _(CHOICES[one.kind])) for one in made]
    return render(request, "desk/notice_choices.html", {"rows": rows})


def unseen(request: HttpRequest) -> int:
    """How many things one was told and has not seen."""
    return queries.unseen(_own(request))


def _own(request: HttpRequest) -> int:
    return actor(request).pk  # type: ignore[attr-defined,no-any-return]
