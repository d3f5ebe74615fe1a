"""What somebody wants to see measured, out of the address."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from rapport.analytics.measures import periods
from rapport.interactions.lake.queries import answers
from rapport.interactions.lake.rules import Selection
from rapport.kernel.channels import CHANNELS
from rapport.web.access import reach

DEFAULT = "30d"
_LONGEST = 80


@dataclass(frozen=True, slots=True)
class Choice:
    """One entry of a list to choose from."""

    name: str
    title: str
    is_chosen: bool


def selection(request: HttpRequest) -> Selection:
    """What the address asks for; the last 30 days where it does not say."""
    given = {name: request.GET.get(name, "")[:_LONGEST] for name in ("period", "channel", "department")}
    return Selection(given["period"] or DEFAULT, given["channel"], given["department"])


def address(one: Selection) -> str:
    """The selection as the end of an address; empty for the usual one."""
    told = {"period": one.period, "channel": one.channel, "department": one.department}
    kept = {name: value for name, value in told.items() if value and (name, value) != ("period", DEFAULT)}
    return f"?{urlencode(kept)}" if kept else ""


def choices(request: HttpRequest, one: Selection) -> dict[str, Any]:
    """The lists to choose from; departments out of reach are in none."""
    departments = answers.departments(reach=reach(request))
    return {
        "periods": [Choice(name, title(name), name == one.period) for name in _periods(timezone.now())],
        "channels": [Choice(name, _(words), name == one.channel) for name, words in CHANNELS.items()],
        "departments": [Choice(name, name, name == one.department) for name in departments],
    }


def title(name: str) -> str:
    """A period in words: `the last 30 days`, `March 2026`, `the 30 days before`."""
    if name.startswith("before:"):
        return _("the %(days)s days before") % {"days": name[7:-1]}
    if name.endswith("d"):
        return _("the last %(days)s days") % {"days": name[:-1]}
    return formats.date_format(date.fromisoformat(f"{name}-01"), "F Y")


def months(now: datetime) -> list[str]:
    """The names of the past months, the oldest first."""
    found = [one.name for one in periods.standard(zone=timezone.get_current_timezone(), known_until=now)]
    return [name for name in found if not name.endswith("d")][: periods.MONTHS][::-1]


def _periods(now: datetime) -> list[str]:
    return [*(f"{days}d" for days in periods.LAST_DAYS), *months(now)[::-1]]


def short_month(name: str) -> str:
    """A month as a chart names it: `Mar`, in January with the year."""
    first = date.fromisoformat(f"{name}-01")
    return formats.date_format(first, "M y" if first.month == 1 else "M")
