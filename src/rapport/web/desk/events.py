"""What was done to a case, in words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from rapport.service.desk.queries import Row
from rapport.web.desk.saying import Line

_SAID_ELSEWHERE = frozenset({"answered", "noted", "heard"})
"""Events whose message stands in the conversation itself."""


@dataclass(frozen=True, slots=True)
class Other:
    """Another case of the same customer."""

    url: str
    about: str
    state: str


def lines(history: Iterable[Any], *, since: datetime | None) -> list[Line]:
    """The events since a moment, each as a line; those whose message is shown are left out."""
    found = []
    for event in history:
        if event.kind in _SAID_ELSEWHERE or (since and event.at < since and event.kind != "opened"):
            continue
        text = sentence(event)
        if text:
            found.append(Line(key=f"e{event.pk}", at=event.at, text=text, is_event=True, message_id=event.pk))
    return found


def sentence(event: Any) -> str:
    """Who did what; empty for what need not be told."""
    if event.kind == "assigned" and event.detail.get("owner") is None:
        return _returned(event)
    what = {
        "opened": _("Case opened"),
        "closed": _("Settled"),
        "reopened": _("Opened again"),
        "state": _("State changed"),
        "assigned": _("Given to a colleague"),
        "needs": _("What it needs was changed"),
        "transferred": _("Passed on to another queue"),
        "snoozed": _("Put off"),
        "woken": _("Back from being put off"),
        "merged_here": _("Another case was joined to this one"),
        "unmerged_here": _("A case was parted from this one"),
        "moved": _("Messages were moved"),
        "moved_here": _("Messages were moved"),
        "moved_back": _("Messages were moved"),
        "split": _("A part became a case of its own"),
        "taken_back": _("An answer was taken back"),
        "refusal": _("We said no"),
        "asked_again": _("They had to tell us again"),
    }.get(event.kind, "")
    if not what:
        return ""
    return " · ".join(filter(None, (what, _elsewhere(event), _who(event))))


def _who(event: Any) -> str:
    """Who did it; at another desk, whoever that desk named."""
    if event.staff:
        return str(event.staff)
    return str(event.by) if "row" in event.detail else ""


def _elsewhere(event: Any) -> str:
    """What the log of another desk says beside it: a name of its own, or that only its counters know of it."""
    detail = event.detail
    if detail.get("not_seen"):
        return _("counted by the other desk, not shown by its lines")
    if "row" not in detail:
        return ""
    return str(detail.get("owner_name") or detail.get("name") or "")


def _returned(event: Any) -> str:
    """Back to its queue, by somebody or because nobody looked after it."""
    why = {
        "not opened in time": _("Back to the queue: it was not opened in time"),
        "nobody there": _("Back to the queue: whoever had it is not there"),
    }.get(event.detail.get("why", ""))
    what = why or _("Given back to the queue")
    return f"{what} · {event.staff}" if event.staff else what


def other_cases(rows: Sequence[Row], but: int) -> tuple[Other, ...]:
    """The customer's other cases."""
    return tuple(
        Other(
            reverse("desk:case", args=[row.case.pk]),
            row.case.subject or _("(no subject)"),
            row.case.state.name,
        )
        for row in rows
        if row.case.pk != but
    )
