"""One act for many cases that were chosen in the list, and its way back."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from rapport.service.desk import commands as desk
from rapport.service.desk import queries
from rapport.service.desk.commands import Outcome
from rapport.web.access import actor, allowed, reach
from rapport.web.desk import asked, listing
from rapport.web.desk.together import KEPT
from rapport.web.forms import TO_MEND

MOST = 1_000
MOST_TOLD = 5
"""Of what could not be done, so many are told by name."""
BACK = {"close": "reopen", "junk": "reopen", "follow": "unfollow"}
"""Act -> the act that takes it back. Giving is taken back by giving to whoever had it."""


@require_POST
@allowed("desk.work")
def together(request: HttpRequest) -> HttpResponse:
    """Do one thing to every case that was chosen."""
    ids = _numbers(request.POST.getlist("case"))
    act, values = _wanted(request)
    if not ids or not act:
        messages.warning(request, _("Choose cases first, and then what to do with them."))
        return listing.render_list(request, status=TO_MEND)
    owners = queries.owners(ids, reach=reach(request)) if act == "assign" else {}
    outcomes = desk.do_to_all(ids, act, values, by=actor(request), at=timezone.now())
    done = [one.case_id for one in outcomes if one.is_done]
    _tell(request, outcomes, done)
    _remember(request, act, done, owners)
    return redirect(_back(request, done="1" if done else ""))


@require_POST
@allowed("desk.work")
def undoing(request: HttpRequest) -> HttpResponse:
    """Take back what was just done to many."""
    outcomes: list[Outcome] = []
    steps = request.session.pop(KEPT, [])
    if not steps:
        messages.warning(request, _("There is nothing to take back."))
        return listing.render_list(request, status=TO_MEND)
    for act, values, ids in steps:
        outcomes += desk.do_to_all(ids, act, values, by=actor(request), at=timezone.now())
    _tell(request, outcomes, [one.case_id for one in outcomes if one.is_done])
    return redirect(_back(request))


def _wanted(request: HttpRequest) -> tuple[str, dict[str, Any]]:
    name = request.POST.get("act", "")
    if name == "take":
        return "assign", {"owner": "me"}
    if name == "give":
        return "assign", {"owner": asked.number(request, "owner")}
    return (name, {}) if name in BACK else ("", {})


def _remember(request: HttpRequest, act: str, done: Sequence[int], owners: Mapping[int, int | None]) -> None:
    if act in BACK:
        steps: list[Any] = [[BACK[act], {}, list(done)]]
    else:
        before: dict[int | None, list[int]] = {}
        for one in done:
            before.setdefault(owners.get(one), []).append(one)
        steps = [["assign", {"owner": owner}, ids] for owner, ids in before.items()]
    request.session[KEPT] = steps if done else []


def _tell(request: HttpRequest, outcomes: Sequence[Outcome], done: Sequence[int]) -> None:
    if done:
        words = ngettext("Done with one case.", "Done with %(n)s cases.", len(done))
        messages.info(request, words % {"n": len(done)})
    refused = [one for one in outcomes if not one.is_done]
    for one in refused[:MOST_TOLD]:
        messages.warning(request, _("Case %(case)s: %(why)s") % {"case": one.case_id, "why": one.why})
    if (more := len(refused) - MOST_TOLD) > 0:
        words = ngettext("And one more was left as it is.", "And %(n)s more were left as they are.", more)
        messages.warning(request, words % {"n": more})


def _back(request: HttpRequest, done: str = "") -> str:
    view = request.POST.get("view") or request.GET.get("view", "")
    query = "&".join(
        [*([f"view={view}"] if view.isascii() and view.isalnum() else []), *(["done=1"] if done else [])]
    )
    return reverse("desk:list") + (f"?{query}" if query else "")


def _numbers(given: Iterable[str]) -> list[int]:
    found = [int(one) for one in given if one.isascii() and one.isdigit() and len(one) < 16]
    return list(dict.fromkeys(found))[:MOST]
