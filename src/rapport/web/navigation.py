"""The areas in the order of the idea, and the settings; one is shown when it exists and may be seen."""

from dataclasses import dataclass, replace
from functools import cache

from django.http import HttpRequest
from django.urls import is_valid_path
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from rapport.staff.roles import rules as roles
from rapport.web.words import Words


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere to go: its title, address, the permission it needs, its icon, and the key after `g`."""

    title: str | Promise
    address: str
    permission: str
    icon: str = ""
    key: str = ""


CUSTOMERS = "/customers/"
AREAS = (
    Place(_("Today"), "/", "customers.view", "today", "t"),
    Place(_("Desk"), "/desk/", "desk.view", "desk", "d"),
    Place(_("Customers"), CUSTOMERS, "customers.view", "customers", "c"),
    Place(_("Measures"), "/measures/", "measures.view", "measures", "m"),
    Place(_("Touchpoints"), "/touchpoints/", "touchpoints.view", "touchpoints", "p"),
)
WORKSHOP = (
    Place(_("Imports"), "/imports/", "imports.view", "imports", "i"),
    Place(_("Settings"), "/settings/", "organisation.edit", "settings", "s"),
    Place(_("Background work"), "/settings/jobs/", "jobs.view", "settings", "b"),
)


@dataclass(frozen=True, slots=True)
class Step:
    """A place as one person sees it on one page."""

    place: Place
    title: str
    is_here: bool


def areas(request: HttpRequest, words: Words) -> list[Step]:
    """The areas of the first row that this person may see, customers under their own word."""
    return [
        replace(step, title=words.customers_capital) if step.place.address == CUSTOMERS else step
        for step in _steps(AREAS, request)
    ]


def workshop(request: HttpRequest) -> list[Step]:
    """What opens from the initials at the right; a place within another one that is shown is found there."""
    steps = _steps(WORKSHOP, request)
    return [step for step in steps if not any(_is_within(step.place, other.place) for other in steps)]


def _steps(places: tuple[Place, ...], request: HttpRequest) -> list[Step]:
    return [
        Step(place, str(place.title), _is_here(place, request.path))
        for place in places
        if _is_open(place, request)
    ]


def _is_open(place: Place, request: HttpRequest) -> bool:
    return _exists(place.address) and roles.may(request.user, place.permission)  # type: ignore[arg-type]


def _is_within(place: Place, other: Place) -> bool:
    return place is not other and place.address.startswith(other.address)


def _is_here(place: Place, path: str) -> bool:
    return path == "/" if place.address == "/" else path.startswith(place.address)


@cache
def _exists(address: str) -> bool:
    return bool(is_valid_path(address))
