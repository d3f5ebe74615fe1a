"""A promise whose time is over is broken, in the transaction in which its clock is seen to be."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import F

from rapport.service.clocks.commands import Noted
from rapport.service.clocks.rules.running import BREACH, PROMISE
from rapport.service.promises.commands import telling
from rapport.service.promises.commands.telling import Said
from rapport.service.promises.models import Promise


def heed(noted: Sequence[Noted], at: datetime) -> None:
    """Break the promises whose clocks are among those just missed, and write that down in the log."""
    missed = [one.clock_id for one in noted if one.kind == PROMISE and one.event == BREACH]
    open_ones = Promise.objects.open().filter(clock__in=missed, broken_at=None)
    broken = list(open_ones.select_related("case", "identifier").order_by("due_at", "id")) if missed else []
    if not broken:
        return
    Promise.objects.filter(pk__in=[one.pk for one in broken]).update(broken_at=F("due_at"))
    telling.record([(one, Said("promise_broken", one.due_at)) for one in broken], at=at)
    telling.tell(broken, at=at)
