"""Measuring what pages show, ahead of who asks, and keeping it beside the lake."""

import time
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
from django.db import transaction

from rapport.analytics.engines import manifest, opening, sessions
from rapport.analytics.engines.manifest import Manifest
from rapport.analytics.engines.sessions import Session
from rapport.analytics.measures import catalogue, computing, periods
from rapport.analytics.measures.periods import Period
from rapport.interactions.lake.queries import answers, state
from rapport.interactions.lake.queries.answers import Answers
from rapport.interactions.lake.rules import Selection
from rapport.jobs.queue import commands as jobs
from rapport.kernel import crashing
from rapport.kernel.channels import CHANNELS
from rapport.kernel.refusals import NotFound
from rapport.staff.audit import commands as audit
from rapport.staff.roles.queries import reach
from rapport.staff.roles.rules import Actor, require

REFRESH, MEASURE = "lake.refresh", "lake.measure"
_TRIES = 3
_SETTLED = timedelta(days=8)
"""So long after its end, time alone changes nothing about a period: who comes back within a week has done so."""
_ANY_ZONE = ZoneInfo("UTC")
"""Whether a period has a name that can be does not depend on where."""


@transaction.atomic
def ask_for_refresh(*, by: Actor, at: datetime) -> int:
    """Let the worker bring the lake up to date and measure anew; asked twice, it works once. The job's number."""
    require(by, "measures.refresh")
    job = jobs.enqueue(REFRESH, {}, at=at, key=REFRESH)
    audit.record("measures.ask_for_refresh", by=by, subject="measures", at=at)
    return job


@transaction.atomic
def ask_for(selection: Selection, *, by: Actor, at: datetime) -> int:
    """Let the worker measure a selection that nobody asked for yet; the job's number."""
    require(by, "measures.view")
    checked(selection, by=by, at=at)
    return jobs.enqueue(MEASURE, msgspec.to_builtins(selection), at=at, key=f"{MEASURE} {selection.key}")


def checked(selection: Selection, *, by: Actor, at: datetime) -> Selection:
    """The selection itself; one that cannot be, or whose department is out of reach, is refused."""
    periods.named(selection.period, zone=_ANY_ZONE, known_until=at)
    if selection.channel and selection.channel not in CHANNELS:
        raise NotFound("There is no such channel.", field="channel", value=selection.channel)
    if selection.department and selection.department not in answers.departments(reach=reach(by)):
        raise NotFound("There is no such department.", field="department", value=selection.department)
    return selection


def measure(selections: Iterable[Selection], *, should_stop: Callable[[], bool] = lambda: False) -> bool:
    """Measure each selection anew unless what is kept still holds; whether it came to the end."""
    for selection in selections:
        if should_stop():
            return False
        for left in reversed(range(_TRIES)):
            try:
                _measure(selection)
            except sessions.LakeMoved:
                if not left:
                    raise
            else:
                break
    return True


def measure_standard(*, should_stop: Callable[[], bool] = lambda: False) -> bool:
    """Measure every period that pages offer; whether it came to the end."""
    as_of = manifest.load(state.folder()).refreshed_at
    found = periods.standard(zone=answers.zone(), known_until=as_of)
    return measure([Selection(period.name) for period in found], should_stop=should_stop)


def _measure(selection: Selection) -> None:
    held = manifest.load(state.folder())
    period = answers.period(selection.period, known_until=held.refreshed_at)
    kept = answers.answers(selection)
    if kept is None or not _still_holds(kept, held, period):
        with opening.open_engine(opening.DEFAULT, state.folder()) as session:
            _keep(_answered(selection, session))
    elif kept.as_of != held.refreshed_at:
        _keep(_redated(kept, held.refreshed_at))


def _still_holds(kept: Answers, held: Manifest, period: Period) -> bool:
    """Whether the same lake was asked for the same days and measures, and time alone changed nothing since."""
    asked = [(one.name, period.end) for one in catalogue.measures()]
    is_same = kept.version == held.version and [(one.measure, one.end) for one in kept.results] == asked
    return is_same and (kept.as_of == held.refreshed_at or kept.as_of >= period.end + _SETTLED)


def _redated(kept: Answers, as_of: datetime) -> Answers:
    """The same answers, known to hold up to a later moment."""
    dated = tuple(msgspec.structs.replace(one, as_of=as_of) for one in kept.results)
    return msgspec.structs.replace(kept, as_of=as_of, results=dated)


def _answered(selection: Selection, session: Session) -> Answers:
    begun = time.perf_counter()
    held = session.manifest
    period = answers.period(selection.period, known_until=held.refreshed_at)
    found = computing.compute(
        session,
        catalogue.measures(),
        period,
        channel=selection.channel,
        department=selection.department,
    )
    results = tuple(found)
    return Answers(selection, held.version, held.refreshed_at, time.perf_counter() - begun, results)


def _keep(new: Answers) -> None:
    place = answers.path(new.selection)
    place.parent.mkdir(exist_ok=True)
    beside = place.with_suffix(".new")
    beside.write_bytes(msgspec.json.encode(new))
    crashing.reach("lake.before_answers")
    beside.replace(place)
