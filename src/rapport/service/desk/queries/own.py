"""What belongs to one member of staff: drafts, what they were told, how they want to be told, their macros."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from rapport.customers.finding import queries as customers
from rapport.kernel.refusals import NotFound
from rapport.service.desk.models import Case, Draft, Macro, Notification, NotificationChoice
from rapport.service.desk.models.telling import NOTIFICATION_KINDS
from rapport.service.desk.queries.listing import After
from rapport.service.desk.queries.showing import row
from rapport.service.desk.rules.wording import filled
from rapport.staff.organisation import queries as organisation
from rapport.staff.people import queries as people
from rapport.staff.roles import queries as roles
from rapport.staff.roles.rules import EVERYTHING, PERMISSIONS, Reach

MOST = 50


@dataclass(frozen=True, slots=True)
class Choice:
    """How somebody is told of one kind of thing."""

    kind: str
    title: str
    on_screen: bool
    by_mail: bool


def draft(case_id: int, staff_id: int, kind: str = "reply") -> Draft | None:
    """What somebody began to write in a case and did not send."""
    root = Case.objects.filter(pk=case_id).values_list("merged_into_id", flat=True).first() or case_id
    cases = Q(case_id=root) | Q(case__merged_into_id=root)
    unsent = Draft.objects.filter(cases, staff_id=staff_id, kind=kind, sent_at=None, dropped_at=None)
    return unsent.order_by("-saved_at", "-id").first()


def drafts(staff_id: int, *, limit: int = MOST) -> list[Draft]:
    """Everything somebody began to write and did not send, the newest first."""
    unsent = Draft.objects.filter(staff_id=staff_id, sent_at=None, dropped_at=None)
    return list(unsent.select_related("case").order_by("-saved_at", "-id")[:limit])


def notifications(
    staff_id: int, *, reach: Reach, unseen_only: bool = False, after: After | None = None, limit: int = MOST
) -> tuple[list[Notification], After | None]:
    """What somebody was told on screen, the newest first, of cases that they may still see; and where to go on."""
    found = Notification.objects.filter(
        staff_id=staff_id, on_screen=True, case__in=Case.objects.seen_by(reach)
    )
    if unseen_only:
        found = found.filter(seen_at=None)
    if after is not None:
        found = found.filter(at__lte=after.at).filter(Q(at__lt=after.at) | Q(id__lt=after.id))
    rows = list(found.select_related("case__identifier").order_by("-at", "-id")[: limit + 1])
    last = rows[limit - 1] if len(rows) > limit else None
    return rows[:limit], After(last.at, last.pk) if last else None


def unseen(staff_id: int) -> int:
    """How many things somebody was told and has not seen; counted up to a hundred."""
    return Notification.objects.filter(staff_id=staff_id, on_screen=True, seen_at=None)[:100].count()


def choices(staff_id: int) -> list[Choice]:
    """How somebody is told of each kind of thing."""
    made = {one.kind: one for one in NotificationChoice.objects.filter(staff_id=staff_id)}
    return [
        Choice(kind, title, made[kind].on_screen, made[kind].by_mail)
        if kind in made
        else Choice(kind, title, on_screen=True, by_mail=False)
        for kind, title in NOTIFICATION_KINDS.items()
    ]


def macros(staff_id: int | None, *, reach: Reach) -> list[Macro]:
    """The macros that somebody may use, by name: everybody's of their departments, and their own."""
    found = Macro.objects.seen_by(reach).open().filter(Q(staff=None) | Q(staff_id=staff_id))
    return list(found.order_by("name", "id"))


def rendered(macro_id: int, case_id: int, staff: Any | None, *, reach: Reach) -> str:
    """The text of a macro for a case, its merge tags filled with what is known; an unknown one stays as it stands."""
    found = next(
        (one for one in macros(staff.pk if staff else None, reach=reach) if one.pk == macro_id), None
    )
    if found is None:
        raise NotFound("There is no such macro.", field="macro", value=macro_id)
    return filled(found.text, tags(row(case_id, reach=reach), staff))


def tags(case: Case, staff: Any | None) -> dict[str, str]:
    """The values of the merge tags for a case and whoever answers; what is not known is left out."""
    customer_id = case.identifier.customer_id
    house = organisation.current()
    customer = customers.names([customer_id]).get(customer_id, "")
    agent = staff.name if staff else ""
    values = {
        "customer.name": customer,
        "customer.first_name": customer.partition(" ")[0],
        "case.number": str(case.pk),
        "case.subject": case.subject,
        "case.state": case.state.customer_word,
        "agent.name": agent,
        "agent.first_name": agent.partition(" ")[0],
        "organisation.name": house.name if house else "",
    }
    return {name: value for name, value in values.items() if value}


def colleagues(department: str = "", *, search: str = "", limit: int = MOST) -> list[Any]:
    """Who may be given a case of the department: active, at work at the desk, and it is within their reach; by name."""
    found = (
        people.active_named(search, reach=EVERYTHING, limit=500)
        if search
        else list(people.active(reach=EVERYTHING)[:500])
    )
    at_desk = [one for one in found if one.role in PERMISSIONS["desk.work"]]
    return [one for one in at_desk if roles.reach(one).covers("desk.work", department)][:limit]
