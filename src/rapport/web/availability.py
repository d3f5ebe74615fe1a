"""Whether one is there: the control that stands in the frame of every page of the desk."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from rapport.service.routing import commands as routing
from rapport.staff.roles.rules import may

DESK = "/desk/"


@dataclass(frozen=True, slots=True)
class Control:
    """What one is, in a word, and what one press makes of it."""

    staff_id: int
    state: str
    title: str
    press_for: str
    verb: str
    is_taken_for_gone: bool


def control(request: HttpRequest) -> Control | None:
    """The control for whoever works at the desk, on its pages alone; a page that is open is a sign of its reader."""
    if not request.path.startswith(DESK) or not may(request.user, "desk.work"):  # type: ignore[arg-type]
        return None
    staff_id = int(request.user.pk or 0)
    seat = routing.sign(staff_id, at=timezone.now())
    state = seat.availability if seat else "off"
    titles = {"available": _("Available"), "away": _("Away"), "off": _("Off")}
    press_for = "away" if state == "available" else "available"
    verbs = {"away": _("Press to be away"), "available": _("Press to be available")}
    return Control(
        staff_id, state, titles[state], press_for, verbs[press_for], bool(seat and seat.is_by_itself)
    )
