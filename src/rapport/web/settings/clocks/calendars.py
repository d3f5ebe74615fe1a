from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from rapport.service.clocks import commands, queries
from rapport.service.clocks.rules import hours
from rapport.staff.organisation import queries as organisation
from rapport.web import choices
from rapport.web.access import actor, allowed
from rapport.web.forms import Form
from rapport.web.settings import sections
from rapport.web.settings.clocks.overview import DAYS

_USUAL = "09:00-17:00"
_WORKING_DAYS = 5
_MOST_LETTERS = 100_000


class CalendarForm(Form):
    """The hours of a week, and the days that are different."""

    name = forms.CharField(
        label=gettext_lazy("What is it called?"),
        help_text=gettext_lazy("Such as the place or the contract whose hours these are."),
        max_length=hours.LONGEST_NAME,
    )
    time_zone = forms.ChoiceField(label=gettext_lazy("Time zone"), choices=choices.time_zones)
    holidays = forms.CharField(
        label=gettext_lazy("Holidays, one a line"),
        help_text=gettext_lazy(
            "2026-12-25 Christmas Day is closed; 2026-12-24 9:00-12:00 has hours of its own."
        ),
        widget=forms.Textarea({"rows": 6, "spellcheck": "false"}),
        max_length=_MOST_LETTERS,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number, day in enumerate(DAYS):
            self.fields[f"day_{number}"] = forms.CharField(
                label=_(day), max_length=200, required=False, widget=forms.TextInput({"autocomplete": "off"})
            )

    def days(self) -> list[forms.BoundField]:
        """The seven questions, for the page."""
        return [self[f"day_{number}"] for number in range(len(DAYS))]

    def hours(self) -> hours.Hours:
        """The hours that the form describes."""
        names = [f"day_{number}" for number in range(len(DAYS))]
        week = tuple(hours.periods_of(self.text(one), field=one) for one in names)
        return hours.Hours(self.text("time_zone"), week, hours.holidays_of(self.text("holidays")))


@allowed("clocks.edit")
def new(request: HttpRequest) -> HttpResponse:
    """Write down the hours of one more place."""
    house = organisation.current()
    initial = {f"day_{number}": _USUAL for number in range(_WORKING_DAYS)}
    initial["time_zone"] = house.time_zone if house else "UTC"
    form = CalendarForm(request.POST or None, initial=initial)
    return _page(
        request,
        form,
        lambda: commands.add_calendar(form.text("name"), form.hours(), by=actor(request), at=timezone.now()),
        {"heading": _("Add a calendar")},
    )


@allowed("clocks.edit")
def calendar(request: HttpRequest, calendar_id: int) -> HttpResponse:
    """The hours of one calendar, to be changed."""
    version = queries.calendar(calendar_id)
    form = CalendarForm(
        request.POST or None, initial=_initial(version.calendar.name, hours.read(version.hours))
    )
    return _page(
        request,
        form,
        lambda: commands.change_calendar(
            calendar_id, form.text("name"), form.hours(), by=actor(request), at=timezone.now()
        ),
        {"heading": version.calendar.name, "version": version},
    )


@require_POST
@allowed("clocks.edit")
def closure(request: HttpRequest, calendar_id: int) -> HttpResponse:
    """Take a calendar off the list."""
    closed = commands.close_calendar(calendar_id, by=actor(request), at=timezone.now())
    messages.info(request, _("%(name)s is off the list.") % {"name": closed.name})
    return redirect("clocks")


def _initial(name: str, kept: hours.Hours) -> dict[str, str]:
    week = {f"day_{number}": hours.spelled(periods) for number, periods in enumerate(kept.week)}
    holidays = hours.holidays_spelled(kept.holidays)
    return {"name": name, "time_zone": kept.time_zone, "holidays": holidays, **week}


def _page(
    request: HttpRequest, form: CalendarForm, act: Callable[[], object], context: dict[str, object]
) -> HttpResponse:
    if request.method == "POST" and form.attempt(act) is not None:
        messages.info(request, _("The calendar is kept. Clocks that run by it follow within a minute."))
        return redirect("clocks")
    return sections.page(request, "settings/calendar.html", {"form": form, **context})
