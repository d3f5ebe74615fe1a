from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from rapport.kernel.refusals import NotFound, Refusal
from rapport.staff.audit import commands as audit
from rapport.staff.departments import commands as departments
from rapport.staff.organisation import commands as organisation
from rapport.staff.people.models import StaffMember
from rapport.staff.roles.rules import ROLES, Actor, FirstRun, require


class BadStaffMember(Refusal):
    """Something about a new member of staff that cannot be."""


class AlreadyBegun(NotFound):
    """The first run is over: somebody works here."""


class LastAdministrator(Refusal):
    """Without an administrator nobody could let anybody in again."""


@dataclass(frozen=True, slots=True)
class NewStaffMember:
    """Who joins: address, password (None: cannot sign in), role, and where they work."""

    email: str
    password: str | None
    role: str
    name: str = ""
    department: str = ""


@dataclass(frozen=True, slots=True)
class Work:
    """What a member of staff is called, does, and where."""

    name: str
    role: str
    department: str


@transaction.atomic
def begin(settings: organisation.Settings, first: NewStaffMember, *, at: datetime) -> StaffMember:
    """The first run: the organisation and its first administrator, together or not at all, and only once.

    The organisation's row is written first: two first runs at the same time wait for each other there.
    """
    organisation.set_up(settings, by=FirstRun(), at=at)
    if StaffMember.objects.exists():
        raise AlreadyBegun("This installation has been set up already.")
    return create(first, by=FirstRun(), at=at)


@transaction.atomic
def create(new: NewStaffMember, *, by: Actor, at: datetime) -> StaffMember:
    """Add a member of staff."""
    require(by, "people.edit")
    email = new.email.strip().lower()
    _check(new, email)
    member = StaffMember.objects.create_user(
        email,
        new.password,
        name=new.name.strip(),
        role=new.role,
        department=departments.settle_name(new.department, by=by, at=at),
        joined_at=at,
    )
    audit.record("people.create", by=by, subject=f"staff:{member.pk}", at=at, detail={"role": new.role})
    return member


@transaction.atomic
def change(member_id: int, work: Work, *, by: Actor, at: datetime) -> StaffMember:
    """Change somebody's name, role or department."""
    require(by, "people.edit")
    member = _locked(member_id)
    _check_work(work.name, work.role, work.department)
    if work.role != "admin":
        _keep_an_administrator(member)
    member.name, member.role = work.name.strip(), work.role
    if (name := work.department.strip()) != member.department:
        member.department = departments.settle_name(name, by=by, at=at)
    member.save(update_fields=["name", "role", "department"])
    audit.record("people.change", by=by, subject=f"staff:{member.pk}", at=at, detail={"role": work.role})
    return member


@transaction.atomic
def let_go(member_id: int, *, by: Actor, at: datetime) -> StaffMember:
    """Close somebody's account: they cannot sign in any more, and what they did keeps their name."""
    require(by, "people.edit")
    member = _locked(member_id)
    _keep_an_administrator(member)
    if member.is_active:
        member.is_active = False
        member.save(update_fields=["is_active"])
        audit.record("people.let_go", by=by, subject=f"staff:{member.pk}", at=at)
    return member


@transaction.atomic
def take_back(member_id: int, *, by: Actor, at: datetime) -> StaffMember:
    """Open a closed account again."""
    require(by, "people.edit")
    member = _locked(member_id)
    if not member.is_active:
        member.is_active = True
        member.save(update_fields=["is_active"])
        audit.record("people.take_back", by=by, subject=f"staff:{member.pk}", at=at)
    return member


@transaction.atomic
def set_password(member_id: int, password: str, *, by: Actor, at: datetime) -> StaffMember:
    """Give somebody a new password; wherever they are signed in, they are signed out."""
    require(by, "people.edit")
    member = _locked(member_id)
    _check_password(password)
    member.set_password(password)
    member.save(update_fields=["password"])
    audit.record("people.set_password", by=by, subject=f"staff:{member.pk}", at=at)
    return member


@transaction.atomic
def join_single_sign_on(email: str, *, issuer: str, at: datetime) -> StaffMember:
    """From now on this member signs in through the issuer, which vouches for their address.

    The password and every session end: somebody else may have had them before the owner of the address came.
    """
    member = (
        StaffMember.objects.select_for_update().filter(email=email.strip().lower(), is_active=True).first()
    )
    if member is None:
        raise NotFound("Nobody with this address works here.", field="email", value=email)
    member.set_unusable_password()
    member.save(update_fields=["password"])
    detail = {"issuer": issuer}
    audit.record("people.single_sign_on", by=member, subject=f"staff:{member.pk}", at=at, detail=detail)
    return member


def _locked(member_id: int) -> StaffMember:
    member = StaffMember.objects.select_for_update().filter(pk=member_id).first()
    if member is None:
        raise NotFound("There is no such member of staff.", field="member", value=member_id)
    return member


def _keep_an_administrator(member: StaffMember) -> None:
    others = (
        StaffMember.objects.select_for_update().filter(role="admin", is_active=True).exclude(pk=member.pk)
    )
    if member.role == "admin" and member.is_active and not list(others.values_list("pk", flat=True)):
        raise LastAdministrator(
            f"{member} is the only administrator. Make somebody else one first.",
            field="role",
            value=member.role,
        )


def _check_work(name: str, role: str, department: str) -> None:
    if len(name) > 120:
        raise BadStaffMember("A name has at most 120 characters.", field="name", value=name)
    if len(department) > 80:
        raise BadStaffMember("A department has at most 80 characters.", field="department", value=department)
    if role not in ROLES:
        raise BadStaffMember(
            f"'{role}' is not a role; the roles are {', '.join(ROLES)}.", field="role", value=role
        )


def _check_password(password: str) -> None:
    try:
        validate_password(password)
    except ValidationError as error:
        raise BadStaffMember(" ".join(error.messages), field="password") from error


def _check(new: NewStaffMember, email: str) -> None:
    _check_work(new.name, new.role, new.department)
    try:
        validate_email(email)
    except ValidationError as error:
        raise BadStaffMember(f"'{email}' is not an e-mail address.", field="email", value=email) from error
    if StaffMember.objects.filter(email=email).exists():
        raise BadStaffMember(f"{email} is a member of staff already.", field="email", value=email)
    if new.password is not None:
        _check_password(new.password)
