"""Using a ready answer: its words go into the box behind those that stand there, and what it does is done."""

from django.http import HttpRequest
from django.utils import timezone

from rapport.service.desk import commands as desk
from rapport.service.desk import queries
from rapport.web.access import actor, reach
from rapport.web.desk import asked, composing
from rapport.web.desk.acting import act, case_page


@act
def ready(request: HttpRequest, pk: int) -> str:
    """Put the words of a ready answer into the box, and do what it does."""
    now, who = timezone.now(), actor(request)
    number = asked.number(request, "macro")
    draft = composing.keep(request, pk, "reply", composing.way_of(request, pk), at=now)
    if words := queries.rendered(number, pk, who, reach=reach(request)):
        before = draft.content.get("text", "").rstrip()
        text = f"{before}\n\n{words}" if before else words
        desk.save_draft(pk, "reply", {**draft.content, "text": text}, version=0, by=who, at=now)
    desk.run_macro(pk, number, by=who, at=now)
    return case_page(pk, "#words")
