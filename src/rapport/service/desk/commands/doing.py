"""Acts by name: what a macro does with one key, and what is done to many cases at once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from rapport.kernel.refusals import Refusal
from rapport.service.desk.commands import changing, claiming, marking, owning, snoozing, states
from rapport.staff.roles.rules import Actor, require

MOST_AT_ONCE = 1_000
AT_ONCE = 100
"""Cases of one transaction."""


class UnknownAct(Refusal):
    """An act that no macro and no list can do, or that lacks what it needs."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an act on one case; `why` says why it was refused."""

    case_id: int
    is_done: bool
    why: str = ""


Act = Callable[[int, Mapping[str, Any], Actor, datetime], object]


def _assign(case_id: int, values: Mapping[str, Any], by: Actor, at: datetime) -> object:
    owner = changing.staff_id(by) if values.get("owner") == "me" else values.get("owner")
    return owning.assign(case_id, int(owner) if owner else None, by=by, at=at)


def _snooze(case_id: int, values: Mapping[str, Any], by: Actor, at: datetime) -> object:
    return snoozing.snooze(case_id, at + timedelta(hours=float(values["hours"])), by=by, at=at)


ACTS: dict[str, Act] = {
    "assign": _assign,
    "close": lambda case, v, by, at: states.close(case, outcome=str(v.get("outcome", "")), by=by, at=at),
    "reopen": lambda case, _, by, at: states.reopen(case, by=by, at=at),
    "junk": lambda case, _, by, at: states.mark_junk(case, by=by, at=at),
    "state": lambda case, v, by, at: states.set_state(case, int(v["state"]), by=by, at=at),
    "transfer": lambda case, v, by, at: owning.transfer(
        case, int(v["queue"]), why=str(v.get("why", "")), by=by, at=at
    ),
    "snooze": _snooze,
    "follow": lambda case, _, by, at: owning.follow(case, by=by, at=at),
    "unfollow": lambda case, _, by, at: owning.unfollow(case, by=by, at=at),
    "asked_again": lambda case, v, by, at: marking.mark_asked_again(
        case, what=str(v.get("what", "")), by=by, at=at
    ),
    "let_go": lambda case, _, by, at: claiming.let_go(case, by=by, at=at),
}
"""Name -> what it does with a case and the values given to it."""
NEEDS: dict[str, str] = {"state": "state", "transfer": "queue", "snooze": "hours"}


def check(act: str, values: Mapping[str, Any]) -> None:
    """Refuse an act that does not exist, or that lacks what it needs."""
    if act not in ACTS:
        raise UnknownAct(f"'{act}' is nothing that can be done to a case.", field="act", value=act)
    if (needed := NEEDS.get(act)) and not str(values.get(needed, "")).replace(".", "", 1).isdigit():
        raise UnknownAct(f"'{act}' needs a number for {needed}.", field=needed, value=values.get(needed))


def do(case_id: int, act: str, values: Mapping[str, Any], *, by: Actor, at: datetime) -> None:
    """Do one act to one case; whatever it needs and refuses is its own."""
    check(act, values)
    ACTS[act](case_id, values, by, at)


def do_to_all(
    case_ids: Sequence[int], act: str, values: Mapping[str, Any], *, by: Actor, at: datetime
) -> list[Outcome]:
    """Do one act to many cases, a hundred in a transaction; what is refused for one is done to the others."""
    require(by, "desk.work")
    wanted = list(dict.fromkeys(case_ids))
    if not 0 < len(wanted) <= MOST_AT_ONCE:
        raise UnknownAct(f"1 to {MOST_AT_ONCE} cases can be chosen.", field="cases", value=len(wanted))
    check(act, values)
    found: list[Outcome] = []
    for begin in range(0, len(wanted), AT_ONCE):
        with transaction.atomic():
            found += [_try(one, act, values, by, at) for one in wanted[begin : begin + AT_ONCE]]
    return found


def _try(case_id: int, act: str, values: Mapping[str, Any], by: Actor, at: datetime) -> Outcome:
    try:
        with transaction.atomic():
            ACTS[act](case_id, values, by, at)
    except Refusal as refusal:
        return Outcome(case_id, is_done=False, why=refusal.message)
    return Outcome(case_id, is_done=True)
