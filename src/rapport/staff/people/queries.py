from django.db.models import QuerySet

from rapport.kernel.refusals import NotFound
from rapport.staff.people.models import StaffMember


def everybody() -> QuerySet[StaffMember]:
    """All members of staff, active first, by name."""
    return StaffMember.objects.order_by("-is_active", "name", "id")


def by_email(email: str) -> StaffMember | None:
    """The member of staff with this address, if there is one."""
    return StaffMember.objects.filter(email=email.strip().lower()).first()


def member(member_id: int) -> StaffMember:
    """The member of staff with this number."""
    found = StaffMember.objects.filter(pk=member_id).first()
    if found is None:
        raise NotFound("There is no such member of staff.", field="member", value=member_id)
    return found


def anybody_yet() -> bool:
    """Whether somebody can sign in at all: false only before the first run."""
    return StaffMember.objects.exists()
