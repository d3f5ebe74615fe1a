"""Canned answers and macros: kept by those who lead the desk for everybody, and by each for themselves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from rapport.kernel.refusals import NotFound, Refusal
from rapport.service.desk.commands import changing, doing
from rapport.service.desk.models import Macro
from rapport.service.desk.rules.acts import LONGEST_TEXT
from rapport.service.desk.rules.wording import unknown_tags
from rapport.staff.audit import commands as audit
from rapport.staff.roles import queries as roles
from rapport.staff.roles.rules import Actor, require

LONGEST_NAME = 80
MOST_ACTS = 10


class BadMacro(Refusal):
    """A macro that cannot be as described."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMacro:
    """What a macro is called, says and does. `is_own`: for its maker alone; else for everybody of the department."""

    name: str
    text: str = ""
    acts: Sequence[Mapping[str, Any]] = field(default=())
    department: str = ""
    is_own: bool = False


@transaction.atomic
def add_macro(new: NewMacro, *, by: Actor, at: datetime) -> Macro:
    """Keep a macro for oneself, or for everybody who sees its department."""
    require(by, "desk.work" if new.is_own else "desk.edit")
    macro = Macro(
        made_at=at, made_by=by.audit_name[:200], staff_id=changing.staff_id(by) if new.is_own else None
    )
    _describe(macro, new, by)
    audit.record("desk.add_macro", by=by, subject=f"macro:{macro.pk}", at=at, detail={"name": macro.name})
    return macro


@transaction.atomic
def change_macro(macro_id: int, new: NewMacro, *, by: Actor, at: datetime) -> Macro:
    """Say anew what a macro is called, says and does; whose it is stays."""
    macro = _held(macro_id, by)
    _describe(macro, new, by)
    audit.record("desk.change_macro", by=by, subject=f"macro:{macro.pk}", at=at, detail={"name": macro.name})
    return macro


@transaction.atomic
def close_macro(macro_id: int, *, by: Actor, at: datetime) -> None:
    """Take a macro off the list."""
    macro = _held(macro_id, by)
    macro.closed_at = at
    macro.save(update_fields=["closed_at"])
    audit.record("desk.close_macro", by=by, subject=f"macro:{macro.pk}", at=at)


@transaction.atomic
def run_macro(case_id: int, macro_id: int, *, by: Actor, at: datetime) -> None:
    """Do all acts of a macro to a case, or none. Its text is put before whoever answers, and is not sent by this."""
    require(by, "desk.work")
    macro = Macro.objects.seen_by(roles.reach(by)).open().filter(pk=macro_id).first()
    if macro is None or macro.staff_id not in {None, changing.staff_id(by)}:
        raise NotFound("There is no such macro.", field="macro", value=macro_id)
    for one in macro.acts:
        doing.do(case_id, one["act"], one, by=by, at=at)
    audit.record("desk.run_macro", by=by, subject=f"case:{case_id}", at=at, detail={"macro": macro_id})


def _held(macro_id: int, by: Actor) -> Macro:
    macro = Macro.objects.seen_by(roles.reach(by)).open().select_for_update().filter(pk=macro_id).first()
    if macro is None or macro.staff_id not in {None, changing.staff_id(by)}:
        raise NotFound("There is no such macro.", field="macro", value=macro_id)
    require(by, "desk.work" if macro.staff_id else "desk.edit")
    return macro


def _describe(macro: Macro, new: NewMacro, by: Actor) -> None:
    macro.name, macro.text = " ".join(new.name.split()), new.text.strip()
    macro.acts, macro.department = [dict(one) for one in new.acts], new.department
    if not 0 < len(macro.name) <= LONGEST_NAME:
        raise BadMacro(f"A name of 1 to {LONGEST_NAME} characters is needed.", field="name", value=new.name)
    if len(macro.text) > LONGEST_TEXT or len(macro.acts) > MOST_ACTS or not (macro.text or macro.acts):
        raise BadMacro(f"A text, or up to {MOST_ACTS} acts, or both.", field="text", value=len(macro.text))
    if unknown := unknown_tags(macro.text):
        raise BadMacro(f"'{unknown[0]}' is no merge tag.", field="text", value=unknown[0])
    if not roles.reach(by).covers("desk.view", macro.department):
        raise BadMacro("That department is not yours.", field="department", value=macro.department)
    for one in macro.acts:
        doing.check(str(one.get("act", "")), one)
    same = Macro.objects.filter(name=macro.name, closed_at=None, staff_id=macro.staff_id)
    if same.filter(department=macro.department).exclude(pk=macro.pk).exists():
        raise BadMacro(f"There is a macro called {macro.name} already.", field="name", value=macro.name)
    macro.save()
