"""Puts the made-up company into a data folder of its own: each thing once, however often it is asked for."""

import gc
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
from rapport.simulation import company, histories, keeping
from rapport.simulation import plan as plans
from rapport.simulation.company import Register
from rapport.simulation.desk import lately
from rapport.simulation.plan import Plan
from rapport.simulation.telling import Told
from rapport.simulation.truths import TruthFile
from rapport.staff.departments import commands as departments
from rapport.staff.organisation import commands as organisations
from rapport.staff.organisation import queries as organisation
from rapport.staff.people import commands as people
from rapport.staff.people import queries as staff
from rapport.staff.roles import queries as roles
from rapport.staff.roles.rules import EVERYTHING, System

EMAIL, PASSWORD = "champion@wrenfield.example", "ten-walks-for-winter"
"""The login of the made-up company. Printed, and known to everybody: nothing real may lie beside it."""
AT_ONCE = 20_000
"""Interactions in one transaction."""
NEWEST_SECONDS, MOST_NEWEST = 36 * 3600, 50_000
"""What happened last is written last, in order of time, so that the end of the log reads as of today."""

Progress = Callable[[int], None]
"""Told how many customers are done."""


class HoldsRealData(Refusal):
    """The data folder belongs to an organisation that is not made up."""


@dataclass(frozen=True, slots=True)
class Written:
    """What the data folder holds now."""

    interactions: int
    customers: int
    truths: Path


def refuse_real_data() -> None:
    """Refuse unless the record is empty or belongs to a made-up organisation."""
    held = organisation.current()
    is_begun = staff.anybody_yet() or logged.count(reach=EVERYTHING) > 0
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
    since = _written_until(folder)
    if since is None:
        keeping.remember(plan, folder, interactions=0)
    register = _establish(at)
    sources = [log.ensure_source(name, at=at) for name in company.SOURCES]
    newest: list[Told] = []
    with TruthFile(folder, plan) as truths, _without_collector():
        for block in histories.blocks(plan, register):
            truths.add(block.told, block.truths)
            fresh_from = plan.lived_until.timestamp() - NEWEST_SECONDS
            missing = block.told if since is None else [one for one in block.told if one.moment > since]
            newest += (one for one in missing if one.moment >= fresh_from)
            _record([one for one in missing if one.moment < fresh_from], sources, at)
            if len(newest) > MOST_NEWEST:
                _record(newest, sources, at)
                newest = []
            progress(truths.customers)
            del block, missing
            gc.collect()
        _lay_out_desk(plan, folder, register)
        _record(sorted(newest, key=lambda one: one.moment), sources, at)
        path = truths.finish()
    log.catch_up()
    likeness.propose(by=System(), at=at)
    written = Written(logged.count(reach=EVERYTHING), directory.count(), path)
    keeping.remember(plan, folder, interactions=written.interactions)
    return written


def _lay_out_desk(plan: Plan, folder: Path, register: Register) -> None:
    held = keeping.held(folder)
    since = held.desk_until if held else None
    if since is None or since < plan.lived_until:
        lately.lay_out(plan, register, since=since)
        keeping.remember_desk(folder, plan.lived_until)


def is_finished(folder: Path, plan: Plan) -> bool:
    """Whether the company of this plan is whole in the record."""
    until = _written_until(folder)
    return until is not None and until >= int(plan.lived_until.timestamp())


def _written_until(folder: Path) -> int | None:
    """The second up to which everything is in the record, also while the days after it are being added."""
    held = keeping.held(folder)
    is_whole = held is not None and 0 < held.interactions <= logged.count(reach=EVERYTHING)
    return int(held.plan.lived_until.timestamp()) if held and is_whole else None


@transaction.atomic
def _establish(at: datetime) -> Register:
    """The organisation, its staff and its touchpoints, as far as they do not exist."""
    if organisation.current() is None:
        settings = organisations.Settings(
            name=plans.NAME, time_zone=plans.ZONE.key, currency=plans.CURRENCY, is_simulated=True
        )
        organisations.set_up(settings, by=System(), at=at)
    _employ(people.NewStaffMember(EMAIL, PASSWORD, "admin", "Robin Wren", company.SERVICE), at)
    held = {
        touchpoint.name: touchpoint.pk for touchpoint in touchpoint_queries.by_department(reach=EVERYTHING)
    }
    for place in company.PLACES:
        if place.name not in held:
            described = touchpoints.Description(place.name, place.department, place.channel, place.note)
            held[place.name] = touchpoints.add(described, by=System(), at=at).pk
    hired = [
        _employ(people.NewStaffMember(one.email, None, one.role, one.name, one.department), at)
        for one in company.colleagues()
    ]
    _form_teams(hired, at)
    return Register(tuple(held[place.name] for place in company.PLACES), tuple(hired))


def _form_teams(hired: list[int], at: datetime) -> None:
    """Who works together; `hired` are the numbers of the colleagues in their order. Teams that exist stay."""
    standing = roles.all_departments()
    numbers = {department.name: department.pk for department in standing}
    known = {team.name for department in standing for team in department.teams.all()}
    for team, first in zip(company.TEAMS, company.FIRST_OF_TEAM.tolist(), strict=True):
        if team.name not in known:
            members = hired[first : first + team.size]
            described = departments.Described(team.name, numbers[team.department], members)
            departments.add_team(described, by=System(), at=at)


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
