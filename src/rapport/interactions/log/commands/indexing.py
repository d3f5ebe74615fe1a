"""What of the log can be searched for: the words of interactions, laid into the index as the log grows.

What is said through channels of our own is found as the message itself (`channels/threads`), and not once more here.
"""

from collections.abc import Iterable
from itertools import takewhile

from django.db import transaction
from django.db.models import Max, QuerySet

from rapport.customers.directory import commands as directory
from rapport.customers.directory.commands import writing
from rapport.interactions.log.commands import following
from rapport.interactions.log.models import Interaction, LogCursor, ShelvedTouchpoint
from rapport.interactions.touchpoints.models import Touchpoint
from rapport.search.index import commands as search
from rapport.search.index.rules import Document

READER = "search"
KIND = "interaction"
PERMISSION = "interactions.view"
SPOKEN = {"kind": "message", "source__name": "Rapport"}
"""Rows that stand for a message which the index holds."""
STEP = 5_000
"""Rows laid in under the writers' lock at once: short enough for those who wait to record."""

STEPS_AT_ONCE = 2
"""Whoever follows the log is called about once a second: at most so many steps, some tenths of it."""

Words = tuple[int, str, str, int | None]


def index_new() -> int:
    """Bring the index nearer to the end of the log, and to the departments as they are; how many rows were read.

    A flood of interactions comes first: the index lags then, and catches up when it is over.
    """
    read = sum(takewhile(bool, (_step() for _ in range(STEPS_AT_ONCE))))
    return read + _follow_departments()


@transaction.atomic
def _step() -> int:
    directory.lock_writers()
    departments = _departments()
    return following.advance(
        READER,
        lambda rows: search.put(KIND, _documents(_with_words(rows), departments), are_new=True),
        step=STEP,
    )


def _with_words(rows: QuerySet[Interaction]) -> Iterable[Words]:
    worded = rows.exclude(subject="", text="").exclude(**SPOKEN).order_by("id")
    return worded.values_list("id", "subject", "text", "touchpoint_id")


def _documents(rows: Iterable[Words], departments: dict[int, str]) -> list[Document]:
    return [
        Document(one, f"{subject} {text}", PERMISSION, departments.get(touchpoint_id or 0, ""))
        for one, subject, text, touchpoint_id in rows
    ]


def _departments() -> dict[int, str]:
    """The department of each touchpoint; one that is new is noted as it is."""
    now = dict(Touchpoint.objects.values_list("id", "department"))
    shelved = dict(ShelvedTouchpoint.objects.values_list("touchpoint_id", "department"))
    ShelvedTouchpoint.objects.bulk_create(
        ShelvedTouchpoint(touchpoint_id=one, department=department)
        for one, department in now.items()
        if one not in shelved
    )
    return now | shelved


def _follow_departments() -> int:
    """Lay anew what happened at touchpoints that went over to another department; how many rows were read."""
    moved = [
        shelved
        for shelved in ShelvedTouchpoint.objects.select_related("touchpoint").order_by("touchpoint_id")
        if shelved.department != shelved.touchpoint.department
    ]
    return sum(_move(shelved) for shelved in moved)


def _move(shelved: ShelvedTouchpoint) -> int:
    """Lay anew what happened there, stretch by stretch; with the last stretch, new rows go to the new department."""
    begin, is_done = 0, False
    while not is_done:
        with transaction.atomic():
            directory.lock_writers()
            is_done = _move_stretch(shelved, begin, begin + following.STEP)
        begin += following.STEP
    return begin


def _move_stretch(shelved: ShelvedTouchpoint, above: int, upto: int) -> bool:
    department = shelved.touchpoint.department
    at_touchpoint = Interaction.objects.filter(touchpoint_id=shelved.touchpoint_id)
    rows = _with_words(at_touchpoint.filter(id__gt=above, id__lte=upto))
    search.put(KIND, _documents(rows, {shelved.touchpoint_id: department}))
    if is_last := upto >= (Interaction.objects.aggregate(newest=Max("id"))["newest"] or 0):
        ShelvedTouchpoint.objects.filter(pk=shelved.pk).update(department=department)
    return is_last


def leave(rows: QuerySet[Interaction]) -> None:
    """Take these rows out of the index, in the transaction in which they leave the log."""
    worded = rows.exclude(subject="", text="").order_by().values_list("id", flat=True)
    for ids in writing.chunks(worded.iterator(), STEP):
        search.remove(KIND, ids)


def index_anew() -> None:
    """Begin again at the first row; the index has been emptied."""
    LogCursor.objects.filter(reader=READER).delete()
    ShelvedTouchpoint.objects.all().delete()
    while index_new():
        pass
