"""Puts the made-up company into a data folder of its own: once, however often it is asked for."""

import gc
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path

from django.db import transaction

from rapport.customers.directory import queries as directory
from rapport.customers.likeness import commands as likeness
from rapport.interactions.log import commands as log
from rapport.interactions.log import queries as logged
from rapport.interactions.touchpoints import commands as touchpoints
from rapport.interactions.touchpoints import queries as touchpoint_queries
from rapport.kernel.refusals import Refusal
from rapport.simulation import company, histories
from rapport.simulation import plan as plans
from rapport.simulation.company import Register
from rapport.simulation.plan import Plan
from rapport.simulation.telling import Told
from rapport.simulation.truths import TruthFile
from rapport.staff.organisation import commands as organisations
from rapport.staff.organisation import queries as organisation
from rapport.staff.people import commands as people
from rapport.staff.people import queries as staff
from rapport.staff.roles.rules import System

EMAIL, PASSWORD = "champion@wrenfield.example", "ten-walks-for-winter"
"""The login of the made-up company. Printed, and known to everybody: nothing real may lie beside it."""
PLAN_FILE = "simulated-company.json"
AT_ONCE = 20_000
"""Interactions in one transaction."""
NEWEST_SECONDS, MOST_NEWEST = 36 * 3600, 50_000
"""What happened last is written last, in order of time, so that the end of the log reads as of today."""

Progress = Callable[[int], None]
"""Told how many customers are done."""


class HoldsRealData(Refusal):
    """The data folder belongs to an organisation that is not made up."""


class HoldsAnotherCompany(Refusal):
    """The data folder holds a made-up company of another size, length or seed."""


@dataclass(frozen=True, slots=True)
class Written:
    """What the data folder holds now."""

    interactions: int
    customers: int
    truths: Path


def planned(folder: Path, wish: Plan) -> Plan:
    """The wish, or the plan begun in this folder: a second call goes on where the first ended."""
    kept = folder / PLAN_FILE
    if not kept.exists():
        return wish
    held = json.loads(kept.read_text(encoding="utf-8"))
    found = Plan(held["customers"], held["years"], held["seed"], datetime.fromisoformat(held["ends_at"]))
    if (found.customers, found.years, found.seed) != (wish.customers, wish.years, wish.seed):
        raise HoldsAnotherCompany(
            f"{folder} holds a made-up company of {found.customers} customers over {found.years:g} years (seed"
            f" {found.seed}). Ask for that one, or name another folder in RAPPORT_HOME.",
            field="customers",
            value=wish.customers,
        )
    return found


def refuse_real_data() -> None:
    """Refuse unless the record is empty or belongs to a made-up organisation."""
    held = organisation.current()
    is_begun = staff.anybody_yet() or logged.count() > 0
    if held.is_simulated if held else not is_begun:
        return
    name = held.name if held else "somebody"
    raise HoldsRealData(
        f"The record of {name} is here. The made-up company needs a folder of its own: set RAPPORT_HOME.",
        field="organisation",
        value=name,
    )


def write(plan: Plan, folder: Path, *, at: datetime, progress: Progress) -> Written:
    """Make the company, or what is missing of it, and lay likely doubles before a person."""
    refuse_real_data()
    _remember(plan, folder, finished=0)
    register = _establish(at)
    sources = [log.ensure_source(name, at=at) for name in company.SOURCES]
    newest: list[Told] = []
    with TruthFile(folder, plan) as truths, _without_collector():
        for block in histories.blocks(plan, register):
            truths.add(block.told, block.truths)
            fresh_from = plan.ends_at.timestamp() - NEWEST_SECONDS
            newest += (one for one in block.told if one.moment >= fresh_from)
            _record([one for one in block.told if one.moment < fresh_from], sources, at)
            if len(newest) > MOST_NEWEST:
                _record(newest, sources, at)
                newest = []
            progress(truths.customers)
            del block
            gc.collect()
        _record(sorted(newest, key=lambda one: one.moment), sources, at)
        path = truths.finish()
    log.catch_up()
    likeness.propose(by=System(), at=at)
    written = Written(logged.count(), directory.count(), path)
    _remember(plan, folder, finished=written.interactions)
    return written


def is_finished(folder: Path) -> bool:
    """Whether the company planned in this folder is whole in the record."""
    kept = folder / PLAN_FILE
    finished = json.loads(kept.read_text(encoding="utf-8"))["interactions"] if kept.exists() else 0
    return 0 < finished <= logged.count()


def _remember(plan: Plan, folder: Path, *, finished: int) -> None:
    held = {
        "customers": plan.customers,
        "years": plan.years,
        "seed": plan.seed,
        "ends_at": plan.ends_at.isoformat(),
        "interactions": finished,
    }
    (folder / PLAN_FILE).write_text(json.dumps(held), encoding="utf-8")


@transaction.atomic
def _establish(at: datetime) -> Register:
    """The organisation, its staff and its touchpoints, as far as they do not exist."""
    if organisation.current() is None:
        settings = organisations.Settings(
            name=plans.NAME, time_zone=plans.ZONE.key, currency=plans.CURRENCY, is_simulated=True
        )
        organisations.set_up(settings, by=System(), at=at)
    _employ(people.NewStaffMember(EMAIL, PASSWORD, "admin", "Robin Wren", company.SERVICE), at)
    held = {touchpoint.name: touchpoint.pk for touchpoint in touchpoint_queries.by_department()}
    for place in company.PLACES:
        if place.name not in held:
            described = touchpoints.Description(place.name, place.department, place.channel, place.note)
            held[place.name] = touchpoints.add(described, by=System(), at=at).pk
    hired = [
        _employ(people.NewStaffMember(one.email, None, "agent", one.name, one.department), at)
        for one in company.colleagues()
    ]
    return Register(tuple(held[place.name] for place in company.PLACES), tuple(hired))


def _employ(new: people.NewStaffMember, at: datetime) -> int:
    found = staff.by_email(new.email) or people.create(new, by=System(), at=at)
    return found.pk


def _record(told: list[Told], sources: list[int], at: datetime) -> None:
    for start in range(0, len(told), AT_ONCE):
        part = told[start : start + AT_ONCE]
        log.record(
            [
                log.Batch(sources[source], [one.entry for one in run], at)
                for source, run in groupby(part, key=lambda one: one.source)
            ]
        )


@contextmanager
def _without_collector() -> Iterator[None]:
    """Looking for cycles among the values of a block costs a third of the time: it is done between blocks."""
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.unfreeze()
