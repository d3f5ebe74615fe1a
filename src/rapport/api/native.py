"""The native endpoint, POST /api/v1/interactions: every message is answered by itself."""

from typing import Any, Literal

import msgspec

from rapport.api.intake import Intake, Outcome
from rapport.api.problems import Problem
from rapport.api.wire import Request, answer
from rapport.interactions.ingestion.rules import native, values
from rapport.interactions.ingestion.rules.received import Reception, Taken
from rapport.kernel.text import storable

PATH = "/api/v1/interactions"


class Interactions(msgspec.Struct):
    """What is sent. `sent_at` is the sender's clock when it sends; ours sets the times right by it."""

    interactions: list[native.Interaction]
    sent_at: str | None = None


class Result(msgspec.Struct, omit_defaults=True):
    """What became of one message.

    ok: stored now, or known already (`is_new` tells). warning: stored, `warning` says what was mended.
    rejected: not stored and never will be as it is; `field`, `value` and `message` say why.
    retry: not stored now; send it again.
    """

    message_id: str
    result: Literal["ok", "warning", "rejected", "retry"]
    is_new: bool | None = None
    warning: str = ""
    field: str = ""
    value: str = ""
    message: str = ""


class Results(msgspec.Struct):
    """One result for each message, in the order in which they came."""

    results: list[Result]


def route(intake: Intake) -> Any:
    """The handler of the endpoint."""

    async def handle(request: Request, send: Any) -> None:
        ids: list[str] = []

        def decode(body: Any, reception: Reception, is_dirty: bool) -> Taken:  # noqa: FBT001 - a Decode
            items = values.mapping(body).get("interactions")
            ids.extend(_id_of(item) for item in (items if isinstance(items, list) else ()))
            return native.interactions(body, reception, is_dirty=is_dirty)

        try:
            outcome = await intake.take(request, decode, key_in_body=None, may_be_empty=True)
        except Problem as problem:
            if problem.retry_after:
                problem.results = [Result(id_, "retry", message=problem.message) for id_ in ids]
            raise
        await answer(send, 200, Results([_result(place, id_, outcome) for place, id_ in enumerate(ids)]))

    return handle


def _result(place: int, id_: str, outcome: Outcome) -> Result:
    if fault := outcome.taken.faults.get(place):
        return Result(id_, "rejected", field=fault.field, value=fault.value, message=fault.message)
    is_new = place not in outcome.known
    if warning := outcome.warnings.get(place):
        return Result(id_, "warning", is_new=is_new, warning=warning)
    return Result(id_, "ok", is_new=is_new)


def _id_of(item: Any) -> str:
    given = values.mapping(item).get("message_id")
    return storable(given) if isinstance(given, str) else ""
