"""The last days at the desk up to now, in the order of time, and what is still to come of them as jobs."""

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction

from rapport.channels.outbound import commands as outbound
from rapport.service.clocks import commands as clocks
from rapport.service.desk import commands as desk
from rapport.service.promises import commands as promises
from rapport.simulation.company import Register
from rapport.simulation.desk import cast as casting
from rapport.simulation.desk import furniture, living, scenes, stray, turns
from rapport.simulation.desk.cast import Cast
from rapport.simulation.desk.furniture import Desk
from rapport.simulation.desk.scenes import Scene
from rapport.simulation.desk.turns import Moment, Played
from rapport.simulation.plan import ZONE, Plan

BACK = timedelta(days=10)
"""For so long the desk is laid out matter by matter; before that its past is written in bulk."""
MOST_A_DAY = 16
_CUSTOMERS_A_SCENE = 300
"""One matter a day for so many customers."""
_SETTLED_SHOWN = 5
"""Of what came and was settled in these days, one in so many is played turn by turn."""
_UNSENT = 25


@dataclass(slots=True)
class _Days:
    """The scenes of some days as they go on: the next turn of each, the earliest in front."""

    cast: Cast
    desk: Desk
    scenes: dict[int, Scene] = field(default_factory=dict)
    played: dict[int, Played] = field(default_factory=dict)
    queue: list[tuple[datetime, int, int]] = field(default_factory=list)
    unsent: int = 0

    def enter(self, scene: Scene) -> None:
        self.scenes[scene.number] = scene
        heapq.heappush(self.queue, (scene.moments()[0], scene.number, 0))

    def run(self, until: datetime) -> None:
        """Let everything happen that happens by then."""
        while self.queue and self.queue[0][0] <= until:
            at, number, place = heapq.heappop(self.queue)
            _sweep(at)
            self._turn(self.scenes[number], place, at)
        _sweep(until)
        outbound.pretend(at=until)

    def _turn(self, scene: Scene, place: int, at: datetime) -> None:
        turn = scene.turns[place]
        moment = Moment(scene, turn, self.played.get(scene.number, Played()), self.cast, self.desk, at)
        self.played[scene.number] = turns.do(moment)
        self.unsent += turn.act in {"answer", "forward"}
        if self.unsent >= _UNSENT:
            outbound.pretend(at=at)
            self.unsent = 0
        if place + 1 < len(scene.turns):
            heapq.heappush(self.queue, (scene.moments()[place + 1], scene.number, place + 1))

    def to_come(self) -> Iterator[tuple[datetime, Scene, int, Played]]:
        """What has begun and is not over: when it goes on, with which turn."""
        for at, number, place in sorted(self.queue):
            if number in self.played:
                yield at, self.scenes[number], place, self.played[number]


@transaction.atomic
def lay_out(plan: Plan, register: Register, *, since: datetime | None) -> None:
    """Let the days from `since` (or the last ones) up to the end of the plan happen at the desk, once."""
    until = plan.lived_until
    begins = max(filter(None, (since, until - BACK)))
    stands = furniture.put_up(register, at=begins)
    cast = casting.assembled()
    if since is not None:
        living.tidy(cast, at=begins)
    days = _Days(cast, stands)
    for scene in _scenes(plan, begins, until):
        days.enter(scene)
    days.run(until)
    stray.take_in(stands, cast, plan, until=until)
    living.go_on(plan, days.to_come(), at=until)


def _scenes(plan: Plan, begins: datetime, until: datetime) -> Iterator[Scene]:
    for number in _numbers(plan, begins, until):
        at = scenes.begins(plan.seed, number)
        if begins < at <= until and (person := casting.customer(plan, number)):
            scene = scenes.drawn(plan.seed, number, person, at)
            if not scene.is_over(until) or number % _SETTLED_SHOWN == 0:
                yield scene


def _numbers(plan: Plan, begins: datetime, until: datetime) -> Iterable[int]:
    a_day = min(MOST_A_DAY, max(1, plan.customers // _CUSTOMERS_A_SCENE))
    day, last = begins.astimezone(ZONE).date(), until.astimezone(ZONE).date()
    while day <= last:
        yield from scenes.numbers_of(day, a_day)
        day += timedelta(days=1)


def _sweep(at: datetime) -> None:
    """Warnings and breaches are noted when they happen, as the watch does on a running desk."""
    clocks.sweep(at=at, heed=(promises.heed, desk.heed))
