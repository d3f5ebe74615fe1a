"""Writing down cases that another desk kept: case, acts and clocks, all in bulk."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q

from rapport.channels.contact import commands as contact
from rapport.search.index import commands as search
from rapport.service.clocks import commands as clocks
from rapport.service.clocks.commands import Past, Turn
from rapport.service.desk.commands import changing, states
from rapport.service.desk.models import Case, CaseEvent, CaseState, Filing
from rapport.service.desk.rules import SEARCH_KIND, STATE_KINDS
from rapport.service.histories.commands.reading import Account
from rapport.service.histories.models import History, HistoryQueue
from rapport.service.histories.rules import SETTLED, Act
from rapport.service.routing.models import Queue

MADE_BY_US = ~Q(detail__has_key="row")
"""Acts of ours: those that were brought say from which row of the log they are told."""
_TOLD = (
    "queue",
    "department",
    "state",
    "kind",
    "identifier",
    "opened_at",
    "changed_at",
    "closed_at",
)


def lay(source: str, accounts: Sequence[Account], *, subject: Callable[[str], str], at: datetime) -> None:
    """Write down cases that nobody has here yet."""
    places = _places(source, accounts, at)
    meanings = {kind: states.state_of(kind) for kind in STATE_KINDS}
    cases = [
        _tell(Case(subject=subject(one.number)[:300], touchpoint_id=one.touchpoint_id), one, places, meanings)
        for one in accounts
    ]
    Case.objects.bulk_create(cases)
    History.objects.bulk_create(
        _history(History(case=case, source=source, number=one.number), one)
        for case, one in zip(cases, accounts, strict=True)
    )
    search.put(SEARCH_KIND, [changing.document(case) for case in cases], are_new=True)
    _lay_acts(list(zip(cases, accounts, strict=True)), places, at)


def lay_anew(source: str, told: Sequence[tuple[History, Account]], *, at: datetime) -> None:
    """Tell cases again of which more, or less, is known now; only those that nobody worked on here."""
    if not told:
        return
    places = _places(source, [one for _, one in told], at)
    meanings = {kind: states.state_of(kind) for kind in STATE_KINDS}
    cases = [_tell(history.case, one, places, meanings) for history, one in told]
    ids = [case.pk for case in cases]
    CaseEvent.objects.filter(case__in=ids).delete()
    clocks.forget_past(ids)
    Case.objects.bulk_update(cases, _TOLD)
    History.objects.bulk_update(
        [_history(history, one) for history, one in told],
        ["rows", "transfers", "reopenings", "in_time", "differs"],
    )
    _lay_acts([(case, one) for case, (_, one) in zip(cases, told, strict=True)], places, at)


def worked_on(case_ids: Collection[int]) -> set[int]:
    """Those of the cases in which something was said or done here."""
    acted = CaseEvent.objects.filter(MADE_BY_US, case__in=case_ids).values_list("case_id", flat=True)
    said = Filing.objects.filter(case__in=case_ids).values_list("case_id", flat=True)
    return {*acted, *said}


def _tell(case: Case, one: Account, places: dict[str, Queue], meanings: dict[str, CaseState]) -> Case:
    """The case as it stands by its last line; not stored yet."""
    queue = places[one.last.place]
    case.queue, case.department = queue, queue.department
    case.enter(meanings[one.last.kind])
    case.identifier_id, case.channel = one.identifier_id or case.identifier_id, one.channel
    case.opened_at = one.told.opened_at
    case.changed_at = max(act.at for act in one.told.acts)
    case.closed_at = one.told.closed_at
    return case


def _history(history: History, one: Account) -> History:
    history.rows = [line.row for line in one.lines]
    history.transfers, history.reopenings = one.last.transfers, one.last.reopenings
    history.in_time, history.differs = one.last.in_time, dict(one.told.differs)
    return history


def _places(source: str, accounts: Sequence[Account], at: datetime) -> dict[str, Queue]:
    """The queue of every place the cases were at, made where there is none; open if something waits in it."""
    wanted = {line.place[:80] for one in accounts for line in one.lines}
    found = HistoryQueue.objects.filter(source=source, place__in=wanted).select_related("queue")
    known = {one.place: one.queue for one in found}
    fresh = [Queue(name=place, opened_at=at, closed_at=at) for place in sorted(wanted - set(known))]
    Queue.objects.bulk_create(fresh)
    HistoryQueue.objects.bulk_create(
        HistoryQueue(queue=queue, source=source, place=queue.name) for queue in fresh
    )
    known |= {queue.name: queue for queue in fresh}
    _open({known[one.last.place[:80]].pk for one in accounts if one.last.kind not in SETTLED})
    return {line.place: known[line.place[:80]] for one in accounts for line in one.lines}


def _open(queue_ids: set[int]) -> None:
    taken = Queue.objects.filter(closed_at=None).values("name")
    Queue.objects.filter(pk__in=queue_ids).exclude(closed_at=None).exclude(name__in=taken).update(
        closed_at=None
    )


def _lay_acts(cases: Sequence[tuple[Case, Account]], places: dict[str, Queue], at: datetime) -> None:
    CaseEvent.objects.bulk_create(
        CaseEvent(case=case, kind=act.kind, at=act.at, by=act.by[:200], detail=_detail(act, places))
        for case, one in cases
        for act in one.told.acts
    )
    clocks.lay_past([Past(changing.matter(case), _turns(one, places)) for case, one in cases], at=at)
    for case, _ in cases:
        if case.closed_at is None:
            contact.pause(case.identifier_id, changing.name_of(case), at=at)


def _detail(act: Act, places: dict[str, Queue]) -> dict[str, Any]:
    detail = {**act.detail, "row": act.row}
    if "place" in detail:
        detail["queue"] = places[detail.pop("place")].pk
    if "before" in detail:
        detail["before"] = places[detail["before"]].pk
    return detail


def _turns(one: Account, places: dict[str, Queue]) -> list[Turn]:
    """The way of a case as its clocks see it: a moment that lies before the one of an earlier line counts as that."""
    first = one.lines[0]
    opening = "new" if first.kind in SETTLED else first.kind
    turns = [Turn(one.told.opened_at, opening, places[first.place].pk)]
    for line in one.lines:
        turns.append(Turn(max(line.at, turns[-1].at), line.kind, places[line.place].pk))
    return turns
