from django.db.models import F, QuerySet

from rapport.interactions.touchpoints.models import Touchpoint
from rapport.kernel.refusals import NotFound
from rapport.staff.roles.rules import Reach


def by_department(*, reach: Reach) -> QuerySet[Touchpoint]:
    """Touchpoints in the order of a page: departments by name, open ones first, then by name."""
    return Touchpoint.objects.seen_by(reach).order_by(
        "department", F("closed_at").asc(nulls_first=True), "name", "id"
    )


def touchpoint(touchpoint_id: int, *, reach: Reach) -> Touchpoint:
    """The touchpoint with this number; one out of reach is as absent as one that never was."""
    found = Touchpoint.objects.seen_by(reach).filter(pk=touchpoint_id).first()
    if found is None:
        raise NotFound("There is no such touchpoint.", field="touchpoint", value=touchpoint_id)
    return found
