"""Saying that one is there, and being taken for gone."""

from contextlib import suppress
from datetime import datetime

from django.db import OperationalError, transaction

from rapport.customers.directory import commands as directory
from rapport.kernel.refusals import Refusal
from rapport.live.events import commands as live
from rapport.live.events.rules import News
from rapport.service.desk.commands import handing
from rapport.service.desk.commands.changing import staff_id
from rapport.service.desk.rules import PERMISSION
from rapport.service.routing.models import Seat
from rapport.service.routing.rules.seats import AVAILABILITY, AWAY_AFTER, OFF_AFTER, SIGNS_EVERY
from rapport.staff.audit import commands as audit
from rapport.staff.roles.rules import Actor, require


class NoSeat(Refusal):
    """An availability there is not, or somebody who has no place at the desk."""


@transaction.atomic
def be(availability: str, *, by: Actor, at: datetime) -> Seat:
    """Say that one is available, away or off, on all channels; whoever comes or goes changes what is handed out."""
    require(by, "desk.work")
    staff = staff_id(by)
    if availability not in AVAILABILITY or staff is None:
        raise NoSeat("One is available, away or off.", field="availability", value=availability)
    directory.lock_writers()
    seat, is_new = Seat.objects.select_for_update(of=("self",)).get_or_create(
        staff_id=staff, defaults={"since": at, "seen_at": at}
    )
    if is_new or seat.availability != availability:
        before, seat.since = seat.availability, at
        audit.record(
            "routing.be", by=by, subject=f"staff:{staff}", at=at, detail={"from": before, "to": availability}
        )
    seat.availability, seat.is_by_itself, seat.seen_at = availability, False, at
    seat.save()
    _tell([staff], at)
    return seat


def sign(staff: int, *, at: datetime) -> Seat | None:
    """Somebody has a page of the desk open; it is kept about once a minute. Whoever was taken for gone is back.

    Nobody's page fails because the record was busy: the next sign is as good.
    """
    seat = Seat.objects.filter(staff=staff).first()
    if seat is None or at - seat.seen_at < SIGNS_EVERY:
        return seat
    with suppress(OperationalError):
        return _renew(seat, at)
    return seat


@transaction.atomic
def _renew(seat: Seat, at: datetime) -> Seat:
    directory.lock_writers()
    Seat.objects.filter(pk=seat.pk).update(seen_at=at)
    if seat.is_by_itself:
        Seat.objects.filter(pk=seat.pk).update(availability="available", is_by_itself=False, since=at)
        _tell([seat.staff_id], at)
    return Seat.objects.get(pk=seat.pk)


@transaction.atomic
def lapse_absent(*, at: datetime) -> int:
    """Take those for away, and later for off, who gave no sign for long; how many changed."""
    directory.lock_writers()
    gone = Seat.objects.exclude(availability="off").filter(seen_at__lte=at - OFF_AFTER)
    away = Seat.objects.filter(
        availability="available", seen_at__lte=at - AWAY_AFTER, seen_at__gt=at - OFF_AFTER
    )
    home, left = list(gone.values_list("pk", flat=True)), list(away.values_list("pk", flat=True))
    Seat.objects.filter(pk__in=home, availability="available").update(is_by_itself=True)
    Seat.objects.filter(pk__in=home).update(availability="off", since=at)
    Seat.objects.filter(pk__in=left).update(availability="away", since=at, is_by_itself=True)
    _tell([*home, *left], at)
    return len(home) + len(left)


def send_away(staff: int, *, at: datetime) -> None:
    """Somebody let what was handed to them lie: they are away until they say otherwise."""
    if Seat.objects.filter(pk=staff, availability="available").update(
        availability="away", since=at, is_by_itself=False
    ):
        _tell([staff], at)


def _tell(staff_ids: list[int], at: datetime) -> None:
    """Tell the screens of whoever it is and those of the team, and have the router look."""
    if staff_ids:
        topics = ["team", *(f"staff:{one}" for one in staff_ids)]
        live.tell([News(topic, PERMISSION) for topic in topics], at=at)
        handing.look(at=at)
