"""Many cases that are chosen in the list: what is offered for them, and whether it can be taken back."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.translation import gettext as _

KEPT = "desk-undo"


@dataclass(frozen=True, slots=True)
class Offer:
    """Something that can be done with all that is chosen."""

    name: str
    verb: str


def offers() -> list[Offer]:
    """What can be done with many at once."""
    return [
        Offer("take", _("Take them")),
        Offer("close", _("Close")),
        Offer("follow", _("Tell me of them")),
        Offer("junk", _("Junk")),
    ]


def can_be_undone(request: HttpRequest) -> bool:
    """Whether the list was just come back to from an act that can be taken back."""
    return bool(request.GET.get("done")) and bool(request.session.get(KEPT))
