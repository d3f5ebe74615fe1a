"""Messages to choose from, each in a line."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest
from django.utils.translation import gettext as _

from rapport.service.desk.queries import Line

LONGEST = 160
MOST = 500


@dataclass(frozen=True, slots=True)
class Choice:
    """A message that can be chosen."""

    id: int
    who: str
    at: datetime
    words: str
    files: int
    is_chosen: bool


def lines(request: HttpRequest, said: Iterable[Line]) -> list[Choice]:
    """Each message in a line; those that the address or the form names are chosen."""
    named = set(chosen(request))
    return [
        Choice(
            id=one.said.id,
            who=one.said.staff_name or one.said.author_name or one.said.author_address or _("the customer"),
            at=one.said.at,
            words=" ".join(one.said.text.split())[:LONGEST],
            files=len(one.said.attachments),
            is_chosen=one.said.id in named,
        )
        for one in said
    ]


def chosen(request: HttpRequest) -> list[int]:
    """The numbers of the messages that a form or an address names."""
    given = request.POST.getlist("message") or request.GET.getlist("message")
    return [int(one) for one in given[:MOST] if one.isascii() and one.isdigit() and len(one) < 16]
