"""The lists that somebody can choose from at the desk: those of the house and those they keep, with their counts."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from rapport.kernel.refusals import NotFound
from rapport.service.routing import queries as routing
from rapport.service.views import queries as views
from rapport.service.views.queries import Chosen
from rapport.web.access import actor, reach

if TYPE_CHECKING:
    from rapport.service.routing.models import Queue

TABS = ("waiting", "mine", "open", "snoozed", "done")
_UNCOUNTED = frozenset({"done"})
"""What is settled waits for nobody: how many there are is no news."""


@dataclass(frozen=True, slots=True)
class Tab:
    """One list of cases; `count`: how many there are, where that says something and is known."""

    title: str
    url: str
    is_here: bool
    count: int = 0


@dataclass(frozen=True, slots=True)
class Boxes:
    """The lists to choose from, and the chosen one."""

    name: str
    chosen: Chosen
    tabs: list[Tab]
    kept: list[Tab]
    waiting: int


def boxes(request: HttpRequest) -> Boxes:
    """The lists, and the one that the address names; two queries, and one more for a queue."""
    staff_id = actor(request).pk  # type: ignore[attr-defined]
    saved = {f"v{one.pk}": one for one in views.saved_views(staff_id=staff_id, reach=reach(request))}
    wanted = {name: _of_house(name, staff_id) for name in TABS}
    wanted |= {name: views.of_saved(one, staff_id=staff_id) for name, one in saved.items()}
    name = request.GET.get("view", "waiting")
    queue = _queue(name, request)
    if queue is not None:
        wanted[name] = views.chosen("waiting", {"queue": str(queue.pk)}, staff_id=staff_id)
    name = name if name in wanted else "waiting"
    found = views.counts(list(wanted.values()), reach=reach(request))
    counts = dict(zip(wanted, (one or 0 for one in found), strict=True))
    titles = _titles()
    own = [_tab(name, queue.name, name, counts)] if queue is not None else []
    return Boxes(
        name=name,
        chosen=wanted[name],
        tabs=[_tab(one, titles[one], name, counts) for one in TABS],
        kept=own + [_tab(one, view.name, name, counts) for one, view in saved.items()],
        waiting=counts["waiting"],
    )


def _of_house(name: str, staff_id: int) -> Chosen:
    if name == "mine":
        return views.chosen("open", {"owner": "me"}, staff_id=staff_id)
    return views.chosen(name, {}, staff_id=staff_id)


def _queue(name: str, request: HttpRequest) -> "Queue | None":
    """The queue that an address asks for by its number, as `q12`, if there is one within reach."""
    number = name.removeprefix("q")
    if number == name or not (number.isascii() and number.isdigit()):
        return None
    try:
        return routing.queue(int(number[:15]), reach=reach(request))
    except NotFound:
        return None


def of_queue(queue_id: int) -> str:
    """The address of those who wait in a queue."""
    return _address(f"q{queue_id}")


def _address(name: str) -> str:
    return reverse("desk:list") + (f"?view={name}" if name != "waiting" else "")


def _tab(name: str, title: str, here: str, counts: dict[str, int]) -> Tab:
    return Tab(title, _address(name), name == here, 0 if name in _UNCOUNTED else counts[name])


def _titles() -> dict[str, str]:
    return {
        "waiting": _("Waiting"),
        "mine": _("Mine"),
        "open": _("Open"),
        "snoozed": _("Put off"),
        "done": _("Done"),
    }
