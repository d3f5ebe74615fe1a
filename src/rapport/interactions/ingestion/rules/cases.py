"""What a mapping says of cases: how the log of another desk is read as matters with owners, queues and outcomes."""

from collections.abc import Iterator
from typing import Any

import msgspec

CASE_STATES = frozenset({"new", "ours", "theirs", "third", "done", "junk"})
"""What a state of another desk can mean here; the desk owns these words."""


class CaseMapping(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which properties of the interactions tell the history of a case; each line is the case as it was then.

    `number` names the case at the other desk, `at` is the moment of a line (written as `format` says). `states` gives
    each state its meaning here. `queue` and `owner` say where and whose it was, `by` who changed it: names of the other
    desk, never accounts of ours; `who` and `place` are how these are written. `transfers` and `reopenings` are its own
    counts so far, `in_time` its own verdict.
    """

    number: str
    at: str
    state: str
    states: dict[str, str]
    format: str = "iso"
    subject: str = "{number}"
    queue: str = ""
    place: str = "{queue}"
    nowhere: str = ""
    owner: str = ""
    by: str = ""
    who: str = "{by}"
    transfers: str = ""
    reopenings: str = ""
    in_time: str = ""


def case_checks(cases: CaseMapping | None, properties: set[str]) -> Iterator[tuple[str, Any, bool]]:
    """(field, value, whether it can be done) of what a mapping says of cases."""
    if cases is None:
        return
    for field in ("number", "at", "state"):
        yield f"cases.{field}", getattr(cases, field), getattr(cases, field) in properties
    for field in ("queue", "owner", "by", "transfers", "reopenings", "in_time"):
        named = getattr(cases, field)
        yield f"cases.{field}", named, named in properties | {""}
    yield "cases.states", "", bool(cases.states)
    for name, meaning in cases.states.items():
        yield f"cases.states.{name}", meaning, meaning in CASE_STATES
