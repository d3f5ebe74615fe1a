from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from django.db import connection
from django.db.models import Count, Exists, F, OuterRef, Q, Sum
from django.db.models.functions import Coalesce

from rapport.filters.compiler import queries as compiler
from rapport.filters.compiler.rules import Around, Choice, Condition
from rapport.kernel.refusals import NotFound
from rapport.service.clocks.models import Clock, ClockSet
from rapport.service.desk import queries as desk
from rapport.service.desk.models import Case
from rapport.service.desk.queries import After, Page, View
from rapport.service.desk.queries.listing import PAGE
from rapport.service.views import rules
from rapport.service.views.models import CaseTally, SavedView
from rapport.staff.roles.rules import Reach

ALIKE = ("queue_id", "department", "owner_id", "channel", "kind", "is_waiting", "is_snoozed")
_BOXES: dict[str, Q] = {
    "waiting": Q(is_waiting=True, is_snoozed=False),
    "open": Q(kind__in=("new", "ours", "theirs", "third"), is_snoozed=False),
    "unassigned": Q(kind__in=("new", "ours", "theirs", "third"), is_snoozed=False, owner_id=0),
    "theirs": Q(kind="theirs"),
    "third": Q(kind="third"),
    "snoozed": Q(kind__in=("new", "ours", "theirs", "third"), is_snoozed=True),
    "done": Q(kind="done"),
    "junk": Q(kind="junk"),
}
"""Of each list of the desk, what its tallies are."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A list of the desk as somebody wants it: which, and narrowed by what. `staff_id` is who "me" is."""

    box: str
    choice: Choice
    staff_id: int | None = None

    @property
    def is_counted(self) -> bool:
        return self.box in _BOXES and rules.is_counted(self.choice)


def chosen(box: str, asked: Mapping[str, str], *, staff_id: int | None) -> Chosen:
    """A list narrowed by what was asked; refuses what cannot be."""
    return Chosen(desk.known_view(box), rules.read(asked, Around()), staff_id)


def of_saved(view: SavedView, *, staff_id: int | None) -> Chosen:
    """What a saved view asks for, of whoever looks."""
    return chosen(view.box, view.asked, staff_id=staff_id)


def saved_views(*, staff_id: int | None, reach: Reach) -> list[SavedView]:
    """The views that somebody can choose from: their own, then what is shared with them, by name."""
    found = SavedView.objects.seen_by(reach).of(staff_id).open()
    return list(found.order_by(F("staff").asc(nulls_last=True), "name", "id")[: 2 * rules.MOST_VIEWS])


def saved_view(number: int, *, staff_id: int | None, reach: Reach) -> SavedView:
    """One of them."""
    found = SavedView.objects.seen_by(reach).of(staff_id).open().filter(pk=number).first()
    if found is None:
        raise NotFound("There is no such view.", field="view", value=number)
    return found


def counts(wanted: Sequence[Chosen], *, reach: Reach) -> list[int | None]:
    """How many cases within reach each list has, of all at once and from tallies alone; None: it is not counted."""
    sums = {
        f"n{place}": Sum("cases", filter=_tallied(one)) for place, one in enumerate(wanted) if one.is_counted
    }
    found = CaseTally.objects.seen_by(reach).aggregate(**sums) if sums else {}
    return [(found[f"n{place}"] or 0) if one.is_counted else None for place, one in enumerate(wanted)]


def page(
    one: Chosen,
    *,
    reach: Reach,
    at: datetime,
    zone: tzinfo,
    after: After | None = None,
    limit: int = PAGE,
) -> Page:
    """A page of such a list. Where the tallies say that there is nothing, nothing is looked for."""
    if one.choice.conditions and one.is_counted and counts([one], reach=reach) == [0]:
        return Page((), None)
    also = Q()
    for condition in one.choice.conditions:
        also &= _holds(condition, one.staff_id, at, zone)
    return desk.cases(View(name=one.box, also=also), reach=reach, after=after, limit=limit)


def _tallied(one: Chosen) -> Q:
    wanted = _BOXES[one.box]
    for condition in one.choice.conditions:
        column = rules.TALLY_COLUMNS[condition.field.name]
        value = _owner(condition.value, one.staff_id) or 0 if column == "owner_id" else condition.value
        wanted &= Q((f"{column}__in" if condition.operator == "among" else column, value))
    return wanted


def _holds(condition: Condition, staff_id: int | None, at: datetime, zone: tzinfo) -> Q:
    match condition.field.name:
        case "owner":
            return Q(owner_id=_owner(condition.value, staff_id))
        case "waits":
            return Q(waiting_since__lte=at - timedelta(minutes=min(condition.value, 5_000_000)))
        case "clock":
            return Q(Exists(_clocks(condition.value)))
        case _:
            return compiler.where([condition], zone=zone)


def _owner(value: str, staff_id: int | None) -> int | None:
    if value == rules.NOBODY:
        return None
    return (staff_id or -1) if value == rules.ME else int(value)


def _clocks(state: str) -> ClockSet:
    running = Clock.objects.unfinished().filter(case=OuterRef("pk"))
    if state == "breached":
        return running.filter(breached_at__isnull=False)
    return running.filter(breached_at=None, warned_at__isnull=False)


def miscounted() -> int:
    """How many tallies differ from a recount of all cases; 0 is right. Reads every case."""
    kept = {
        tuple(one[:-1]): one[-1] for one in CaseTally.objects.exclude(cases=0).values_list(*ALIKE, "cases")
    }
    return len(set(kept.items()) ^ set(recounted().items()))


def recounted() -> dict[tuple[object, ...], int]:
    """What the tallies should be, from every case."""
    rows = (
        Case.objects.standing()
        .order_by()
        .annotate(
            whose=Coalesce("owner_id", 0),
            waits=Q(waiting_since__isnull=False),
            sleeps=Q(snoozed_until__isnull=False),
        )
        .values_list("queue_id", "department", "whose", "channel", "kind", "waits", "sleeps")
        .annotate(n=Count("id"))
    )
    return {(*one[:5], bool(one[5]), bool(one[6])): one[7] for one in rows}


def triggers_stand() -> bool:
    """Whether what keeps the tallies is in the database."""
    name = "tgname FROM pg_trigger" if connection.vendor == "postgresql" else "name FROM sqlite_master"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {name}")
        return {"case_tally_in", "case_tally_changed"} <= {row[0] for row in cursor.fetchall()}
