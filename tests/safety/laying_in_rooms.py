"""Lays the corpus of hostile texts into what stands around the desk: queues, teams, ready answers, views, notices."""

from datetime import datetime
from typing import Any

_MOST = 40
"""Of each thing: more views nobody may keep."""


def lay(payloads: list[str], ada: Any, at: datetime) -> None:
    """One of each thing for every payload, and cases in the queues so that boards and reports name them."""
    from rapport.service.desk import commands as desk
    from rapport.service.desk.models import Case

    queues = [_room(number, payload, ada, at) for number, payload in enumerate(payloads[:_MOST])]
    colleague = _colleague()
    for case, queue, why in zip(Case.objects.order_by("id"), queues, payloads, strict=False):
        desk.transfer(case.pk, queue, by=colleague, at=at, why=why, owner_id=ada.pk)


def addresses() -> list[str]:
    """Where it is shown."""
    from rapport.service.desk.models import Macro
    from rapport.service.routing.models import Queue
    from rapport.service.views.models import SavedView
    from rapport.staff.roles.models import Team

    found = ["/desk/team/", "/desk/notices/", "/desk/notices/bell/", "/desk/views/", "/desk/views/new/",
             "/desk/reports/?by=queue", "/desk/reports/?by=team", "/settings/routing/",
             "/settings/routing/queues/new/", "/settings/ready-answers/", "/settings/departments/"]  # fmt: skip
    for address, model in (
        ("/settings/routing/queues/{}/", Queue),
        ("/settings/ready-answers/{}/", Macro),
        ("/desk/views/{}/", SavedView),
        ("/settings/teams/{}/", Team),
    ):
        found += [address.format(number) for number in model.objects.values_list("id", flat=True)[:_MOST:6]]
    return found


def _room(number: int, payload: str, ada: Any, at: datetime) -> int:
    from rapport.service.desk import commands as desk
    from rapport.service.desk.commands import NewMacro
    from rapport.service.routing import commands as routing
    from rapport.service.routing.commands import QueueDescription
    from rapport.service.views import commands as views
    from rapport.service.views.commands import NewView
    from rapport.staff.departments import commands as departments
    from rapport.staff.departments.commands import Described

    name = f"{number} {payload}"
    department = departments.add_department(name[:60], by=ada, at=at)
    departments.add_team(Described(name[:60], department.pk, [ada.pk]), by=ada, at=at)
    skill = routing.add_skill(name[:60], by=ada, at=at).pk
    plain = payload.replace("{", "(")
    desk.add_macro(NewMacro(name=name[:60], text=plain), by=ada, at=at)
    views.keep_view(NewView(name=name[:60], box="open", asked={}, is_shared=number % 2 == 0), by=ada, at=at)
    return routing.add_queue(QueueDescription(name=name[:60], needs=[skill]), by=ada, at=at).pk


def _colleague() -> Any:
    """Who hands Ada her cases: of what she takes herself she is not told."""
    from rapport.staff.people.models import StaffMember

    return StaffMember.objects.filter(role="agent", is_active=True).earliest("id")
