"""What a data folder remembers of the company begun in it, and so how a second call goes on."""

import json
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from rapport.kernel.refusals import Refusal
from rapport.simulation.plan import ZONE, Plan

FILE = "simulated-company.json"
LAYOUT = 2
"""Which way of laying out lives a folder holds; one laid out otherwise cannot be gone on with."""


class HoldsAnotherCompany(Refusal):
    """The data folder holds a made-up company of another size, length or seed, or of an earlier making."""


@dataclass(frozen=True, slots=True)
class Held:
    """The plan of a folder, as far as it was finished; `interactions` is 0 until it was finished once.

    `desk_until`: so far the desk was laid out. `watched_since`: it goes on by itself since then.
    """

    plan: Plan
    interactions: int
    layout: int
    desk_until: datetime | None = None
    watched_since: datetime | None = None


def held(folder: Path) -> Held | None:
    """What the folder remembers, if a company was ever begun there."""
    found = _read(folder)
    if not found:
        return None
    plan = Plan(
        found["customers"],
        found["years"],
        found["seed"],
        datetime.fromisoformat(found["ends_at"]),
        _moment(found, "until"),
    )
    layout, desk_until = found.get("layout", 1), _moment(found, "desk_until")
    return Held(plan, found["interactions"], layout, desk_until, _moment(found, "watched_since"))


def remember(plan: Plan, folder: Path, *, interactions: int) -> None:
    """Write down which company the folder holds, and how much of it once it is finished."""
    kept = _read(folder) | {
        "customers": plan.customers,
        "years": plan.years,
        "seed": plan.seed,
        "ends_at": plan.ends_at.isoformat(),
        "until": plan.until.isoformat() if plan.until else None,
        "interactions": interactions,
        "layout": LAYOUT,
    }
    _write(folder, kept)


def remember_desk(folder: Path, until: datetime) -> None:
    """Write down that the desk was laid out up to then."""
    _write(folder, _read(folder) | {"desk_until": until.isoformat()})


def remember_watching(folder: Path, since: datetime) -> None:
    """Write down since when somebody watches: what went on for whoever watched before, ends."""
    _write(folder, _read(folder) | {"watched_since": since.isoformat()})


def _read(folder: Path) -> dict[str, Any]:
    kept = folder / FILE
    return dict(json.loads(kept.read_text(encoding="utf-8"))) if kept.exists() else {}


def _write(folder: Path, kept: dict[str, Any]) -> None:
    (folder / FILE).write_text(json.dumps(kept), encoding="utf-8")


def _moment(found: dict[str, Any], name: str) -> datetime | None:
    return datetime.fromisoformat(found[name]) if found.get(name) else None


def planned(folder: Path, wish: Plan) -> Plan:
    """The wish, or the plan begun in this folder; one that was finished on an earlier day moves on to now."""
    kept = held(folder)
    if kept is None:
        return wish
    _refuse_another(folder, kept, wish)
    return moved_on(kept.plan, wish.ends_at) if kept.interactions else kept.plan


def moved_on(plan: Plan, now: datetime) -> Plan:
    """The plan up to now, as far as its lives are laid out; within a day it stays as it is."""
    until = min(now, plan.laid_out_until)
    is_later = until.astimezone(ZONE).date() > plan.lived_until.astimezone(ZONE).date()
    return replace(plan, until=until) if is_later else plan


def _refuse_another(folder: Path, kept: Held, wish: Plan) -> None:
    found = kept.plan
    if kept.layout != LAYOUT:
        raise HoldsAnotherCompany(
            f"{folder} holds a made-up company of an earlier version. Name another folder in RAPPORT_HOME.",
            field="RAPPORT_HOME",
            value=str(folder),
        )
    if (found.customers, found.years, found.seed) != (wish.customers, wish.years, wish.seed):
        raise HoldsAnotherCompany(
            f"{folder} holds a made-up company of {found.customers} customers over {found.years:g} years (seed"
            f" {found.seed}). Ask for that one, or name another folder in RAPPORT_HOME.",
            field="customers",
            value=wish.customers,
        )
