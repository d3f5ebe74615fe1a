"""Dispatches in a carrier's hands: each is claimed for a while, and its outcome written down."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Count, Exists, F, OuterRef, QuerySet

from rapport.channels.contact import commands as contact
from rapport.channels.contact import queries as may
from rapport.channels.contact.rules import REASONS, Verdict, Wish
from rapport.channels.outbound.commands import packing, saving, telling
from rapport.channels.outbound.models import Dispatch, Pace
from rapport.channels.outbound.rules import WAITING, trying
from rapport.channels.outbound.rules.parcels import Parcel
from rapport.channels.threads.models import Message

_LOOKED_AT = 4
_MINUTE = timedelta(minutes=1)
_LOST_AT_ONCE = 500


def claim(
    *,
    room: int,
    at: datetime,
    lease: timedelta = trying.LEASE,
    a_minute: int = trying.A_MINUTE,
    most_at_once: int = trying.MOST_AT_ONCE,
) -> list[Parcel]:
    """Take up to `room` dispatches that are due, answers first, within the pace of each domain.

    In this very transaction it is asked again whether each may be sent: what came in between (a no, a bounce, an
    erasure) holds it back. What was in the hands of a process that died is seen to first.
    """
    with transaction.atomic():
        _see_to_lost(at)
        found = _first_due(room, at, a_minute=a_minute, most_at_once=most_at_once)
        allowed = _allowed(found, at)
        Dispatch.objects.filter(pk__in=[one.pk for one in allowed]).update(
            state="sending",
            fence=F("fence") + 1,
            tries=F("tries") + 1,
            leased_until=at + lease,
            changed_at=at,
        )
        for one in allowed:
            one.fence += 1
        return packing.packed(allowed)


def extend(parcels: Sequence[Parcel], *, at: datetime, lease: timedelta = trying.LEASE) -> None:
    """Keep parcels in hand that are still being carried."""
    held = Dispatch.objects.filter(pk__in=[one.dispatch_id for one in parcels], state="sending")
    fences = dict(held.values_list("pk", "fence"))
    ours = [one.dispatch_id for one in parcels if fences.get(one.dispatch_id) == one.fence]
    Dispatch.objects.filter(pk__in=ours, state="sending").update(leased_until=at + lease)


def _see_to_lost(at: datetime) -> None:
    """Whoever had these in hand died: they may have left or not. Answers are tried again under the same name."""
    lost = Dispatch.objects.filter(state="sending", leased_until__lte=at).select_for_update(
        skip_locked=_skips()
    )
    rows = list(lost.order_by("id")[:_LOST_AT_ONCE])
    for one in rows:
        one.leave_unknown("The worker ended in the middle of it.", again_at=at)
    _save(rows, at)


def _first_due(room: int, at: datetime, *, a_minute: int, most_at_once: int) -> list[Dispatch]:
    in_hand = _in_hand()
    full = [pair for pair, count in in_hand.items() if count >= most_at_once]
    rests = Pace.objects.filter(endpoint_id=OuterRef("endpoint_id"), rests_until__gt=at)
    due = Dispatch.objects.filter(
        ~Exists(rests.filter(domain="")),
        ~Exists(rests.filter(domain=OuterRef("domain"))),
        due_at__lte=at,
        leased_until=None,
        state__in=WAITING,
    )
    for endpoint_id, domain in full:
        if domain:
            due = due.exclude(endpoint_id=endpoint_id, domain=domain)
    due = due.order_by("rank", "due_at", "id").select_for_update(of=("self",), skip_locked=_skips())
    looked_at = list(due.select_related("asked", "endpoint")[: room * _LOOKED_AT])
    return _within_pace(looked_at, room, in_hand, at, a_minute=a_minute, most_at_once=most_at_once)


def _in_hand() -> Counter[tuple[int, str]]:
    held = Dispatch.objects.filter(leased_until__isnull=False).order_by()
    counted = held.values_list("endpoint_id", "domain").annotate(n=Count("id"))
    return Counter({(endpoint_id, domain): n for endpoint_id, domain, n in counted})


def _within_pace(
    looked_at: Iterable[Dispatch],
    room: int,
    in_hand: Counter[tuple[int, str]],
    at: datetime,
    *,
    a_minute: int,
    most_at_once: int,
) -> list[Dispatch]:
    """The first of these that fit in the room and under the pace of their domains, which are counted up."""
    by_pair: dict[tuple[int, str], list[Dispatch]] = defaultdict(list)
    for one in looked_at:
        by_pair[one.endpoint_id, one.domain].append(one)
    paces = _paces([pair for pair in by_pair if pair[1]], at)
    taken: list[Dispatch] = []
    for pair, rows in by_pair.items():
        free = most_at_once - in_hand[pair] if pair[1] else room
        if pace := paces.get(pair):
            free = min(free, a_minute - pace.sent)
        taken += rows[: max(free, 0)]
    taken = sorted(taken, key=lambda one: (one.rank, one.due_at, one.pk))[:room]
    _count(paces, Counter((one.endpoint_id, one.domain) for one in taken), a_minute)
    return taken


def _paces(pairs: Collection[tuple[int, str]], at: datetime) -> dict[tuple[int, str], Pace]:
    """The pace of each pair, in the minute of now."""
    endpoints = {endpoint_id for endpoint_id, _ in pairs}
    rows = Pace.objects.filter(endpoint_id__in=endpoints, domain__in={domain for _, domain in pairs})
    found = {(one.endpoint_id, one.domain): one for one in rows.select_for_update().order_by("id")}
    for pair in pairs:
        pace = found.setdefault(pair, Pace(endpoint_id=pair[0], domain=pair[1], minute_at=at))
        if not pace.minute_at <= at < pace.minute_at + _MINUTE:
            pace.minute_at, pace.sent = at, 0
    return found


def _count(paces: dict[tuple[int, str], Pace], taken: Counter[tuple[int, str]], a_minute: int) -> None:
    counted = []
    for pair, count in taken.items():
        if (pace := paces.get(pair)) is None:
            continue
        pace.sent += count
        if pace.sent >= a_minute:
            pace.rests_until = max(pace.rests_until or pace.minute_at, pace.minute_at + _MINUTE)
        counted.append(pace)
    saving.paces(counted)


def _allowed(found: Sequence[Dispatch], at: datetime) -> list[Dispatch]:
    """Those that may be sent now; the others are put off or refused here."""
    verdicts = _verdicts(found, at)
    changed, allowed = [], []
    for one in found:
        verdict = verdicts[one.pk]
        if one.endpoint.closed_at is not None:
            one.state, one.due_at, one.reason = "failed", None, "The channel it was to leave by is closed."
            changed.append(one)
        elif verdict.is_yes:
            allowed.append(one)
        else:
            _hold_back(one, verdict, at)
            changed.append(one)
    contact.release([one.asked_id for one in changed if one.asked_id and not one.due_at], at=at)
    _save(changed, at)
    return allowed


def _hold_back(one: Dispatch, verdict: Verdict, at: datetime) -> None:
    one.asked_id = verdict.id or one.asked_id
    one.code, one.reason = verdict.why, REASONS[verdict.why]
    if verdict.answer == "later":
        one.due_at = verdict.until or at + _MINUTE
    else:
        one.state, one.due_at = "refused", None


def _verdicts(found: Sequence[Dispatch], at: datetime) -> dict[int, Verdict]:
    """What the arbiter says of each now. Who was told yes holds a place; who was told later asks anew."""
    known = [one for one in found if one.recipient_id is not None]
    granted = [one for one in known if one.asked is None or one.asked.answer == "yes"]
    anew = [one for one in known if one.asked is not None and one.asked.answer != "yes"]
    said = {
        **_paired(granted, may.judged([_wish(one) for one in granted], at=at, holds_place=True)),
        **_paired(anew, contact.ask_many([_wish(one) for one in anew], at=at)),
    }
    strangers = [one for one in found if one.recipient_id is None]
    dead = may.suppressed({("email", one.address) for one in strangers})
    for one in strangers:
        is_dead = "everything" in dead.get(("email", one.address), ())
        said[one.pk] = Verdict("no", "suppressed") if is_dead else Verdict("yes", "allowed")
    return said


def _paired(rows: Sequence[Dispatch], verdicts: Sequence[Verdict]) -> dict[int, Verdict]:
    for one, verdict in zip(rows, verdicts, strict=True):
        one.asked_id = verdict.id or one.asked_id
    return {one.pk: verdict for one, verdict in zip(rows, verdicts, strict=True)}


def _wish(one: Dispatch) -> Wish:
    sender = one.asked.sender if one.asked else "desk"
    return Wish(one.recipient_id or 0, one.purpose, one.endpoint.channel, sender, one.is_answer)


def _save(rows: Sequence[Dispatch], at: datetime) -> None:
    if not rows:
        return
    saving.dispatches(rows, at=at)
    telling.tell(_messages(rows), at=at)


def _messages(rows: Iterable[Dispatch]) -> QuerySet[Message]:
    return Message.objects.filter(pk__in={one.message_id for one in rows}).order_by("id")


def _skips() -> bool:
    return connection.features.has_select_for_update_skip_locked
