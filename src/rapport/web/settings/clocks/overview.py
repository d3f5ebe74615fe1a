from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from rapport.kernel.channels import CHANNELS
from rapport.kernel.kinds import KINDS
from rapport.service.clocks import queries
from rapport.service.clocks.rules import hours
from rapport.service.clocks.rules.lengths import length_spelled
from rapport.service.clocks.rules.running import BY_POLICY
from rapport.web.access import allowed
from rapport.web.context import words_for
from rapport.web.settings import sections

if TYPE_CHECKING:
    from rapport.service.clocks.models import PolicyVersion

DAYS = (
    gettext_noop("Monday"),
    gettext_noop("Tuesday"),
    gettext_noop("Wednesday"),
    gettext_noop("Thursday"),
    gettext_noop("Friday"),
    gettext_noop("Saturday"),
    gettext_noop("Sunday"),
)
CLOCKS = {
    "first_answer": gettext_noop("First answer"),
    "next_answer": gettext_noop("Next answer"),
    "resolution": gettext_noop("Resolution"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A policy in words: what it is for, how long each thing may take ("": any time), and by which hours."""

    id: int
    name: str
    scope: list[str]
    lengths: list[tuple[str, str]]
    calendar: str


@dataclass(frozen=True, slots=True)
class CalendarRow:
    """A calendar in words: its week, days with the same hours together, and the holiday that comes next."""

    id: int
    name: str
    zone: str
    week: list[tuple[str, str]]
    holiday: hours.Holiday | None
    policies: int


@allowed("clocks.edit")
def clocks(request: HttpRequest) -> HttpResponse:
    """Every policy and every calendar."""
    customer = words_for(request).customer_capital
    today = timezone.localdate()
    context = {
        "policies": [_row(one, customer) for one in queries.policies()],
        "titles": [_(CLOCKS[kind]) for kind in BY_POLICY],
        "calendars": [_calendar_row(one, today) for one in queries.all_calendars()],
    }
    return sections.page(request, "settings/clocks.html", context)


def _row(version: "PolicyVersion", customer: str) -> Row:
    aims = queries.aims_of(version)
    lengths = [
        (_(CLOCKS[kind]), length_spelled(aims[kind].target) if kind in aims else "") for kind in BY_POLICY
    ]
    calendar = version.calendar.name if version.calendar else _("round the clock")
    return Row(version.policy_id, version.policy.name, list(_scope(version, customer)), lengths, calendar)


def _scope(version: "PolicyVersion", customer: str) -> Iterator[str]:
    policy = version.policy
    if policy.identifier_id:
        yield f"{customer} {policy.identifier_id}"
    if policy.queue:
        yield policy.queue.name
    if policy.kind in KINDS:
        yield _(KINDS[policy.kind].title)
    if policy.channel in CHANNELS:
        yield _(CHANNELS[policy.channel])


def _calendar_row(kept: queries.Kept, today: date) -> CalendarRow:
    return CalendarRow(
        kept.calendar.pk,
        kept.calendar.name,
        kept.hours.time_zone.replace("_", " "),
        list(_week(kept.hours)),
        next((one for one in kept.hours.holidays if one.date >= today), None),
        kept.policies,
    )


def _week(kept: hours.Hours) -> Iterator[tuple[str, str]]:
    """The days, those after each other with the same hours as one: (Monday to Friday, 09:00-17:00)."""
    first = 0
    for day in range(1, len(DAYS) + 1):
        if day == len(DAYS) or kept.week[day] != kept.week[first]:
            names = _(DAYS[first])
            if day - 1 > first:
                names = _("%(first)s to %(last)s") % {"first": names, "last": _(DAYS[day - 1])}
            yield names, hours.spelled(kept.week[first]) or _("closed")
            first = day
