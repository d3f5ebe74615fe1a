"""The team: who waits how long, who is there with how much to do, and which clocks run out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from rapport.service.clocks import queries as clocks
from rapport.service.desk import queries as desk
from rapport.service.desk.queries import Row, View
from rapport.service.routing import queries as routing
from rapport.service.routing.queries import Person, QueueLine, Unmet
from rapport.web import moments
from rapport.web.access import allowed, reach
from rapport.web.desk import boxes, waiting

if TYPE_CHECKING:
    from rapport.service.clocks.models import Clock

MOST_WAITING = 50
MOST_CLOCKS = 20
SOON = timedelta(minutes=30)
STATES = {"available": gettext_noop("Available"), "away": gettext_noop("Away"), "off": gettext_noop("Off")}
CLOCKS = {
    "first_answer": gettext_noop("First answer"),
    "next_answer": gettext_noop("Next answer"),
    "resolution": gettext_noop("Resolution"),
    "promise": gettext_noop("Promise"),
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody who waits: who, about what, how long, and who has them."""

    url: str
    who: str
    about: str
    wait: str
    is_care: bool
    owner: str


@dataclass(frozen=True, slots=True)
class Group:
    """A queue: a sentence on who waits in it, those who wait longest, and how many more there are."""

    name: str
    url: str
    sentence: str
    rows: tuple[Waiting, ...]
    more: int


@dataclass(frozen=True, slots=True)
class PersonLine:
    """Somebody of the team."""

    name: str
    state: str
    state_title: str
    since: datetime | None
    skills: str
    live: str
    written: str
    is_full: bool
    open_cases: int


@dataclass(frozen=True, slots=True)
class ClockLine:
    """A clock that ran out, or is about to."""

    url: str
    about: str
    what: str
    when: str
    owner: str
    is_late: bool


@allowed("desk.edit")
def show(request: HttpRequest) -> HttpResponse:
    """Everything on one page, as it is now."""
    within, now = reach(request), timezone.now()
    lines = routing.queue_lines(reach=within)
    people = routing.people(reach=within, at=now)
    present = [one for one in people if one.availability == "available"]
    page = desk.cases(View(name="waiting"), reach=within, limit=MOST_WAITING)
    late = clocks.missed(reach=within, limit=MOST_CLOCKS)
    soon = clocks.due_next(reach=within, by=now + SOON, limit=MOST_CLOCKS)
    lost = routing.unmet(lines, [one.skill_ids for one in present], reach=within)
    context: dict[str, Any] = {
        "lead": _lead(lines, len(present)),
        "warnings": [*_nobody_there(lines, present), *(_unmet(one, now) for one in lost)],
        "groups": _groups(lines, page.rows, now),
        "people": [_person(one) for one in people],
        "clocks": [_clock(one, now) for one in (*late, *soon)],
    }
    return render(request, "desk/team.html", context)


def _lead(lines: Sequence[QueueLine], present: int) -> str:
    count = sum(one.waiting for one in lines)
    here = ngettext("one colleague is available", "%(n)s colleagues are available", present) % {
        "n": moments.number(present)
    }
    if not count:
        return _("Nobody waits; %(here)s.") % {"here": here}
    people = ngettext("One person waits", "%(n)s people wait", count) % {"n": moments.number(count)}
    return f"{people}; {here}."


def _nobody_there(lines: Sequence[QueueLine], present: Sequence[Person]) -> list[str]:
    """The queues that are handed out while nobody is there to be handed anything."""
    waiting_now = [one.queue.name for one in lines if one.queue.is_push and one.unowned]
    if present or not waiting_now:
        return []
    return [
        _("Nobody is available, so nothing is handed out in %(queues)s.") % {"queues": ", ".join(waiting_now)}
    ]


def _unmet(lost: Unmet, now: datetime) -> str:
    """Why some wait on: what they need, and that nobody who is there can do it."""
    why = [_("nobody who speaks %(language)s is here") % {"language": one} for one in lost.languages]
    why += [_("nobody who knows about %(skill)s is here") % {"skill": one} for one in lost.skills]
    words = ngettext(
        "One person has waited %(wait)s: %(why)s.",
        "%(n)s people wait, the longest %(wait)s: %(why)s.",
        lost.waiting,
    )
    wait = waiting.length(now - lost.oldest)
    return words % {"n": moments.number(lost.waiting), "wait": wait, "why": ", ".join(why)}


def _groups(lines: Sequence[QueueLine], rows: Sequence[Row], now: datetime) -> list[Group]:
    found = []
    for line in lines:
        own = tuple(_waiting(one, now) for one in rows if one.case.queue_id == line.queue.pk)
        url = boxes.of_queue(line.queue.pk)
        more = max(line.waiting - len(own), 0)
        found.append(Group(line.queue.name, url, _in_queue(line, now), own, more))
    return found


def _in_queue(line: QueueLine, now: datetime) -> str:
    """How many wait, how long the first of them, and how they come to somebody."""
    how = _("handed out") if line.queue.is_push else _("people take the next")
    if line.oldest is None:
        return _("Nobody waits · %(how)s") % {"how": how}
    count = ngettext("One waits", "%(n)s wait", line.waiting) % {"n": moments.number(line.waiting)}
    free = ngettext("one is nobody's", "%(n)s are nobody's", line.unowned) % {
        "n": moments.number(line.unowned)
    }
    longest = _("the longest %(wait)s") % {"wait": waiting.length(now - line.oldest)}
    return " · ".join([count, longest, *([free] if line.unowned else []), how])


def _waiting(row: Row, now: datetime) -> Waiting:
    waited = now - (row.case.waiting_since or now)
    return Waiting(
        reverse("desk:case", args=[row.case.pk]),
        row.customer,
        row.case.subject or _("(no subject)"),
        waiting.length(waited),
        waited >= waiting.LONG,
        str(row.case.owner) if row.case.owner else "",
    )


def _person(one: Person) -> PersonLine:
    is_full = one.load.live >= one.live_capacity and one.load.written >= one.written_capacity
    return PersonLine(
        one.name,
        one.availability,
        _(STATES[one.availability]),
        one.since,
        ", ".join(one.skills),
        _of(one.load.live, one.live_capacity),
        _of(one.load.written, one.written_capacity),
        is_full and one.availability == "available",
        one.open_cases,
    )


def _of(has: int, can: int) -> str:
    return _("%(has)s of %(can)s") % {"has": moments.number(has), "can": moments.number(can)}


def _clock(one: "Clock", now: datetime) -> ClockLine:
    case = one.case
    late = one.breached_at is not None
    length = waiting.length(abs(now - (one.due_at or one.breached_at or now)))
    return ClockLine(
        url=reverse("desk:case", args=[case.pk]) if case else "",
        about=(case.subject if case else "") or _("(no subject)"),
        what=_(CLOCKS[one.kind]),
        when=(_("%(length)s late") if late else _("in %(length)s")) % {"length": length},
        owner=str(case.owner) if case and case.owner else "",
        is_late=late,
    )
