"""Telling the router that there may be something to hand out: somebody waits for anybody, or somebody has room."""

from datetime import datetime

from django.apps import apps

from rapport.jobs.queue import commands as jobs
from rapport.service.desk.models import Case
from rapport.service.desk.rules import WAITING_KINDS

HAND_OUT = "routing.hand_out"


def after(case: Case, *, at: datetime) -> None:
    """A case changed: have the router look if it waits for anybody, or leaves whoever has it with room."""
    is_at_work = case.kind in WAITING_KINDS and case.snoozed_until is None
    waits_for_anybody = is_at_work and case.owner_id is None and case.waiting_since is not None
    if waits_for_anybody or (case.owner_id is not None and not is_at_work):
        look(at=at)


def look(*, at: datetime) -> None:
    """Have the router look, in a job after this commit; many askings at once are one look.

    Whoever asks holds the writers' lock and the router takes it before it reads, so a look that is going on when
    something changes has either seen the change or is over. The look of each minute makes up for what may still be
    missed inside one batch of jobs. Where nothing is handed out, none is asked.
    """
    queues = apps.get_model("service", "Queue").objects
    if queues.filter(is_push=True, closed_at=None).exists():
        jobs.enqueue(HAND_OUT, {}, at=at, key=HAND_OUT)
