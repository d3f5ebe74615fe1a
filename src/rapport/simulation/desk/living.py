"""The desk goes on while somebody watches: customers write now and then, colleagues answer, each in a job of its own.

What has been taken in hand by whoever watches is theirs: colleagues leave it alone. No more comes in than one matter
every few minutes at first, then one an hour; what was due while nobody was there is not made up for.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import structlog

from rapport.jobs.queue import commands as jobs
from rapport.jobs.queue.rules import Wanted
from rapport.kernel.refusals import Refusal
from rapport.service.desk import commands as desk
from rapport.service.desk import queries as cases
from rapport.service.desk.queries import View
from rapport.service.routing import commands as routing
from rapport.simulation import keeping
from rapport.simulation.desk import cast as casting
from rapport.simulation.desk import furniture, scenes, turns
from rapport.simulation.desk.cast import Cast
from rapport.simulation.desk.scenes import Scene
from rapport.simulation.desk.turns import Moment, Played
from rapport.simulation.plan import Plan
from rapport.simulation.tasks import SCENE, TURN
from rapport.staff.roles.rules import EVERYTHING

SOON = timedelta(days=2)
"""What is to come later than this is left out."""
LATE = timedelta(minutes=10)
"""What should have happened so long ago does not happen any more."""
FIRST = timedelta(seconds=20)
LIVELY, QUIET = timedelta(minutes=4), timedelta(hours=1)
LIVELY_SCENES = 20
"""So many matters come in close together after somebody began to watch; then one an hour."""

log = structlog.get_logger("rapport.simulation")
ToCome = tuple[datetime, Scene, int, Played]


def go_on(plan: Plan, to_come: Iterable[ToCome], *, at: datetime) -> None:
    """Let what has begun go on in jobs."""
    soon = (one for one in to_come if one[0] <= at + SOON)
    jobs.put_many([_wanted(plan, *one) for one in soon], at=at)


def be_there(cast: Cast, *, at: datetime) -> None:
    """Some of those who write and chat are available; whoever was so already gives a sign."""
    for number, place in enumerate(furniture.places_at_the_desk()):
        colleague = cast.colleagues[place]
        if number % 3 == 0:
            seat = routing.sign(colleague.pk, at=at)
            if seat is None or seat.availability != "available":
                routing.be("available", by=colleague, at=at)


def watch(plan: Plan, folder: Path, *, at: datetime) -> None:
    """Somebody begins to watch: colleagues are there, matters come in, the first one at once."""
    be_there(casting.assembled(), at=at)
    keeping.remember_watching(folder, at)
    kept = {"seed": plan.seed, "customers": plan.customers, "since": at.isoformat(), "left": LIVELY_SCENES}
    jobs.enqueue(SCENE, kept, at=at, due_at=at + FIRST)


def begin_scene(kept: Mapping[str, Any], folder: Path, *, at: datetime) -> None:
    """A matter comes in, and the next one is put in: unless somebody else began to watch since."""
    held = keeping.held(folder)
    if held is None or held.watched_since != datetime.fromisoformat(kept["since"]):
        return
    left = kept["left"]
    jobs.enqueue(
        SCENE, {**kept, "left": max(left - 1, 0)}, at=at, due_at=at + (LIVELY if left > 0 else QUIET)
    )
    be_there(casting.assembled(), at=at)
    plan = Plan(kept["customers"], 1, kept["seed"], at)
    number = scenes.number_at(at)
    if person := casting.customer(plan, number):
        _play(plan, scenes.drawn(plan.seed, number, person, at), 0, Played(), at)


def take_turn(kept: Mapping[str, Any], *, at: datetime) -> None:
    """One turn of a scene; the next one is put in with it."""
    if at - datetime.fromisoformat(kept["due"]) > LATE:
        return
    plan = Plan(kept["customers"], 1, kept["seed"], at)
    if person := casting.customer(plan, kept["number"]):
        begins = datetime.fromisoformat(kept["begins"])
        scene = scenes.drawn(plan.seed, kept["number"], person, begins)
        _play(plan, scene, kept["place"], Played(kept["case"], kept["other"]), at)


def tidy(cast: Cast, *, at: datetime) -> None:
    """Colleagues settle what was left over when nobody watched, so that old matters do not pile up."""
    rows = cases.cases(View(name="open"), reach=EVERYTHING, limit=1_000).rows
    for row in rows:
        if row.case.changed_at < at and not _is_taken(row.case, cast):
            by = cast.colleagues[row.case.pk % len(cast.colleagues)]
            desk.close(row.case.pk, outcome="answered", by=by, at=at)


def _play(plan: Plan, scene: Scene, place: int, played: Played, at: datetime) -> None:
    cast, turn = casting.assembled(), scene.turns[place]
    is_ours = turn.act not in turns.BY_CUSTOMERS
    if is_ours and _is_taken(cases.row(played.case_id, reach=EVERYTHING), cast):
        return
    try:
        played = turns.do(Moment(scene, turn, played, cast, furniture.found(), at))
    except Refusal as refusal:
        log.info("scene ends", scene=scene.number, act=turn.act, reason=refusal.message)
        return
    if place + 1 < len(scene.turns) and played.case_id:
        moments = scene.moments()
        due = at + (moments[place + 1] - moments[place])
        jobs.put(_wanted(plan, due, scene, place + 1, played), at=at)


def _is_taken(case: Any, cast: Cast) -> bool:
    """Whether anybody but the colleagues who act by themselves has it, or has done something with it."""
    if case.owner_id is not None and case.owner_id not in cast.numbers:
        return True
    done = cases.history(case.pk, reach=EVERYTHING, limit=200)
    return any(one.staff_id is not None and one.staff_id not in cast.numbers for one in done)


def _wanted(plan: Plan, due: datetime, scene: Scene, place: int, played: Played) -> Wanted:
    kept = {
        "seed": plan.seed,
        "customers": plan.customers,
        "number": scene.number,
        "begins": scene.begins.isoformat(),
        "place": place,
        "case": played.case_id,
        "other": played.other_id,
        "due": due.isoformat(),
    }
    return Wanted(TURN, kept, due)
