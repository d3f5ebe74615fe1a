from dataclasses import asdict, dataclass, replace
from datetime import datetime

from django.db import transaction

from rapport.interactions.touchpoints.models import Touchpoint
from rapport.kernel.channels import CHANNELS
from rapport.kernel.refusals import NotFound, Refusal
from rapport.staff.audit import commands as audit
from rapport.staff.departments import commands as departments
from rapport.staff.roles.queries import reach
from rapport.staff.roles.rules import Actor, require

LONGEST = {"name": 120, "department": 80, "note": 300}


class BadTouchpoint(Refusal):
    """A touchpoint that cannot be as described."""


class TouchpointClosed(Refusal):
    """A closed touchpoint is history; it is opened again before it is changed."""


@dataclass(frozen=True, slots=True)
class Description:
    """What a touchpoint is called, whose it is, and on which channel it lies."""

    name: str
    department: str
    channel: str
    note: str = ""

    def tidied(self) -> "Description":
        return Description(self.name.strip(), self.department.strip(), self.channel, self.note.strip())


@transaction.atomic
def add(description: Description, *, by: Actor, at: datetime) -> Touchpoint:
    """Add a place where customers and we meet."""
    require(by, "touchpoints.edit")
    tidy = description.tidied()
    _check(tidy)
    tidy = replace(tidy, department=departments.settle_name(tidy.department, by=by, at=at))
    touchpoint = Touchpoint.objects.create(**asdict(tidy))
    audit.record("touchpoints.add", by=by, subject=f"touchpoint:{touchpoint.pk}", at=at, detail=asdict(tidy))
    return touchpoint


@transaction.atomic
def change(touchpoint_id: int, description: Description, *, by: Actor, at: datetime) -> Touchpoint:
    """Describe a touchpoint anew; what happened there stays with it."""
    require(by, "touchpoints.edit")
    touchpoint = _locked(touchpoint_id, by)
    if touchpoint.closed_at:
        raise TouchpointClosed(
            f"{touchpoint.name} is closed. Open it again to change it.", value=touchpoint_id
        )
    tidy = description.tidied()
    _check(tidy, but=touchpoint_id)
    if tidy.department != touchpoint.department:
        tidy = replace(tidy, department=departments.settle_name(tidy.department, by=by, at=at))
    for field, value in asdict(tidy).items():
        setattr(touchpoint, field, value)
    touchpoint.save()
    audit.record(
        "touchpoints.change", by=by, subject=f"touchpoint:{touchpoint_id}", at=at, detail=asdict(tidy)
    )
    return touchpoint


@transaction.atomic
def close(touchpoint_id: int, *, by: Actor, at: datetime) -> Touchpoint:
    """Close a touchpoint: nothing new is expected there, and its history stays."""
    require(by, "touchpoints.edit")
    touchpoint = _locked(touchpoint_id, by)
    if touchpoint.closed_at:
        raise TouchpointClosed(f"{touchpoint.name} is closed already.", value=touchpoint_id)
    touchpoint.closed_at = at
    touchpoint.save(update_fields=["closed_at"])
    audit.record("touchpoints.close", by=by, subject=f"touchpoint:{touchpoint_id}", at=at)
    return touchpoint


@transaction.atomic
def reopen(touchpoint_id: int, *, by: Actor, at: datetime) -> Touchpoint:
    """Open a closed touchpoint again; an open one stays as it is."""
    require(by, "touchpoints.edit")
    touchpoint = _locked(touchpoint_id, by)
    if touchpoint.closed_at:
        touchpoint.closed_at = None
        touchpoint.save(update_fields=["closed_at"])
        audit.record("touchpoints.reopen", by=by, subject=f"touchpoint:{touchpoint_id}", at=at)
    return touchpoint


def _locked(touchpoint_id: int, by: Actor) -> Touchpoint:
    within = Touchpoint.objects.seen_by(reach(by))
    touchpoint = within.select_for_update().filter(pk=touchpoint_id).first()
    if touchpoint is None:
        raise NotFound("There is no such touchpoint.", field="touchpoint", value=touchpoint_id)
    return touchpoint


def _check(description: Description, *, but: int = 0) -> None:
    if description.channel not in CHANNELS:
        raise BadTouchpoint(
            f"'{description.channel}' is not a channel.", field="channel", value=description.channel
        )
    for field, longest in LONGEST.items():
        value = getattr(description, field)
        if len(value) > longest:
            raise BadTouchpoint(f"At most {longest} characters fit here.", field=field, value=value)
        if not value and field != "note":
            raise BadTouchpoint("This cannot be empty.", field=field, value=value)
    if Touchpoint.objects.filter(name=description.name).exclude(pk=but).exists():
        raise BadTouchpoint(
            f"There is a touchpoint called {description.name} already.", field="name", value=description.name
        )
