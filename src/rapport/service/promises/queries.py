from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from rapport.kernel.refusals import Refusal
from rapport.service.promises.models import Promise, PromiseSet
from rapport.staff.roles.rules import Reach

PAGE = 50
LONGEST_NUMBER = 18


class BadPlace(Refusal):
    """A place in the list that no page gave."""


def open_promises(identifier_ids: Sequence[int], *, reach: Reach) -> list[Promise]:
    """What a customer, known by these identifiers, was promised and has not got yet; the first due in front."""
    return list(_whole(reach).open().filter(identifier__in=identifier_ids).due_first())


def of_cases(case_ids: Sequence[int], *, reach: Reach) -> dict[int, list[Promise]]:
    """What was promised in each of these cases, settled or not; the first due in front."""
    found: dict[int, list[Promise]] = {one: [] for one in case_ids}
    for promise in _whole(reach).filter(case__in=case_ids).due_first():
        assert promise.case_id is not None
        found[promise.case_id].append(promise)
    return found


@dataclass(frozen=True, slots=True)
class Page:
    """Some promises, and the mark to ask for those after them ("": that was all)."""

    promises: list[Promise]
    more: str


def open_page(*, reach: Reach, after: str = "", limit: int = PAGE) -> Page:
    """Everything promised that is still to be done, within reach; the first due in front."""
    found = _whole(reach).open().due_first()
    if after:
        due_at, number = _place(after)
        found = found.filter(due_at__gte=due_at).exclude(due_at=due_at, id__lte=number)
    rows = list(found[: limit + 1])
    more = f"{rows[limit - 1].due_at.isoformat()}~{rows[limit - 1].pk}" if len(rows) > limit else ""
    return Page(rows[:limit], more)


def _place(after: str) -> tuple[datetime, int]:
    moment, _, number = after.partition("~")
    try:
        due_at = datetime.fromisoformat(moment)
    except ValueError as error:
        raise BadPlace("No page of this list ends there.", field="after", value=after[:80]) from error
    if due_at.tzinfo is None or not number.isdecimal() or len(number) > LONGEST_NUMBER:
        raise BadPlace("No page of this list ends there.", field="after", value=after[:80])
    return due_at, int(number)


def _whole(reach: Reach) -> PromiseSet:
    return Promise.objects.seen_by(reach).select_related("case", "identifier", "made_by")
