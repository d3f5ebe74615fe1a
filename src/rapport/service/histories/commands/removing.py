"""Taking back the cases that an import brought, together with the import."""

from collections.abc import Sequence
from datetime import datetime
from itertools import islice

from django.db import transaction
from django.db.models import ProtectedError

from rapport.channels.contact import commands as contact
from rapport.customers.directory import commands as directory
from rapport.interactions.log import queries as log
from rapport.live.events import commands as live
from rapport.live.events.rules import News
from rapport.service.clocks import commands as clocks
from rapport.service.desk.commands import changing, removing
from rapport.service.desk.models import Case, Filing
from rapport.service.desk.rules import PERMISSION
from rapport.service.histories.commands import laying
from rapport.service.histories.commands.bringing import AT_ONCE
from rapport.service.histories.commands.reading import Account, Gathered, Log
from rapport.service.histories.models import History, HistoryQueue, HistoryRun
from rapport.staff.roles.rules import Actor, require


@transaction.atomic
def take_back(import_id: int, mapping: str, *, by: Actor, at: datetime) -> int:
    """Remove what an import told of cases; how many cases are gone. Before its rows leave the log.

    A case that other imports told of too is told again from those. One in which something was said here stays.
    """
    require(by, "imports.take_back")
    run = HistoryRun.objects.select_for_update().filter(import_run=import_id, taken_back_at=None).first()
    if run is None:
        return 0
    directory.lock_writers()
    told, gone = Log(mapping), 0
    gathered = told.gathered(log.brought_by(import_id))
    while some := list(islice(gathered, AT_ONCE)):
        gone += _take_some(told, some, at=at)
    _close_queues(told.mapping.source)
    run.taken_back_at = run.done_at = at
    run.save(update_fields=["taken_back_at", "done_at"])
    live.tell([News("desk", PERMISSION)], at=at)
    return gone


def _take_some(told: Log, some: Sequence[Gathered], *, at: datetime) -> int:
    numbers = [one.number for one in some]
    taken = {row.id for one in some for row in one.rows}
    source = told.mapping.source
    known = list(History.objects.filter(source=source, number__in=numbers).select_related("case"))
    talked_about = set(
        Filing.objects.filter(case__in=[one.case_id for one in known]).values_list("case_id", flat=True)
    )
    gone: list[Case] = []
    again: list[tuple[History, Account]] = []
    for history in known:
        left = [row for row in history.rows if row not in taken]
        if len(left) == len(history.rows) or history.case_id in talked_about:
            continue
        if left:
            again.append((history, told.account(history.number, log.rows(left))))
        else:
            gone.append(history.case)
    laying.lay_anew(source, again, at=at)
    _remove(gone)
    return len(gone)


def _remove(cases: Sequence[Case]) -> None:
    ids = [case.pk for case in cases]
    contact.forget_pauses([case.identifier_id for case in cases], [changing.name_of(case) for case in cases])
    clocks.forget_past(ids)
    removing.remove(ids)


def _close_queues(source: str) -> None:
    """Remove the queues that stood for places of the other desk and that nothing refers to any more."""
    for one in HistoryQueue.objects.filter(source=source).select_related("queue"):
        if not Case.objects.filter(queue_id=one.queue_id).exists():
            try:
                with transaction.atomic():
                    one.queue.delete()
            except ProtectedError:
                continue
