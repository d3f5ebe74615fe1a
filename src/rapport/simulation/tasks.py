"""Background work of the made-up company: what happens at its desk while it is being looked at."""

from typing import Any

from django.utils import timezone

from rapport.jobs.queue.rules import Context, task
from rapport.kernel import home

TURN, SCENE = "simulation.turn", "simulation.scene"


@task(TURN, is_atomic=True)
def turn(_context: Context, **kept: Any) -> None:
    """The next turn of a scene that is going on."""
    from rapport.simulation.desk import living

    living.take_turn(kept, at=timezone.now())


@task(SCENE, is_atomic=True)
def scene(_context: Context, **kept: Any) -> None:
    """Somebody writes or begins a chat."""
    from rapport.simulation.desk import living

    living.begin_scene(kept, home.home(), at=timezone.now())
