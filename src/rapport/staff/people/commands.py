from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from rapport.kernel.refusals import Refusal
from rapport.staff.audit import commands as audit
from rapport.staff.people.models import StaffMember
from rapport.staff.roles.rules import ROLES, Actor, require


class BadStaffMember(Refusal):
    """Something about a new member of staff that cannot be."""


@dataclass(frozen=True, slots=True)
class NewStaffMember:
    """Who joins: address, password (None: cannot sign in), role, and where they work."""

    email: str
    password: str | None
    role: str
    name: str = ""
    department: str = ""


@transaction.atomic
def create(new: NewStaffMember, *, by: Actor, at: datetime) -> StaffMember:
    """Add a member of staff."""
    require(by, "people.edit")
    email = new.email.strip().lower()
    _check(new, email)
    member = StaffMember.objects.create_user(
        email, new.password, name=new.name.strip(), role=new.role, department=new.department, joined_at=at
    )
    audit.record("people.create", by=by, subject=f"staff:{member.pk}", at=at, detail={"role": new.role})
    return member


def _check(new: NewStaffMember, email: str) -> None:
    if new.role not in ROLES:
        raise BadStaffMember(
            f"'{new.role}' is not a role; the roles are {', '.join(ROLES)}.", field="role", value=new.role
        )
    try:
        validate_email(email)
    except ValidationError as error:
        raise BadStaffMember(f"'{email}' is not an e-mail address.", field="email", value=email) from error
    if StaffMember.objects.filter(email=email).exists():
        raise BadStaffMember(f"{email} is a member of staff already.", field="email", value=email)
    if new.password is not None:
        try:
            validate_password(new.password)
        except ValidationError as error:
            raise BadStaffMember(" ".join(error.messages), field="password") from error
