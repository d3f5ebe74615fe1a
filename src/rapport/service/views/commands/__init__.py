"""Keeping and putting away views; counting the tallies anew."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from rapport.customers.directory import commands as directory
from rapport.filters.compiler.rules import Around
from rapport.kernel.refusals import NotAllowed, NotFound, Refusal
from rapport.kernel.text import storable
from rapport.service.views import queries, rules
from rapport.service.views.models import CaseTally, SavedView
from rapport.staff.audit import commands as audit
from rapport.staff.roles import queries as roles
from rapport.staff.roles.rules import Actor, Colleague, may, require


class BadView(Refusal):
    """A view that cannot be kept as described."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewView:
    """A view to keep. `is_shared`: for everybody of the department ("": of all), else for whoever keeps it alone."""

    name: str
    box: str
    asked: Mapping[str, str]
    is_shared: bool = False
    department: str = ""


@transaction.atomic
def keep_view(new: NewView, *, by: Actor, at: datetime) -> SavedView:
    """Keep a view under a name."""
    require(by, "desk.view")
    view = SavedView(made_at=at, made_by=by.audit_name[:200])
    _describe(view, new, by)
    theirs = SavedView.objects.open().filter(staff=view.staff_id)
    if theirs.count() >= rules.MOST_VIEWS:
        raise BadView(f"There are {rules.MOST_VIEWS} views already.", field="name", value=new.name)
    _save(view)
    audit.record("desk.keep_view", by=by, subject=f"view:{view.pk}", at=at, detail={"name": view.name})
    return view


@transaction.atomic
def change_view(view_id: int, new: NewView, *, by: Actor, at: datetime) -> SavedView:
    """Let a view ask for something else, or be called otherwise."""
    view = _own(view_id, by)
    _describe(view, new, by)
    _save(view)
    audit.record("desk.change_view", by=by, subject=f"view:{view.pk}", at=at, detail={"name": view.name})
    return view


@transaction.atomic
def close_view(view_id: int, *, by: Actor, at: datetime) -> None:
    """Put a view away."""
    view = _own(view_id, by)
    view.closed_at = at
    view.save(update_fields=["closed_at"])
    audit.record("desk.close_view", by=by, subject=f"view:{view.pk}", at=at, detail={"name": view.name})


@transaction.atomic
def count_anew() -> int:
    """Write the tallies anew from every case; how many were wrong. Nothing else changes cases meanwhile."""
    directory.lock_writers()
    wrong = queries.miscounted()
    CaseTally.objects.all().delete()
    CaseTally.objects.bulk_create(
        CaseTally(**dict(zip(queries.ALIKE, alike, strict=True)), cases=cases)
        for alike, cases in queries.recounted().items()
    )
    return wrong


def _describe(view: SavedView, new: NewView, by: Actor) -> None:
    name = storable(new.name.strip())
    if not 0 < len(name) <= rules.LONGEST_NAME:
        raise BadView(f"A name has 1 to {rules.LONGEST_NAME} characters.", field="name", value=new.name)
    if new.box not in rules.BOXES:
        raise BadView(f"'{new.box}' is not a list of the desk.", field="box", value=new.box)
    if new.is_shared and not (may(by, "desk.edit") and roles.reach(by).covers("desk.edit", new.department)):
        raise NotAllowed("Only who leads the desk shares a view.", field="is_shared", value="yes")
    if not new.is_shared and not isinstance(by, Colleague):
        raise BadView("A view of one's own is for a member of staff.", field="is_shared", value="no")
    view.name, view.box = name, new.box
    view.asked = rules.kept(rules.read(new.asked, Around()))
    view.staff_id = None if new.is_shared else by.pk  # type: ignore[attr-defined]
    view.department = new.department if new.is_shared else ""


def _own(view_id: int, by: Actor) -> SavedView:
    require(by, "desk.view")
    staff_id = by.pk if isinstance(by, Colleague) else None
    found = SavedView.objects.select_for_update().seen_by(roles.reach(by)).of(staff_id).open()
    view = found.filter(pk=view_id).first()
    if view is None:
        raise NotFound("There is no such view.", field="view", value=view_id)
    if view.staff_id is None and not may(by, "desk.edit"):
        raise NotAllowed("Only who leads the desk changes a shared view.", field="view", value=view_id)
    return view


def _save(view: SavedView) -> None:
    try:
        with transaction.atomic():
            view.save()
    except IntegrityError as error:
        raise BadView(
            f"There is a view called '{view.name}' already.", field="name", value=view.name
        ) from error
