"""Bringing in what arrived, or what a person let in."""

from datetime import datetime

from django.db import transaction

from rapport.channels.inbound import commands as inbound
from rapport.channels.inbound.commands.opening import Opened
from rapport.channels.inbound.commands.path import Walked
from rapport.channels.spoken.rules import NotSpoken
from rapport.kernel.crashing import reach
from rapport.service.desk import commands as desk
from rapport.staff.roles.rules import Actor


def arrive(envelope_id: int, *, is_spoken: bool = False, at: datetime) -> Walked:
    """Walk an envelope and file what it holds. Done again, it changes nothing.

    A mail is read before anybody waits; what came in our own form (`is_spoken`) is read at once, on the walk itself.
    """
    opened = None if is_spoken else _opened(envelope_id)
    with transaction.atomic(savepoint=False):
        walked = inbound.walk(envelope_id, at=at, opened=opened)
        _file(walked, at)
    return walked


@transaction.atomic
def accept(envelope_id: int, *, how: str = "", by: Actor, at: datetime) -> Walked:
    """Let in what waited for a person, and file what it holds."""
    walked = inbound.accept(envelope_id, how=how, by=by, at=at)
    _file(walked, at)
    return walked


def _opened(envelope_id: int) -> Opened | None:
    try:
        return inbound.open_envelope(envelope_id)
    except NotSpoken:  # the walk reads it again, and parks it with the reason
        return None


def _file(walked: Walked, at: datetime) -> None:
    reach("arrivals.before_filing")
    if walked.message_id is not None:
        desk.take_in(walked.message_id, message=walked.message, at=at)
    reach("arrivals.before_commit")
