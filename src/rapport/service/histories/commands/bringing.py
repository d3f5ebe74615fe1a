"""Bringing in the cases that the log of an import tells of, some hundreds at a time; a run that died goes on."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice

from django.db import transaction

from rapport.customers.directory import commands as directory
from rapport.customers.directory.rules import Claim, Sighting
from rapport.interactions.log import queries as log
from rapport.kernel.crashing import reach
from rapport.kernel.refusals import Refusal
from rapport.live.events import commands as live
from rapport.live.events.rules import News
from rapport.service.desk.rules import PERMISSION
from rapport.service.histories.commands import laying
from rapport.service.histories.commands.reading import Account, Gathered, Log
from rapport.service.histories.models import History, HistoryRun
from rapport.service.histories.rules import BadLine
from rapport.staff.audit import commands as audit
from rapport.staff.roles.rules import Actor, require

AT_ONCE = 250
"""Cases of one transaction."""
MOST_FAULTS = 200
"""Cases that could not be told of which the run keeps what was wrong; all are counted."""


class StoppedEarly(Refusal):
    """The run was asked to stop before it was done; it goes on where it was."""


def bring_in(
    import_id: int,
    mapping: str,
    *,
    by: Actor,
    clock: Callable[[], datetime],
    should_stop: Callable[[], bool] = lambda: False,
) -> HistoryRun:
    """Tell the cases of an import from what it brought to the log; what is told already stays as it is.

    Nobody is told of it and nothing is sent: it happened long ago, at another desk.
    """
    require(by, "imports.run")
    run, _ = HistoryRun.objects.get_or_create(import_run_id=import_id, defaults={"begun_at": clock()})
    if run.done_at is not None:
        return run
    told = Log(mapping)
    gathered = told.gathered(log.brought_by(import_id, above=run.upto))
    while some := list(islice(gathered, AT_ONCE)):
        _bring_some(run, told, some, at=clock())
        reach("histories.brought_some")
        if should_stop():
            raise StoppedEarly("The cases are brought in later.", field="import", value=import_id)
    _close(run, by=by, at=clock())
    return run


@transaction.atomic
def _bring_some(run: HistoryRun, told: Log, some: Sequence[Gathered], *, at: datetime) -> None:
    directory.lock_writers()
    source = told.mapping.source
    known = _known(source, [one.number for one in some])
    figures = Counter[str](run.figures)
    fresh: list[Account] = []
    changed: list[tuple[History, Account]] = []
    for account, history in _accounts(run, told, some, known, figures):
        _count(figures, account, history)
        if history is None:
            fresh.append(account)
        else:
            changed.append((history, account))
    figures["cases"] += len(fresh)
    figures["cases_continued"] += len(changed)
    fresh = _named(fresh, source, run.import_run_id, figures, at)
    laying.lay(source, fresh, subject=told.subject, at=at)
    laying.lay_anew(source, changed, at=at)
    run.figures, run.upto = dict(figures), some[-1].rows[-1].id
    run.save(update_fields=["figures", "faults", "upto"])


def _known(source: str, numbers: Sequence[str]) -> dict[str, History]:
    found = History.objects.filter(source=source, number__in=numbers).select_related("case")
    return {one.number: one for one in found}


def _accounts(
    run: HistoryRun, told: Log, some: Sequence[Gathered], known: dict[str, History], figures: Counter[str]
) -> Iterator[tuple[Account, History | None]]:
    """What is to be laid down; what cannot be told is counted, what somebody works on here is left alone."""
    busy = laying.worked_on([one.case_id for one in known.values()])
    for one in some:
        history = known.get(one.number)
        if history and {row.id for row in one.rows} <= set(history.rows):
            continue
        if history and history.case_id in busy:
            figures["cases_left_alone"] += 1
            continue
        earlier = log.rows(history.rows) if history else []
        try:
            yield told.account(one.number, [*earlier, *one.rows]), history
        except BadLine as bad:
            figures["cases_not_told"] += 1
            if len(run.faults) < MOST_FAULTS:
                run.faults.append([one.number, bad.field, bad.value])


def _named(
    accounts: list[Account], source: str, import_id: int, figures: Counter[str], at: datetime
) -> list[Account]:
    """The same accounts; a case of nobody in particular is whose it is, known by the number of the case alone."""
    nobodys = [place for place, one in enumerate(accounts) if one.identifier_id is None]
    claims = [Claim("external", f"{source} {accounts[place].number}:unnamed") for place in nobodys]
    seen = directory.observe([Sighting((one,), at, source) for one in claims], batch=import_id)
    for place, found in zip(nobodys, seen, strict=True):
        accounts[place] = replace(accounts[place], identifier_id=found.identifier_id)
    figures["nobody_named"] += len(nobodys)
    return accounts


def _count(figures: Counter[str], one: Account, before: History | None) -> None:
    """Add what this case brings; of one that was known, what it brings beyond that."""
    last, differs = one.last, before.differs if before else {}
    figures["lines"] += len(one.lines) - (len(before.rows) if before else 0)
    figures["transfers"] += last.transfers - (before.transfers if before else 0)
    figures["reopenings"] += last.reopenings - (before.reopenings if before else 0)
    for name, times in one.told.differs.items():
        figures[name] += times - differs.get(name, 0)
    if before is None and last.in_time is not None:
        figures["in_time" if last.in_time else "too_late"] += 1


@transaction.atomic
def _close(run: HistoryRun, *, by: Actor, at: datetime) -> None:
    run.done_at = at
    run.save(update_fields=["done_at"])
    subject = f"import:{run.import_run_id}"
    audit.record("desk.bring_in", by=by, subject=subject, at=at, detail=run.figures)
    live.tell([News("desk", PERMISSION), News("import", "imports.view")], at=at)
