"""What the desk did in a time, compared with the time before; as a page and as a file."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from io import StringIO
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from rapport.kernel import comma_separated
from rapport.kernel.channels import CHANNELS
from rapport.service.reports import queries, rules
from rapport.service.reports.queries import Part, Report
from rapport.service.reports.rules import Spread
from rapport.web import moments
from rapport.web.access import allowed, reach
from rapport.web.desk import waiting

DAYS = (7, 28, 91)
EARLIEST_YEAR = 1990
WIDTH = 160
"""How wide the drawing of a spread is."""


@dataclass(frozen=True, slots=True)
class Box:
    """The drawing of a spread: places from left to right, of `WIDTH`."""

    quarter: int
    middle: int
    three_quarters: int
    nine_tenths: int

    @property
    def width(self) -> int:
        return max(self.three_quarters - self.quarter, 1)


@dataclass(frozen=True, slots=True)
class Length:
    """A spread in words: how many it rests on, and the lengths below which a half and nine tenths lie."""

    n: str
    middle: str
    quarters: str
    nine_tenths: str
    box: Box


@allowed("desk.view")
def show(request: HttpRequest) -> HttpResponse:
    """The report of the chosen days, in the chosen parts."""
    days, way = _chosen(request)
    found = _report(request, days, way)
    context = {
        "days": days,
        "way": way,
        "until": request.GET.get("until", ""),
        "tail": request.GET.urlencode(),
        "lengths_of_time": [(one, _("%(n)s days") % {"n": one}) for one in DAYS],
        "ways": _ways(),
        "lead": _lead(found),
        "figures": _figures(found),
        "heads": [title for _name, title in (*_counted(), *_timed())],
        "rows": _rows(found, way),
        "width": WIDTH,
        "is_empty": not any(found.now.counts.values()),
    }
    return render(request, "desk/reports.html", context)


@allowed("desk.view")
def download(request: HttpRequest) -> HttpResponse:
    """The same as a file, lengths in seconds."""
    days, way = _chosen(request)
    found = _report(request, days, way)
    text = StringIO()
    marks = ("n", "quarter", "middle", "three_quarters", "nine_tenths")
    heads = [way, *queries.COUNTED, *(f"{name}_{mark}" for name in queries.TIMED for mark in marks)]
    lines = ([_label(part.key, way), *_cells(part, marks)] for part in found.parts)
    comma_separated.write(text, heads, lines)
    answer = HttpResponse(text.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="desk-{days}-days-by-{way}.csv"'
    return answer


def _chosen(request: HttpRequest) -> tuple[int, str]:
    days, way = request.GET.get("days", ""), request.GET.get("by", "")
    return (
        int(days) if days in {str(one) for one in DAYS} else 28,
        way if way in queries.WAYS else "queue",
    )


def _report(request: HttpRequest, days: int, way: str) -> Report:
    zone = timezone.get_current_timezone()
    return queries.report(_until(request), timedelta(days=days), way=way, zone=zone, reach=reach(request))


def _until(request: HttpRequest) -> datetime:
    """The end of the day that was chosen; else now."""
    now = timezone.now()
    try:
        day = parse_date(request.GET.get("until", ""))
    except ValueError:
        day = None
    if day is None or day.year < EARLIEST_YEAR:
        return now
    return min(timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min)), now)


def _cells(part: Part, marks: tuple[str, ...]) -> list[Any]:
    cells: list[Any] = [part.counts[name] for name in queries.COUNTED]
    for name in queries.TIMED:
        found = part.spreads[name]
        cells += [round(getattr(found, mark)) if found else "" for mark in marks]
    return cells


def _ways() -> list[tuple[str, str]]:
    return [
        ("queue", _("queue")),
        ("team", _("team")),
        ("department", _("department")),
        ("channel", _("channel")),
        ("hour", _("hour of the day")),
        ("weekday", _("day of the week")),
    ]


def _counted() -> list[tuple[str, str]]:
    return [
        ("opened", _("Came in")),
        ("settled", _("Settled")),
        ("reopened", _("Opened again")),
        ("transferred", _("Passed on")),
    ]


def _timed() -> list[tuple[str, str]]:
    return [
        ("first_answer", _("First answer")),
        ("next_answer", _("Next answer")),
        ("resolution", _("Until settled")),
    ]


def _lead(found: Report) -> str:
    counts = found.now.counts
    return _("%(in)s came in and %(out)s were settled; %(open)s are open.") % {
        "in": moments.number(counts["opened"]),
        "out": moments.number(counts["settled"]),
        "open": moments.number(found.backlog),
    }


def _figures(found: Report) -> list[dict[str, Any]]:
    """Counts and lengths with what moved since the same time before."""
    now, before = found.now, found.before
    figures = [
        {
            "label": title,
            "value": moments.number(now.counts[name]),
            "change": _changed(now.counts[name], before.counts[name]),
        }
        for name, title in _counted()
    ]
    figures.append(
        {
            "label": _("Open at the end"),
            "value": moments.number(found.backlog),
            "change": _("%(n)s at the beginning") % {"n": moments.number(found.backlog_before)},
        }
    )
    if found.ages:
        age = waiting.length(timedelta(seconds=found.ages.middle))
        figures.append({"label": _("Half of the open ones are older than"), "value": age, "change": ""})
    if promises := found.kept + found.broken:
        value = _("%(kept)s of %(all)s") % {
            "kept": moments.number(found.kept),
            "all": moments.number(promises),
        }
        figures.append({"label": _("Promises kept"), "value": value, "change": ""})
    for name, title in _timed():
        if spread := now.spreads[name]:
            value = waiting.length(timedelta(seconds=spread.middle))
            figures.append({"label": title, "value": value, "change": _moved(spread, before.spreads[name])})
    return figures


def _changed(now: int, before: int) -> str:
    words = _("%(n)s in the time before") % {"n": moments.number(before)}
    return (
        words
        if rules.counts_differ(now, before)
        else _("%(words)s: cannot tell whether it moved") % {"words": words}
    )


def _moved(now: Spread, before: Spread | None) -> str:
    if before is None:
        return _("too few before to compare")
    words = _("%(length)s in the time before") % {"length": waiting.length(timedelta(seconds=before.middle))}
    return (
        words
        if rules.has_moved(now, before)
        else _("%(words)s: cannot tell whether it moved") % {"words": words}
    )


def _rows(found: Report, way: str) -> list[dict[str, Any]]:
    widest = {name: found.now.spreads[name] for name in queries.TIMED}
    return [
        {
            "label": _label(part.key, way),
            "counts": [(title, moments.number(part.counts[name])) for name, title in _counted()],
            "lengths": [(title, _length(part.spreads[name], widest[name])) for name, title in _timed()],
        }
        for part in found.parts
    ]


def _length(found: Spread | None, widest: Spread | None) -> Length | None:
    if found is None or widest is None:
        return None
    most = max(widest.nine_tenths * 1.25, 1)

    def place(seconds: float) -> int:
        return round(min(seconds / most, 1) * WIDTH)

    def words(seconds: float) -> str:
        return waiting.length(timedelta(seconds=seconds))

    return Length(
        n=moments.number(found.n),
        middle=words(found.middle),
        quarters=_("%(low)s to %(high)s")
        % {"low": words(found.quarter), "high": words(found.three_quarters)},
        nine_tenths=words(found.nine_tenths),
        box=Box(
            place(found.quarter), place(found.middle), place(found.three_quarters), place(found.nine_tenths)
        ),
    )


def _label(key: str, way: str) -> str:
    if way == "channel":
        return _(CHANNELS.get(key, key))
    if way == "hour":
        return f"{key}:00"
    if way == "weekday":
        days = (
            _("Monday"),
            _("Tuesday"),
            _("Wednesday"),
            _("Thursday"),
            _("Friday"),
            _("Saturday"),
            _("Sunday"),
        )
        return days[int(key) - 1]
    return key or (_("in no team") if way == "team" else _("none"))
