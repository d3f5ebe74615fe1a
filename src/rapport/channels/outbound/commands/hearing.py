"""Hearing what became of what left: that it arrived, came back, or was not wanted."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from django.db import transaction
from django.db.models import QuerySet

from rapport.channels.contact import commands as contact
from rapport.channels.outbound import queries
from rapport.channels.outbound.commands import telling
from rapport.channels.outbound.models import Dispatch
from rapport.channels.outbound.rules import HANDED_OVER, names
from rapport.channels.outbound.rules.names import Return
from rapport.channels.threads.models import Message
from rapport.customers.directory.rules import Claim, normalised
from rapport.kernel.text import shortened, storable

COMPLAINT = "complaint"
_LOOKS_BACK = timedelta(days=7)
_MOST_BOUNCES = 100


class Bounced(Protocol):
    """One recipient in a report of another mail server, as inbound reads it."""

    @property
    def recipient(self) -> str: ...
    @property
    def status(self) -> str: ...
    @property
    def code(self) -> str: ...
    @property
    def reason(self) -> str: ...
    @property
    def is_hard(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Came:
    """A dispatch that came back or was complained of. `is_proven`: the report carried a name that only we can give."""

    dispatch_id: int
    message_id: int
    address: str
    is_proven: bool


@transaction.atomic
def note_bounces(bounces: Iterable[Bounced], *, given: Collection[str] = (), at: datetime) -> list[Came]:
    """Note what a report says of dispatches of ours; which they are.

    `given` is every Message-ID and address that stands in the report: by a name that only we can have given the
    dispatch is known, and a dead mailbox is written to no more. Without one, anybody could have made the report up:
    what went to that address lately is marked as come back, and nothing is kept from it.
    """
    messages, dispatches = _named(given)
    came: list[Came] = []
    for bounce in list(bounces)[:_MOST_BOUNCES]:
        address = _address(bounce.recipient)
        row = _proven(messages, dispatches, address)
        is_proven = row is not None
        row = row or (_latest(address, at) if address else None)
        if row is not None:
            _note(row, bounce, at, is_proven=is_proven)
            came.append(Came(row.pk, row.message_id, row.address, is_proven))
    told = Message.objects.filter(pk__in={one.message_id for one in came})
    telling.tell(told.order_by("id"), at=at)
    rows = Dispatch.objects.filter(pk__in={one.dispatch_id for one in came}, state="bounced")
    telling.report(list(rows.order_by("id")), at=at)
    return came


@transaction.atomic
def acknowledge(message_ids: Collection[int], *, at: datetime) -> int:
    """Note that these messages arrived or were read (a chat, another system says so); for how many this is news."""
    rows = Dispatch.objects.filter(
        message_id__in=message_ids, state__in=["queued", "sending", "sent", "unknown"]
    )
    told = list(Message.objects.filter(pk__in=rows.values("message_id")).order_by("id"))
    count = rows.update(state="delivered", due_at=None, leased_until=None, changed_at=at)
    if count:
        telling.tell(told, at=at)
    return count


@transaction.atomic
def report(message_id: int, state: str, *, code: str = "", reason: str = "", at: datetime) -> int:
    """Note what another system says became of a message: delivered, or failed; in whatever order it says so."""
    if state == "delivered":
        return acknowledge([message_id], at=at)
    rows = list(
        Dispatch.objects.select_for_update().filter(
            message_id=message_id, state__in=["sending", "sent", "unknown"]
        )
    )
    for row in rows:
        row.end("failed", code, storable(reason))
        row.changed_at = at
    Dispatch.objects.bulk_update(rows, ["state", "due_at", "leased_until", "code", "reason", "changed_at"])
    telling.tell(Message.objects.filter(pk__in={one.message_id for one in rows}), at=at)
    telling.report(rows, at=at)
    return len(rows)


def _named(given: Collection[str]) -> tuple[set[int], set[int]]:
    """Messages and dispatches whose names stand in a report."""
    key = queries.naming_key()
    messages = {number for one in given if (number := names.opened_name(key, one)) is not None}
    opened = [names.opened_address(key, one) for one in given]
    return messages, {one.dispatch_id for one in opened if isinstance(one, Return)}


def _proven(messages: set[int], dispatches: set[int], address: str) -> Dispatch | None:
    """The dispatch that a name of ours leads to: it itself, or the one of its message to that address."""
    if dispatches:
        return _locked().filter(pk__in=dispatches).order_by("-id").first()
    if not messages:
        return None
    rows = list(_locked().filter(message_id__in=messages).order_by("id")[:_MOST_BOUNCES])
    exact = [one for one in rows if one.address == address]
    return exact[0] if exact else rows[0] if len(rows) == 1 else None


def _latest(address: str, at: datetime) -> Dispatch | None:
    rows = _locked().filter(address=address, state__in=HANDED_OVER, changed_at__gte=at - _LOOKS_BACK)
    return rows.order_by("-id").first()


def _locked() -> QuerySet[Dispatch]:
    return Dispatch.objects.select_for_update()


def _address(recipient: str) -> str:
    claim = normalised(Claim("email", recipient))
    return claim.value if claim else ""


def _note(row: Dispatch, bounce: Bounced, at: datetime, *, is_proven: bool) -> None:
    detail = shortened(storable(" ".join(filter(None, (bounce.status or bounce.code, bounce.reason)))), 300)
    if bounce.reason == COMPLAINT:
        if is_proven:
            _keep_from(row.address, "unasked", COMPLAINT, detail, at)
        return
    if row.state in HANDED_OVER:
        row.end("bounced", bounce.status or bounce.code, storable(bounce.reason))
        row.changed_at = at
        row.save(update_fields=["state", "due_at", "leased_until", "code", "reason", "changed_at"])
    if bounce.is_hard and is_proven:
        _keep_from(row.address, "everything", "bounced", detail, at)


def _keep_from(address: str, covers: str, reason: str, detail: str, at: datetime) -> None:
    contact.suppress("email", address, covers=covers, reason=reason, detail=detail, at=at)
