"""The box in which an answer or a note is written, and what is kept of it while it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from rapport.channels.threads.rules import NewAttachment, Recipient
from rapport.service.desk import commands as desk
from rapport.service.desk import queries
from rapport.service.desk.commands import NewFile
from rapport.service.desk.queries import Shown
from rapport.web.access import actor, reach
from rapport.web.desk import later
from rapport.web.desk.ways import Way, chosen, kept_way, ways

if TYPE_CHECKING:
    from rapport.service.desk.models import Draft


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A file that goes with what is being written."""

    number: int
    name: str
    bytes: int


def composer(request: HttpRequest, shown: Shown) -> dict[str, Any]:
    """What the box needs: for an answer, or for a note if the address asks for one."""
    case, staff_id = shown.case, actor(request).pk  # type: ignore[attr-defined]
    is_note = request.GET.get("as") == "note"
    kind = "note" if is_note else "reply"
    draft = queries.draft(case.pk, staff_id, kind)
    content = draft.content if draft else {}
    offered = [] if is_note else ways(shown, reach(request))
    held = shown.held
    address = reverse("desk:case", args=[case.pk])
    return {
        "is_note": is_note,
        "kind": kind,
        "url": reverse("desk:notes" if is_note else "desk:answers", args=[case.pk]),
        "draft_url": reverse("desk:draft", args=[case.pk]),
        "files_url": reverse("desk:enclosing", args=[case.pk]),
        "answer_url": address,
        "note_url": f"{address}?as=note",
        "text": content.get("text", ""),
        "way": kept_way(content, offered),
        "ways": offered,
        "enclosed": enclosed(draft),
        "due_at": draft.due_at if draft else None,
        "later": later.choices(timezone.localtime()),
        "later_verb": _("Send later"),
        "schedule_url": reverse("desk:scheduling", args=[case.pk]),
        "unschedule_url": reverse("desk:unscheduling", args=[case.pk]),
        "macro_url": reverse("desk:ready", args=[case.pk]),
        "macros_page": reverse("ready-answers"),
        "macros": [] if is_note else queries.macros(staff_id, reach=reach(request)),
        "held_by": held.name if held and held.staff_id != staff_id and not is_note else "",
        "placeholder": _("What colleagues should know. @name tells them.")
        if is_note
        else _("Write the answer."),
    }


def enclosed(draft: "Draft | None") -> list[Enclosed]:
    """The files that lie in a draft."""
    kept = draft.content.get("files", []) if draft else []
    return [Enclosed(one[0], one[1], one[3]) for one in kept]


def files_of(draft: "Draft") -> tuple[NewAttachment, ...]:
    """The files of a draft as they go with a message."""
    return tuple(NewAttachment(*one) for one in draft.content.get("files", ()))


def kind_of(request: HttpRequest) -> str:
    """Whether a form speaks of a note or of an answer."""
    return "note" if request.POST.get("kind") == "note" else "reply"


def way_of(request: HttpRequest, pk: int) -> Way | None:
    """The way that a form names; whose address it leads to is looked up, never taken from the form."""
    value = request.POST.get("way", "")
    if not value:
        return None
    shown = queries.case(pk, reach=reach(request), at=timezone.now())
    return chosen(shown, reach(request), value)


def keep(request: HttpRequest, pk: int, kind: str, way: Way | None, *, at: datetime) -> "Draft":
    """Keep what a form holds as one's draft, with the files that it brings; so a refusal costs nothing."""
    content: dict[str, Any] = {"text": request.POST.get("text", "")}
    if way is not None:
        content |= {"endpoint_id": way.endpoint_id, "recipients": _kept(way.recipient)}
    draft = desk.save_draft(pk, kind, content, version=0, by=actor(request), at=at)
    if brought := request.FILES.getlist("files"):
        given = [NewFile(one.name or "", one.size or 0, one.chunks()) for one in brought]
        return desk.enclose(pk, kind, given, by=actor(request), at=at)
    return draft


def _kept(recipient: Recipient | None) -> Sequence[Sequence[Any]]:
    if recipient is None:
        return []
    return [[recipient.address, recipient.role, recipient.name, recipient.identifier_id]]
