from django.db.models import QuerySet

from rapport.interactions.touchpoints.models import Touchpoint
from rapport.kernel.refusals import NotFound


def by_department() -> QuerySet[Touchpoint]:
    """Every touchpoint in the order of a page: departments by name, open ones first, then by name."""
    return Touchpoint.objects.order_by("department", "closed_at", "name", "id")


def touchpoint(touchpoint_id: int) -> Touchpoint:
    """The touchpoint with this number."""
    found = Touchpoint.objects.filter(pk=touchpoint_id).first()
    if found is None:
        raise NotFound("There is no such touchpoint.", field="touchpoint", value=touchpoint_id)
    return found


def departments() -> list[str]:
    """The departments that own a touchpoint, by name."""
    return list(Touchpoint.objects.order_by("department").values_list("department", flat=True).distinct())
