"""What happens when a clock warns or is missed: each of `HEED` is told, in the transaction that notes it.

So what follows happens as often as the warning or the breach itself: once. Whatever takes long puts in a job.
"""

from datetime import datetime

from rapport.service.clocks import commands as clocks
from rapport.service.clocks.commands.sweeping import Heed
from rapport.service.desk import commands as desk
from rapport.service.promises import commands as promises

HEED: tuple[Heed, ...] = (promises.heed, desk.heed)


def sweep(at: datetime) -> int:
    """Note what came due by now; how many warnings and breaches."""
    return clocks.sweep(at=at, heed=HEED)
