from collections.abc import Collection

from django.db.models import Q, QuerySet

from rapport.kernel.refusals import NotFound
from rapport.staff.people.models import StaffMember
from rapport.staff.roles.rules import Reach


def everybody(*, reach: Reach) -> QuerySet[StaffMember]:
    """Members of staff, active first, by name."""
    return StaffMember.objects.seen_by(reach).order_by("-is_active", "name", "id")


def page(
    *, reach: Reach, search: str = "", after: int | None = None, limit: int = 50
) -> tuple[list[StaffMember], int | None]:
    """Those whose name or address holds the words, and the number to go on after (None: that was all)."""
    found = _named(everybody(reach=reach), search)
    if last := after and StaffMember.objects.seen_by(reach).filter(pk=after).first():
        found = found.filter(_behind(last))
    members = list(found[: limit + 1])
    return members[:limit], members[limit - 1].pk if len(members) > limit else None


def active(*, reach: Reach) -> QuerySet[StaffMember]:
    """Members of staff who can sign in, by name."""
    return everybody(reach=reach).filter(is_active=True)


def active_named(search: str, *, reach: Reach, limit: int) -> list[StaffMember]:
    """The first active ones whose name or address holds the words."""
    return list(_named(active(reach=reach), search)[:limit])


def active_among(member_ids: Collection[int], *, reach: Reach) -> list[StaffMember]:
    """Those of these members of staff who can sign in, by name."""
    return list(active(reach=reach).filter(pk__in=member_ids))


def by_email(email: str) -> StaffMember | None:
    """The member of staff with this address, if there is one."""
    return StaffMember.objects.filter(email=email.strip().lower()).first()


def member(member_id: int, *, reach: Reach) -> StaffMember:
    """The member of staff with this number."""
    found = StaffMember.objects.seen_by(reach).filter(pk=member_id).first()
    if found is None:
        raise NotFound("There is no such member of staff.", field="member", value=member_id)
    return found


def names(member_ids: Collection[int], *, reach: Reach) -> dict[int, str]:
    """What each of these members of staff is called."""
    found = StaffMember.objects.seen_by(reach).filter(pk__in=member_ids).only("name", "email")
    return {member.pk: str(member) for member in found}


def anybody_yet() -> bool:
    """Whether somebody can sign in at all: false only before the first run."""
    return StaffMember.objects.exists()


def _named(found: QuerySet[StaffMember], search: str) -> QuerySet[StaffMember]:
    words = search.strip()
    return found.filter(Q(name__icontains=words) | Q(email__icontains=words)) if words else found


def _behind(last: StaffMember) -> Q:
    same = Q(is_active=last.is_active) & (Q(name__gt=last.name) | Q(name=last.name, id__gt=last.pk))
    return same | Q(is_active=False) if last.is_active else same
