"""Everything else that can be done with a case: whose it is, where it waits, what was promised."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from rapport.customers.portrait import queries as portraits
from rapport.service.desk import queries as desk
from rapport.service.promises import queries as promises
from rapport.service.routing import queries as routing
from rapport.web.access import actor, allowed, reach
from rapport.web.desk import events
from rapport.web.desk.finding import found_cases


@allowed("desk.work")
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """A page of small forms, each an act of its own."""
    shown = desk.case(pk, reach=reach(request), at=timezone.now())
    case = shown.case
    ids = portraits.identifier_ids(shown.customer_id)
    following = dict(shown.followers)
    own = following.pop(actor(request).pk, "")  # type: ignore[attr-defined]
    context = {
        "case": case,
        "about": case.subject or _("(no subject)"),
        "back": reverse("desk:case", args=[case.pk]),
        "colleagues": desk.colleagues(case.department),
        "queues": [one for one in routing.open_queues(reach=reach(request)) if one.pk != case.queue_id],
        "skills": routing.open_skills(),
        "needed": set(case.needs.values_list("id", flat=True)),
        "states": [one for one in desk.states() if one.pk != case.state_id],
        "found": found_cases(request, shown),
        "follows": bool(own),
        "followers": ", ".join(following.values()),
        "merged": shown.merged,
        "says_no": "no" in request.GET,
        "promises": promises.open_promises(ids, reach=reach(request)),
        "history": events.lines(desk.history(case.pk, reach=reach(request)), since=None),
    }
    return render(request, "desk/more.html", context)
