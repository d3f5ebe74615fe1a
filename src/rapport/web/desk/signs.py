"""Signs of whoever has a case before them: that they are there, that they write, how far they have read."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from rapport.channels.chat import commands as chat
from rapport.service.desk import commands as desk
from rapport.service.desk import queries
from rapport.staff.roles.rules import may
from rapport.web.access import actor, allowed, reach
from rapport.web.desk import asked


@require_POST
@allowed("desk.view")
def signs(request: HttpRequest, pk: int) -> HttpResponse:
    """Be there, or (`gone`) no more. Who chats sees that an answer is being written, and how far was read."""
    now, who = timezone.now(), actor(request)
    if request.POST.get("gone"):
        desk.go_away(pk, by=who, at=now)
        return HttpResponse(status=204)
    is_writing = bool(request.POST.get("writing"))
    desk.be_present(pk, is_writing=is_writing, by=who, at=now)
    desk.see(pk, by=who, at=now)
    case = queries.row(pk, reach=reach(request))
    if case.channel == "chat" and case.thread_id and may(who, "desk.work"):
        seen = min(asked.number(request, "seen"), case.last_word_id or 0)
        chat.read_by_us(case.thread_id, seen, by=who, at=now)
        if is_writing:
            chat.answer_typed(case.thread_id, by=who, at=now)
    return HttpResponse(status=204)
