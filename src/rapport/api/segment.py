"""The routes of Segment's tracking API, long and short, as its own and RudderStack's clients call them."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http.request import validate_host

from rapport.api.intake import Decode, Intake, told
from rapport.api.problems import Detail, Problem
from rapport.api.wire import Request, answer
from rapport.interactions.ingestion.rules import segment
from rapport.interactions.ingestion.rules.received import Reception, Taken

_SUCCESS = b'{"success":true}'
_SHORT = {"identify": "i", "track": "t", "page": "p", "screen": "s", "group": "g", "alias": "a"}


def routes(intake: Intake) -> Mapping[str, Any]:
    """Each path with its handler."""
    found: dict[str, Any] = {}
    for type_, letter in _SHORT.items():
        found[f"/v1/{type_}"] = found[f"/v1/{letter}"] = _ingest(intake, _single(type_))
    for path in ("/v1/batch", "/v1/import", "/v1/b"):
        found[path] = _ingest(intake, _batch)
    return found


def _ingest(intake: Intake, decode: Decode) -> Any:
    async def handle(request: Request, send: Any) -> None:
        outcome = await intake.take(request, decode, key_in_body=_key_in_body)
        said = told(outcome)
        await answer(send, 200, {"success": True, **said} if said else _SUCCESS)

    return handle


def _single(type_: str) -> Decode:
    def decode(body: Any, reception: Reception, is_dirty: bool) -> Taken:  # noqa: FBT001 - a Decode
        return segment.single(body, type_, reception, is_dirty=is_dirty)

    return decode


def _batch(body: Any, reception: Reception, is_dirty: bool) -> Taken:  # noqa: FBT001 - a Decode
    return segment.batch(body, reception, is_dirty=is_dirty)


def _key_in_body(body: Any) -> str:
    """The write key of the body, or of the first message in its batch (browsers put it there)."""
    if not isinstance(body, dict):
        return ""
    items = body.get("batch")
    first = items[0] if isinstance(items, list) and items else None
    for holder in (body, first):
        if isinstance(holder, dict) and isinstance(key := holder.get("writeKey"), str):
            return key
    return ""


async def settings_of(intake: Intake, key: str, request: Request, send: Any) -> None:
    """What the browser bundle asks before anything works: where its events go."""
    if await intake.senders.find(key) is None:
        raise Problem(
            404, "unknown_key", "There is no such write key.", details=(Detail("key", key[:60], ""),)
        )
    host = request.headers.get(b"host", b"").decode("latin-1")
    if not validate_host(host.rpartition(":")[0] or host, settings.ALLOWED_HOSTS):
        host = settings.BASE_URL.partition("://")[2]
    destination = {"apiKey": key, "apiHost": f"{host}/v1", "protocol": request.scheme}
    body = {"integrations": {"Segment.io": destination}, "plan": {}, "edgeFunction": {}}
    await answer(send, 200, body, [(b"cache-control", b"private, max-age=60")])
