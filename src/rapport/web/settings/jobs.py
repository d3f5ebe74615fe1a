"""Background work: what was given up and why, what runs, what waits; and trying again."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext
from django.views.decorators.http import require_POST

from rapport.jobs.duties import queries as duties
from rapport.jobs.queue import queries
from rapport.jobs.queue.rules import DIED
from rapport.kernel.refusals import NotFound
from rapport.staff.roles import rules as roles
from rapport.staff.upkeep import commands
from rapport.web.access import actor, allowed
from rapport.web.settings import sections

if TYPE_CHECKING:
    from rapport.jobs.queue.models import Job

TITLES = {
    "answers.tidy": gettext_noop("Forget old answers to requests sent twice"),
    "clocks.follow_calendars": gettext_noop("Let clocks follow changed working hours"),
    "contact.tidy": gettext_noop("Forget old questions whether we may write"),
    "customers.propose": gettext_noop("Look for duplicates"),
    "desk.mail_notifications": gettext_noop("Tell colleagues by mail what happened at the desk"),
    "desk.send_scheduled": gettext_noop("Send an answer at its moment"),
    "desk.wake": gettext_noop("Bring back a case that was put off"),
    "files.sweep": gettext_noop("Remove files that nobody needs any more"),
    "imports.throw_away_old": gettext_noop("Throw away old files of imports"),
    "inbound.fetch_mail": gettext_noop("Look for mail where nobody listens"),
    "chat.follow": gettext_noop("Send by mail what visitors of a chat did not read"),
    "inbound.take_in": gettext_noop("Take in what arrived"),
    "inbound.take_in_rest": gettext_noop("Take in what was left behind"),
    "interactions.import": gettext_noop("Take in a file"),
    "jobs.tidy": gettext_noop("Forget finished work"),
    "lake.measure": gettext_noop("Measure what somebody asked for"),
    "lake.refresh": gettext_noop("Bring measures up to date"),
    "log.forget_old": gettext_noop("Forget what was kept long enough"),
    "outbound.went_wrong": gettext_noop("Tell whoever answered that it did not arrive"),
    "privacy.export": gettext_noop("Gather what is known of somebody"),
    "privacy.finish": gettext_noop("Finish an erasure"),
    "privacy.scrub": gettext_noop("Wipe the traces that an erasure left in the database"),
    "routing.hand_out": gettext_noop("Give what waits to whoever has room"),
    "routing.look": gettext_noop("See who is there, and hand out what was left"),
    "simulation.scene": gettext_noop("Let something come in at the desk of the simulated company"),
    "simulation.turn": gettext_noop("Go on with a matter of the simulated company"),
    "webhooks.tidy": gettext_noop("Forget old webhook messages"),
}
"""What jobs do, in words; a task that is not here is shown by its name."""


@dataclass(frozen=True, slots=True)
class Line:
    """One job as people read it: what it does, why it failed, the traceback for who mends it."""

    job: "Job"
    title: str
    reason: str = ""
    detail: str = ""


@allowed("jobs.view")
def jobs(request: HttpRequest) -> HttpResponse:
    """What needs a person first, then what runs, then what waits."""
    now = timezone.now()
    parked = queries.parked_page(after=request.GET.get("parked", ""))
    waiting = queries.waiting_page(at=now, after=request.GET.get("waiting", ""))
    context = {
        "workers": queries.workers(at=now),
        "troubles": duties.troubles(),
        "kinds": [(task, title(task), count) for task, count in queries.parked_per_task()],
        "parked": [_line(job) for job in parked.jobs],
        "parked_more": parked.more,
        "running": [_line(job) for job in queries.running(at=now)],
        "waiting": [_line(job) for job in waiting.jobs],
        "waiting_more": waiting.more,
        "may_replay": roles.may(actor(request), "jobs.replay"),
        "now": now,
    }
    return sections.page(request, "settings/jobs.html", context)


def title(task: str) -> str:
    """What a task does, in words where we have them."""
    return _(TITLES[task]) if task in TITLES else task


def _line(job: "Job") -> Line:
    if not job.failure:
        return Line(job, title(job.task))
    if job.failure == DIED:
        return Line(
            job, title(job.task), _("It ended its worker each time: it was killed, or took too long.")
        )
    is_traceback = job.failure.startswith("Traceback")
    reason = queries.last_line(job.failure)[:300]
    return Line(job, title(job.task), reason, job.failure if is_traceback else "")


@require_POST
@allowed("jobs.replay")
def again(request: HttpRequest, job_id: int) -> HttpResponse:
    """Try one job again."""
    commands.replay(job_id, by=actor(request), at=timezone.now())
    messages.info(request, _("It waits to be tried again."))
    return redirect("jobs")


@require_POST
@allowed("jobs.replay")
def all_again(request: HttpRequest) -> HttpResponse:
    """Try every job of one kind again."""
    task = request.POST.get("task", "")
    if task not in dict(queries.parked_per_task()):
        raise NotFound(_("Nothing of this kind was given up."), field="task", value=task)
    count = commands.replay_all(task, by=actor(request), at=timezone.now())
    said = ngettext("%(n)s waits to be tried again.", "%(n)s wait to be tried again.", count)
    messages.info(request, said % {"n": count})
    return redirect("jobs")


@require_POST
@allowed("jobs.replay")
def duty_again(request: HttpRequest) -> HttpResponse:
    """Let a duty go on that was stopped."""
    commands.let_go_on(request.POST.get("duty", ""), by=actor(request), at=timezone.now())
    messages.info(request, _("It goes on."))
    return redirect("jobs")
