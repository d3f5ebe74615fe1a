"""Writing down what became of parcels."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction

from rapport.channels.contact import commands as contact
from rapport.channels.endpoints import queries as endpoints
from rapport.channels.outbound.commands import saving, telling
from rapport.channels.outbound.models import Dispatch, Pace
from rapport.channels.outbound.rules import GONE_WRONG, trying
from rapport.channels.outbound.rules.parcels import Outcome, Trouble
from rapport.channels.outbound.rules.trying import Judged
from rapport.channels.threads.models import Message
from rapport.jobs.duties import commands as duties
from rapport.kernel.text import storable

_GIVEN_UP = "Given up after two days: "


@transaction.atomic
def settle(outcomes: Sequence[Outcome], *, at: datetime, luck: float) -> None:
    """Write down what became of parcels; what a carrier says whose lease was lost meanwhile counts no more."""
    said = {one.parcel.dispatch_id: one for one in outcomes}
    rows = []
    for row in Dispatch.objects.select_for_update().filter(pk__in=said, state="sending").order_by("id"):
        outcome = said[row.pk]
        if row.fence == outcome.parcel.fence:
            _write(row, outcome, at, luck)
            rows.append(row)
    saving.dispatches(rows, at=at)
    _judge_paces(rows, said, at, luck)
    gone_wrong = [one for one in rows if one.state in GONE_WRONG]
    contact.release([one.asked_id for one in gone_wrong if one.asked_id and one.state == "failed"], at=at)
    telling.tell(Message.objects.filter(pk__in={one.message_id for one in rows}).order_by("id"), at=at)
    telling.report(gone_wrong, at=at)


def _write(row: Dispatch, outcome: Outcome, at: datetime, luck: float) -> None:
    if outcome.judged is None:
        assert outcome.trouble is not None
        row.tries -= 1
        _again_or_never(row, at, at, "", storable(outcome.trouble.message))
        return
    judged = outcome.judged
    reason = storable(judged.reason)
    if judged.fate == "sent":
        row.end("sent", judged.code, reason)
    elif judged.fate == "unknown":
        row.leave_unknown(reason, again_at=at + trying.UNKNOWN_PAUSE)
    elif judged.fate == "later":
        _again_or_never(row, at + trying.pause(row.tries, luck), at, judged.code, reason)
    else:
        row.end("failed", judged.code, reason)
        if judged.is_dead:
            _bury(row, judged, at)


def _again_or_never(row: Dispatch, again_at: datetime, at: datetime, code: str, reason: str) -> None:
    if at - row.made_at >= trying.GIVEN_UP_AFTER:
        row.end("failed", code, _GIVEN_UP + reason)
    else:
        row.put_off(again_at, code, reason)


def _bury(row: Dispatch, judged: Judged, at: datetime) -> None:
    detail = f"{judged.code} {storable(judged.reason)}"
    contact.suppress("email", row.address, covers="everything", reason="bounced", detail=detail, at=at)


def _judge_paces(rows: Iterable[Dispatch], said: dict[int, Outcome], at: datetime, luck: float) -> None:
    """Let rest what asked for patience, and go on at full pace with what works again."""
    troubles: dict[int, Trouble] = {}
    slow: dict[tuple[int, str], str] = {}
    well: set[tuple[int, str]] = set()
    for row in rows:
        outcome = said[row.pk]
        if outcome.trouble:
            troubles[row.endpoint_id] = outcome.trouble
        elif outcome.judged and outcome.judged.slows:
            slow[row.endpoint_id, row.domain] = storable(outcome.judged.reason)
        elif outcome.judged and outcome.judged.fate == "sent":
            well |= {(row.endpoint_id, ""), (row.endpoint_id, row.domain)}
    for endpoint_id, trouble in troubles.items():
        _rest(endpoint_id, "", trouble.message, at, luck, needs_person=trouble.needs_person)
        _alarm(endpoint_id, trouble, at)
    for (endpoint_id, domain), reason in slow.items():
        _rest(endpoint_id, domain, reason, at, luck)
    _recover(well - set(slow) - {(one, "") for one in troubles})


def _rest(
    endpoint_id: int, domain: str, reason: str, at: datetime, luck: float, *, needs_person: bool = False
) -> None:
    """Leave an endpoint or a domain alone for a while; of several failures at one moment, one counts."""
    pace, _ = Pace.objects.select_for_update().get_or_create(
        endpoint_id=endpoint_id, domain=domain, defaults={"minute_at": at}
    )
    if pace.failures and pace.rests_until and pace.rests_until > at:
        return
    pace.failures += 1
    pause = trying.REST_SIGN_IN if needs_person else trying.rest(pace.failures, luck)
    pace.rests_until, pace.reason = at + pause, storable(reason)[:300]
    pace.save(update_fields=["failures", "rests_until", "reason"])


def _recover(pairs: set[tuple[int, str]]) -> None:
    failing = Pace.objects.filter(endpoint_id__in={one for one, _ in pairs}, failures__gt=0)
    for pace in failing.order_by("id"):
        if (pace.endpoint_id, pace.domain) in pairs:
            Pace.objects.filter(pk=pace.pk).update(failures=0, rests_until=None, reason="")
            if not pace.domain:
                duties.recover(duty_of(pace.endpoint_id))


def _alarm(endpoint_id: int, trouble: Trouble, at: datetime) -> None:
    """Say among the troubles of duties that nothing leaves: `rapport doctor` and the page of jobs show it."""
    name = endpoints.place(endpoint_id).name
    duties.stumble(duty_of(endpoint_id), f"Nothing leaves by {name}: {trouble.message}", at=at)


def duty_of(endpoint_id: int) -> str:
    """The name under which the troubles of sending by this endpoint are kept."""
    return f"sending by channel {endpoint_id}"
