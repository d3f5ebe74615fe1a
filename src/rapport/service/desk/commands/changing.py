"""What every act upon a case does besides its own: hold it, note what was done, tell screens, keep it findable."""

import json
from collections.abc import Collection
from datetime import datetime
from typing import Any

from rapport.customers.directory import commands as directory
from rapport.customers.directory.commands import writing
from rapport.customers.directory.rules import Claim
from rapport.interactions.log import commands as log
from rapport.interactions.log.rules import Entry
from rapport.kernel.refusals import NotFound
from rapport.live.events import commands as live
from rapport.live.events.rules import News
from rapport.search.index import commands as search
from rapport.search.index.rules import Document
from rapport.service.clocks.rules.choosing import Matter
from rapport.service.desk.models import Case, CaseEvent, Filing
from rapport.service.desk.rules import PERMISSION, SEARCH_KIND
from rapport.staff.roles import queries as roles
from rapport.staff.roles.rules import Actor, Colleague

SOURCE = "Rapport"


def held(case_id: int, *, by: Actor) -> Case:
    """The case with this number, or what it was merged into, locked until the transaction ends; within reach only.

    Writers of the log wait for each other from here on, so that nobody locks the same things the other way round.
    """
    directory.lock_writers()
    number = _root(case_id)
    cases = Case.objects.seen_by(roles.reach(by)).select_for_update(of=("self",))
    case = cases.select_related("identifier", "state").filter(pk=number).first()
    if case is None:
        raise NotFound("There is no such case.", field="case", value=case_id)
    return case


def seen(case_id: int, *, by: Actor) -> Case:
    """The case with this number, or what it was merged into, within reach; not locked."""
    case = Case.objects.seen_by(roles.reach(by)).filter(pk=_root(case_id)).first()
    if case is None:
        raise NotFound("There is no such case.", field="case", value=case_id)
    return case


def _root(case_id: int) -> int:
    found = writing.selected("SELECT merged_into_id FROM service_case WHERE id = %s", [case_id])
    return (found[0][0] if found else None) or case_id


def name_of(case: Case) -> str:
    """Under which name other parts know the case."""
    return f"case:{case.pk}"


def staff_id(by: Actor) -> int | None:
    """The number of the colleague who acts; None for the operator, a program and Rapport itself."""
    return by.pk if isinstance(by, Colleague) else None


def file(message_id: int, case: Case, *, at: datetime, side_id: int | None = None) -> Filing:
    """Write down that this message is about this case; in a side thread of it, if one is named."""
    return Filing.objects.create(message_id=message_id, case=case, side_id=side_id, filed_at=at)


def note(case: Case, kind: str, /, *, by: Actor, at: datetime, **detail: Any) -> CaseEvent:
    """Add to the history of the case what was done to it, and by whom; it changed at that moment."""
    case.changed_at = max(case.changed_at, at)
    return CaseEvent.objects.create(
        case=case, kind=kind, at=at, by=by.audit_name[:200], staff_id=staff_id(by), detail=detail
    )


def record(event: CaseEvent, kind: str, *, text: str = "", properties: dict[str, Any] | None = None) -> None:
    """Let what was done stand in the interaction log too, as something that happened with the customer."""
    case = event.case
    entry = Entry(
        message_id=f"case:{case.pk}:{event.pk}",
        kind=kind,
        occurred_at=event.at,
        channel=case.channel,
        direction="none",
        claims=(Claim(case.identifier.kind, case.identifier.value),),
        touchpoint_id=case.touchpoint_id,
        staff_id=event.staff_id,
        text=text,
        properties=json.dumps({"case": case.pk, **(properties or {})}),
    )
    log.record([log.Batch(log.ensure_source(SOURCE, at=event.at), [entry], event.at)])


def show(case: Case, *, at: datetime, queues: Collection[int] = ()) -> None:
    """Tell the screens that show the case, its queues or the desk that something changed."""
    topics = [f"case:{case.pk}", "desk", *(f"queue:{one}" for one in {case.queue_id, *queues})]
    live.tell([News(topic, PERMISSION, case.department) for topic in topics], at=at)


def show_to(department: str, case: Case, *, queues: Collection[int], at: datetime) -> None:
    """Tell the screens of a department that the case has left it."""
    topics = [f"case:{case.pk}", "desk", *(f"queue:{one}" for one in queues)]
    live.tell([News(topic, PERMISSION, department) for topic in topics], at=at)


def lay_in(case: Case, *, is_new: bool = False) -> None:
    """Lay the words by which a case is found into the index, in place of those before."""
    search.put(SEARCH_KIND, [document(case)], are_new=is_new)


def document(case: Case) -> Document:
    """What a case is found by: its subject, its number, its outcome and what its customer is known by."""
    words = f"{case.subject} {case.pk} {case.outcome} {case.identifier.value}"
    return Document(case.pk, words, PERMISSION, case.department)


def matter(case: Case) -> Matter:
    """What the case is to the policies of clocks."""
    return Matter(case.pk, case.identifier_id, case.queue_id, "message", case.channel)


def index_anew() -> None:
    """Lay every case into the index, which has been emptied."""
    above, step = 0, 2_000
    while cases := list(Case.objects.filter(id__gt=above).select_related("identifier").order_by("id")[:step]):
        search.put(SEARCH_KIND, [document(case) for case in cases], are_new=True)
        above = cases[-1].pk
