"""What is done at the desk: one view per act, each of which goes back to the case."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from rapport.service.desk import commands as desk
from rapport.service.desk import queries as desk_queries
from rapport.service.promises import commands as promising
from rapport.service.promises.commands import NewPromise
from rapport.service.routing import commands as routing
from rapport.web.access import actor, allowed, reach
from rapport.web.desk import asked
from rapport.web.desk.acting import act, case_page


@require_POST
@allowed("desk.work")
def take_next(request: HttpRequest) -> HttpResponse:
    """Take whoever has waited longest, is nobody's, and can be served by whoever asks."""
    case = routing.take_next(by=actor(request), at=timezone.now())
    return redirect(case_page(case.pk))


@act
def closure(request: HttpRequest, pk: int) -> str:
    """The matter is settled; on to the queue."""
    outcome = request.POST.get("outcome", "")
    desk.close(pk, outcome=outcome, by=actor(request), at=timezone.now())
    return case_page(pk)


@act
def reopening(request: HttpRequest, pk: int) -> str:
    """The matter is not settled after all."""
    desk.reopen(pk, by=actor(request), at=timezone.now())
    return case_page(pk)


@act
def junk(request: HttpRequest, pk: int) -> str:
    """It is no matter of a customer."""
    desk.mark_junk(pk, by=actor(request), at=timezone.now())
    return case_page(pk)


@act
def owner(request: HttpRequest, pk: int) -> str:
    """Give the case to a colleague, to oneself, or back to the queue."""
    desk.assign(pk, asked.number(request, "owner") or None, by=actor(request), at=timezone.now())
    return case_page(pk)


@act
def taking(request: HttpRequest, pk: int) -> str:
    """Take the case oneself."""
    who = actor(request)
    desk.assign(pk, who.pk, by=who, at=timezone.now())  # type: ignore[attr-defined]
    return case_page(pk)


@act
def state(request: HttpRequest, pk: int) -> str:
    """Let it be in another of the organisation's states."""
    desk.set_state(pk, asked.number(request, "state"), by=actor(request), at=timezone.now())
    return case_page(pk)


@act
def queue(request: HttpRequest, pk: int) -> str:
    """Pass it on to another queue, with what was done and what is wanted."""
    why = request.POST.get("why", "")
    desk.transfer(pk, asked.number(request, "queue"), why=why, by=actor(request), at=timezone.now())
    return reverse("desk:list")


@act
def needs(request: HttpRequest, pk: int) -> str:
    """Say what whoever serves it must be able to do."""
    wanted = [
        int(one) for one in request.POST.getlist("needs") if one.isascii() and one.isdigit() and len(one) < 16
    ]
    desk.need(pk, wanted, by=actor(request), at=timezone.now())
    return case_page(pk)


@act
def joining(request: HttpRequest, pk: int) -> str:
    """Read it with another case of the same customer from now on."""
    into = desk.merge(pk, asked.number(request, "into"), by=actor(request), at=timezone.now())
    return case_page(into.pk, f"?joined={pk}")


@act
def parting(request: HttpRequest, pk: int) -> str:
    """Let it stand for itself again."""
    desk.unmerge(pk, by=actor(request), at=timezone.now())
    return case_page(pk)


@act
def following(request: HttpRequest, pk: int) -> str:
    """Be told of what is said in it, or no longer."""
    follow = desk.unfollow if request.POST.get("not") else desk.follow
    follow(pk, by=actor(request), at=timezone.now())
    return case_page(pk)


@act
def refusals(request: HttpRequest, pk: int) -> str:
    """We said no, because."""
    desk.mark_refusal(pk, why=request.POST.get("why", ""), by=actor(request), at=timezone.now())
    return case_page(pk)


@act
def repeats(request: HttpRequest, pk: int) -> str:
    """The customer had to tell us again what we knew."""
    desk.mark_asked_again(pk, what=request.POST.get("what", ""), by=actor(request), at=timezone.now())
    return case_page(pk)


@act
def promises(request: HttpRequest, pk: int) -> str:
    """Promise something by a time."""
    now = timezone.now()
    case = desk_queries.row(pk, reach=reach(request))
    what = request.POST.get("what", "")
    new = NewPromise(
        identifier_id=case.identifier_id, what=what, due_at=asked.until(request), case_id=case.pk
    )
    promising.make(new, by=actor(request), at=now)
    return case_page(pk)


@act
def promise_kept(request: HttpRequest, pk: int) -> str:
    """What was promised is done."""
    promising.keep(asked.number(request, "promise"), by=actor(request), at=timezone.now())
    return case_page(pk)


@act
def snooze(request: HttpRequest, pk: int) -> str:
    """Put it off; it comes back by itself, or with the customer's next word."""
    desk.snooze(pk, asked.until(request), by=actor(request), at=timezone.now())
    return case_page(pk)


@act
def waking(request: HttpRequest, pk: int) -> str:
    """Look at it now after all."""
    desk.wake(pk, by=actor(request), at=timezone.now())
    return case_page(pk)
