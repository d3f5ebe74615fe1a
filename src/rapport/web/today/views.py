from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from rapport.customers.directory import queries as directory
from rapport.interactions.ingestion import queries as ingestion
from rapport.staff.roles import rules as roles
from rapport.web.access import actor, allowed, reach
from rapport.web.context import words_for
from rapport.web.today import needs, week

NEWEST_IMPORTS = 20


@allowed("customers.view")
def today(request: HttpRequest) -> HttpResponse:
    """First what needs a person, then quietly how the week goes."""
    who = actor(request)
    imports = (
        list(ingestion.newest_first(reach=reach(request))[:NEWEST_IMPORTS])
        if roles.may(who, "imports.view")
        else []
    )
    context = {
        "needs": needs.needs(who, words_for(request), imports, reach=reach(request)),
        "running": [run for run in imports if not (run.finished_at or run.failed_at or run.taken_back_at)],
        "week": week.week(timezone.localdate(), reach=reach(request)),
        "known": directory.count(),
        "new": directory.new_since(timezone.now() - timedelta(days=week.DAYS)),
        "may_begin": roles.may(who, "organisation.edit"),
    }
    return render(request, "today/today.html", context)
