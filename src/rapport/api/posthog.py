"""The routes that PostHog's clients call, and harmless answers to what else they ask for at their start."""

from collections.abc import Mapping
from typing import Any

from rapport.api.intake import Intake, told
from rapport.api.wire import Request, answer
from rapport.interactions.ingestion.rules import moments, posthog, values
from rapport.interactions.ingestion.rules.received import Reception, Taken

_NO_FLAGS = {
    "flags": {},
    "featureFlags": {},
    "featureFlagPayloads": {},
    "errorsWhileComputingFlags": False,
    "quotaLimited": [],
    "requestId": "",
    "supportedCompression": ["gzip"],
    "sessionRecording": False,
}


def routes(intake: Intake) -> Mapping[str, Any]:
    """Each path with its handler."""

    async def capture(request: Request, send: Any) -> None:
        outcome = await intake.take(request, _decode, key_in_body=_key_in_body)
        await answer(send, 200, {"status": 1, **told(outcome)})

    async def per_event(request: Request, send: Any) -> None:
        sent_at = moments.read(request.headers.get(b"posthog-request-timestamp", b"").decode("latin-1"))
        ids: list[str] = []

        def decode(body: Any, reception: Reception, is_dirty: bool) -> Taken:  # noqa: FBT001 - a Decode
            ids.extend(map(posthog.id_of, _items(body)))
            return posthog.events(body, reception, is_dirty=is_dirty, sent_at=sent_at)

        outcome = await intake.take(request, decode, key_in_body=_key_in_body, may_be_empty=True)
        results: dict[str, Any] = {}
        for place, id_ in enumerate(ids):
            if fault := outcome.taken.faults.get(place):
                results[id_] = {"result": "drop", "details": f"{fault.field}: {fault.message}"}
            elif warning := outcome.warnings.get(place):
                results[id_] = {"result": "warning", "details": warning}
            else:
                results[id_] = {"result": "ok"}
        await answer(send, 200, {"results": results})

    found = dict.fromkeys(("/batch", "/capture", "/e", "/track", "/i/v0/e", "/i/v0/ai/batch"), capture)
    return {**found, "/i/v1/analytics/events": per_event, "/flags": _flags, "/decide": _flags}


async def _flags(request: Request, send: Any) -> None:
    """Rapport has no feature flags: say so in the words that clients understand."""
    await request.body()
    await answer(send, 200, _NO_FLAGS)


def _decode(body: Any, reception: Reception, is_dirty: bool) -> Taken:  # noqa: FBT001 - a Decode
    return posthog.events(body, reception, is_dirty=is_dirty)


def _items(body: Any) -> list[Any]:
    items = values.mapping(body).get("batch", body)
    return items if isinstance(items, list) else []


def _key_in_body(body: Any) -> str:
    """`api_key` or `token` of the body; browsers place the token in the properties of each event."""
    items = _items(body)
    first = values.mapping(items[0] if items else body)
    for holder in (values.mapping(body), first, values.mapping(first.get("properties"))):
        for name in ("api_key", "token"):
            if isinstance(key := holder.get(name), str) and key:
                return key
    return ""
