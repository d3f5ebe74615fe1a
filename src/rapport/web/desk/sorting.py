"""Messages that belong to another matter: made a case of their own, or put to another case; and back."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from rapport.service.desk import commands as desk
from rapport.service.desk import queries
from rapport.service.desk.queries import Shown
from rapport.web.access import actor, allowed, reach
from rapport.web.desk import asked, choosing
from rapport.web.desk.acting import act, case_page
from rapport.web.desk.finding import found_cases


@allowed("desk.work")
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """Which messages, and where they belong."""
    shown = queries.case(pk, reach=reach(request), at=timezone.now())
    said = queries.conversation(shown.case.pk, reach=reach(request))
    context = {
        "case": shown.case,
        "about": shown.case.subject or _("(no subject)"),
        "back": reverse("desk:case", args=[shown.case.pk]),
        "lines": choosing.lines(
            request, [one for one in said if one.side_id is None and one.taken_back_at is None]
        ),
        "found": found_cases(request, shown),
        "moves": _moves(shown),
    }
    return render(request, "desk/sorting.html", context)


@act
def splitting(request: HttpRequest, pk: int) -> str:
    """Make a case of its own of some messages."""
    subject = request.POST.get("subject", "")
    made = desk.split(pk, choosing.chosen(request), subject, by=actor(request), at=timezone.now())
    return case_page(made.to_case_id, f"?moved={made.pk}")


@act
def moving(request: HttpRequest, pk: int) -> str:
    """Put some messages to another case of the same customer."""
    to = asked.number(request, "to")
    made = desk.move(pk, choosing.chosen(request), to, by=actor(request), at=timezone.now())
    return case_page(made.to_case_id, f"?moved={made.pk}")


@act
def moving_back(request: HttpRequest, pk: int) -> str:  # noqa: ARG001 - the move knows its case
    """Let messages be where they were."""
    case = desk.undo_move(asked.number(request, "move"), by=actor(request), at=timezone.now())
    return case_page(case.pk)


def _moves(shown: Shown) -> list[tuple[int, int, int, bool]]:
    """What was moved from here and can be taken back: number, messages, where they are, and whether it was a split."""
    return [(one.pk, len(one.messages), one.to_case_id, one.is_split) for one in shown.moves]
