"""Bodies of requests to the API: JSON and nothing else, within bounds, of text that every database holds."""

from typing import Any, cast

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, RawPostDataException
from django.utils.datastructures import MultiValueDict
from ninja.parser import Parser
from ninja.types import DictStrAny

from rapport.api.problems import Detail, Problem
from rapport.interactions.ingestion.rules import values
from rapport.interactions.ingestion.rules.received import BadMessage
from rapport.kernel import text

_JSON = "application/json"


class StrictParser(Parser):
    """No depth, number or character breaks what comes after; a form of another site names its type and is no JSON."""

    def parse_querydict(
        self, data: MultiValueDict[str, str], list_fields: list[str], request: HttpRequest
    ) -> DictStrAny:
        storable = {name: [text.storable(one) for one in data.getlist(name)] for name in data}
        return super().parse_querydict(MultiValueDict(storable), list_fields, request)

    def parse_body(self, request: HttpRequest) -> DictStrAny:
        media_type = (request.content_type or "").lower()
        if media_type and media_type != _JSON and not media_type.endswith("+json"):
            detail = Detail("Content-Type", media_type[:80], _JSON)
            raise Problem(415, "wrong_media_type", "A body here is application/json.", details=(detail,))
        try:
            body, is_dirty = values.parsed(body_of(request))
        except BadMessage as bad:
            raise _refused(bad.fault.field, bad.fault.value, bad.fault.message) from bad
        if is_dirty:
            _refuse_unfit(body)
        return cast("DictStrAny", body)


def body_of(request: HttpRequest) -> bytes:
    """The whole body; a problem 413 when it is larger than we take."""
    try:
        return request.body
    except RequestDataTooBig as error:
        raise too_large() from error
    except RawPostDataException as error:
        raise Problem(400, "bad_body", "The body was cut off.") from error


def too_large() -> Problem:
    return Problem(413, "too_large", "The body is larger than 4 MB.")


def _refuse_unfit(body: Any) -> None:
    _mended, changed = values.mended(body)
    if changed:
        message = "This is a number or a character that cannot be stored."
        raise _refused(f"body{changed[0]}", "", message)


def _refused(field: str, value: str, message: str) -> Problem:
    return Problem(400, "bad_body", message, details=(Detail(field, value, message),))
