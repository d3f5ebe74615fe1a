"""What a lead does with calendars. Each change is a version of its own; running clocks follow it."""

from datetime import datetime

from django.db import transaction

from rapport.jobs.queue import commands as jobs
from rapport.kernel.refusals import NotFound, Refusal
from rapport.service.clocks import queries
from rapport.service.clocks.commands.turning import JOB
from rapport.service.clocks.models import Calendar, CalendarVersion, PolicyVersion
from rapport.service.clocks.rules.choosing import checked_aims
from rapport.service.clocks.rules.hours import LONGEST_NAME, Hours, checked, kept
from rapport.staff.audit import commands as audit
from rapport.staff.roles.rules import Actor, require


class BadCalendar(Refusal):
    """A calendar that cannot be called so, or is still gone by."""


@transaction.atomic
def add_calendar(name: str, hours: Hours, *, by: Actor, at: datetime) -> Calendar:
    """Write down hours under a name."""
    require(by, "clocks.edit")
    calendar = Calendar.objects.create(name=_free_name(name, but=0))
    _add_version(calendar, 1, checked(hours), by, at)
    _record("add", calendar, by, at)
    return calendar


@transaction.atomic
def change_calendar(calendar_id: int, name: str, hours: Hours, *, by: Actor, at: datetime) -> Calendar:
    """Write the hours down anew, with a holiday more; clocks that run by them run on by the new ones."""
    require(by, "clocks.edit")
    calendar, tidy = _locked(calendar_id), checked(hours)
    calendar.name = _free_name(name, but=calendar.pk)
    calendar.save(update_fields=["name"])
    version = queries.calendar(calendar.pk)
    if version.hours != kept(tidy):
        for policy in PolicyVersion.objects.filter(
            calendar=calendar, replaced_at=None, policy__retired_at=None
        ):
            checked_aims(queries.aims_of(policy), [tidy])
        CalendarVersion.objects.filter(pk=version.pk).update(replaced_at=at)
        _add_version(calendar, version.number + 1, tidy, by, at)
        jobs.enqueue(JOB, {}, at=at)
    _record("change", calendar, by, at)
    return calendar


@transaction.atomic
def close_calendar(calendar_id: int, *, by: Actor, at: datetime) -> Calendar:
    """Take a calendar off the list, once no policy goes by it; clocks that run by it run on."""
    require(by, "clocks.edit")
    calendar = _locked(calendar_id)
    users = PolicyVersion.objects.filter(calendar=calendar, replaced_at=None, policy__retired_at=None)
    if (user := users.select_related("policy").order_by("id").first()) is not None:
        raise BadCalendar(f"The policy {user.policy.name} goes by it.", field="calendar", value=calendar_id)
    calendar.closed_at = at
    calendar.save(update_fields=["closed_at"])
    _record("close", calendar, by, at)
    return calendar


def _locked(calendar_id: int) -> Calendar:
    found = Calendar.objects.select_for_update().filter(pk=calendar_id, closed_at=None).first()
    if found is None:
        raise NotFound("There is no such calendar.", field="calendar", value=calendar_id)
    return found


def _free_name(name: str, *, but: int) -> str:
    tidy = " ".join(name.split())
    if not tidy or len(tidy) > LONGEST_NAME:
        raise BadCalendar(f"A name has 1 to {LONGEST_NAME} characters.", field="name", value=tidy)
    if Calendar.objects.filter(name=tidy, closed_at=None).exclude(pk=but).exists():
        raise BadCalendar(f"There is a calendar called {tidy} already.", field="name", value=tidy)
    return tidy


def _add_version(calendar: Calendar, number: int, tidy: Hours, by: Actor, at: datetime) -> None:
    CalendarVersion.objects.create(
        calendar=calendar, number=number, hours=kept(tidy), made_at=at, made_by=by.audit_name[:200]
    )


def _record(act: str, calendar: Calendar, by: Actor, at: datetime) -> None:
    audit.record(
        f"calendars.{act}", by=by, subject=f"calendar:{calendar.pk}", at=at, detail={"name": calendar.name}
    )
