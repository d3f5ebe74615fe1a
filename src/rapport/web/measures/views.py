from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from rapport.analytics.measures import catalogue, periods, registry
from rapport.analytics.measures.registry import Measure
from rapport.analytics.measures.results import Result
from rapport.interactions.lake import commands
from rapport.interactions.lake.queries import answers
from rapport.interactions.lake.queries.answers import Answers
from rapport.interactions.lake.rules import Selection
from rapport.staff.roles import rules as roles
from rapport.web.access import actor, allowed
from rapport.web.context import organisation_of
from rapport.web.measures import asked, charts, figures, words

A_WEEK_SECONDS = 7 * 24 * 3600


@allowed("measures.view")
def measures(request: HttpRequest) -> HttpResponse:
    """Every measure as a figure, compared with the period before; asked to count anew, it lets the worker do it."""
    chosen = _selection(request)
    if request.method == "POST":
        return _count(request, chosen)
    now, before = _kept(chosen)
    tail = asked.address(chosen)
    context = _frame(request, chosen, now) | {
        "figures": figures.figures(now, before, _currency(request), tail) if now else [],
        "count": len(catalogue.measures()),
    }
    return render(request, "measures/measures.html", context)


@allowed("measures.view")
def measure(request: HttpRequest, name: str) -> HttpResponse:
    """One measure: what it is, how we know, what to beware of, its chart and its table."""
    one, chosen = registry.find(name), _selection(request)
    now, before = _kept(chosen)
    result = now.of(name) if now else None
    currency = _currency(request)
    context = _frame(request, chosen, now) | {
        "measure": one.about,
        "name": name,
        "result": result,
        "figure": figures.figure(one, result, before.of(name) if before else None, currency)
        if result
        else None,
        "counted": words.counted(one, result.n) if result else "",
        "heads": words.heads(one),
        "lines": figures.lines(one, result, currency) if result else [],
        "months": [] if chosen.channel or chosen.department else _months(one, currency),
        "sizes": charts.WIDTHS,
        "rows_height": charts.rows_height(len(result.parts)) if result else 0,
        "columns_height": charts.COLUMNS_HEIGHT,
        "version": now.version if now else 0,
        "back": asked.address(chosen),
    }
    return render(request, "measures/measure.html", context)


@allowed("measures.view")
def chart(request: HttpRequest, name: str) -> HttpResponse:
    """A picture for a page of a measure: of its parts, or of the past months."""
    one, chosen = registry.find(name), _selection(request)
    look, size = request.GET.get("look", "light"), request.GET.get("size", "wide")
    if look not in charts.COLOURS or size not in charts.WIDTHS:
        raise Http404
    now, _before = _kept(chosen)
    result = now.of(name) if now else None
    drawn = _months_drawn(one, _currency(request), look, size) if "months" in request.GET else None
    if drawn is None and result and result.parts and "months" not in request.GET:
        lines = figures.lines(one, result, _currency(request))
        drawn = charts.rows(tuple((x.label, x.size, x.share or x.value) for x in lines), look=look, size=size)
    if drawn is None:
        raise Http404
    answer = HttpResponse(drawn, content_type="image/svg+xml")
    answer["Cache-Control"] = f"private, max-age={A_WEEK_SECONDS}"
    return answer


def _selection(request: HttpRequest) -> Selection:
    return commands.checked(asked.selection(request), by=actor(request), at=timezone.now())


def _kept(chosen: Selection) -> tuple[Answers | None, Answers | None]:
    earlier = Selection(periods.before(chosen.period), chosen.channel, chosen.department)
    return answers.answers(chosen), answers.answers(earlier)


def _count(request: HttpRequest, chosen: Selection) -> HttpResponse:
    if chosen.channel or chosen.department:
        commands.ask_for(chosen, by=actor(request), at=timezone.now())
    else:
        commands.ask_for_refresh(by=actor(request), at=timezone.now())
    messages.info(request, _("It is being counted. The figures stand here as soon as they are known."))
    return redirect(f"{request.path}{asked.address(chosen)}")


def _frame(request: HttpRequest, chosen: Selection, now: Answers | None) -> dict[str, Any]:
    is_narrow = bool(chosen.channel or chosen.department)
    return {
        "chosen": chosen,
        "title": asked.title(chosen.period),
        "answers": now,
        "nobody": now.results[0].nobody if now and now.results else 0,
        "may_count": is_narrow or roles.may(actor(request), "measures.refresh"),
        **asked.choices(request, chosen),
    }


def _currency(request: HttpRequest) -> str:
    found = organisation_of(request)
    return found.currency if found else "EUR"


def _months(one: Measure, currency: str) -> list[dict[str, str]]:
    return [
        {
            "title": asked.title(found.period),
            "value": words.value(found.value, found.unit, currency) if found.value is not None else "",
            "missing": words.missing(found) if found.value is None else "",
        }
        for found in _past(one)
    ]


def _months_drawn(one: Measure, currency: str, look: str, size: str) -> str | None:
    past = [found for found in _past(one) if found.value is not None]
    if len(past) < 2:
        return None
    bars = tuple(
        (
            asked.short_month(found.period),
            found.value or 0,
            words.value(found.value or 0, found.unit, currency),
        )
        for found in past
    )
    bands = tuple(
        (found.low, found.high) for found in past if found.low is not None and found.high is not None
    )
    return charts.columns(bars, look=look, size=size, bands=bands if len(bands) == len(bars) else ())


def _past(one: Measure) -> list[Result]:
    kept = (answers.answers(Selection(name)) for name in asked.months(timezone.now()))
    found = (held.of(one.name) for held in kept if held)
    return [result for result in found if result]
