"""Which jobs react to which kinds of interaction: the one table that answers "what happens when ...?".

Reactions follow the log by cursor: the jobs and the cursor are written in one transaction, so each interaction
is reacted to once, whatever dies when. A reaction may itself record an interaction; one that runs in circles is
stopped (`budget_per_hour`) and an administrator lets it go on.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db.models import F, QuerySet

from rapport.interactions.log import commands as log
from rapport.jobs.duties import commands as duties
from rapport.jobs.duties import queries as duty_queries
from rapport.jobs.queue import commands as jobs
from rapport.jobs.queue.rules import Wanted
from rapport.staff.audit import commands as audit
from rapport.staff.roles.rules import System

NAME = "reactions"
_ANYBODY = "anybody"
_FOR_ANYBODY = 100
"""What names nobody shares one subject: its budget is this many times larger."""

logger = structlog.get_logger("rapport.wiring")


@dataclass(frozen=True, slots=True)
class Reaction:
    """When one of `kinds` is recorded, the task is given `interaction_id`.

    What happened longer than `within` before we heard of it is history, and causes nothing.
    `budget_per_hour`: how often it may run for one identifier before it is taken for a loop.
    """

    name: str
    kinds: frozenset[str]
    task: str
    within: timedelta = timedelta(days=2)
    budget_per_hour: int = 60


REACTIONS: tuple[Reaction, ...] = ()


def react() -> int:
    """Put in the jobs that react to the next rows of the log; how many rows were read."""
    stopped = duty_queries.stopped() if REACTIONS else set()
    active = [one for one in REACTIONS if duty_of(one) not in stopped]

    def take(rows: QuerySet[Any]) -> None:
        for reaction in active:
            _react(reaction, rows)

    return log.advance(NAME, take)


def duty_of(reaction: Reaction) -> str:
    """The name under which a reaction's troubles are kept."""
    return f"reaction {reaction.name}"


def _react(reaction: Reaction, rows: QuerySet[Any]) -> None:
    fresh = rows.filter(kind__in=reaction.kinds, occurred_at__gte=F("received_at") - reaction.within)
    found = list(fresh.values_list("id", "identifier_id", "received_at"))
    if not found:
        return
    now = max(received_at for _, _, received_at in found)
    if _is_within_budget(reaction, (one for _, one, _ in found), now):
        wanted = [Wanted(reaction.task, {"interaction_id": number}) for number, _, _ in found]
        jobs.put_many(wanted, at=now)


def _is_within_budget(reaction: Reaction, identifiers: Iterable[int | None], at: datetime) -> bool:
    subjects = [str(one) if one else _ANYBODY for one in identifiers]
    subject, times = duties.spend(duty_of(reaction), subjects, at=at)
    most = reaction.budget_per_hour * (_FOR_ANYBODY if subject == _ANYBODY else 1)
    if times <= most:
        return True
    _stop(reaction, f"It ran {times} times within an hour for one customer: it may be going in circles.", at)
    return False


def _stop(reaction: Reaction, reason: str, at: datetime) -> None:
    if duties.stop(duty_of(reaction), reason, at=at):
        logger.warning("reaction stopped", reaction=reaction.name, reason=reason)
        audit.record("duties.stop", by=System(), subject=f"duty:{duty_of(reaction)}", at=at)
