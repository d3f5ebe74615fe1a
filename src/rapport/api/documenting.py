"""The schema of the API, completed: what is served beside Django, and how a request may fail."""

from typing import Any, Literal

import msgspec
from ninja.openapi.schema import OpenAPISchema

from rapport.api import native, problems
from rapport.api.problems import Detail
from rapport.interactions.ingestion.rules import native as rules
from rapport.staff.answers.rules import LONGEST_KEY

FAILURES = {
    400: "The request cannot be read",
    401: "The key is unknown, revoked or over",
    403: "The key may not do this",
    404: "There is no such thing",
    405: "The address does not do this",
    409: "A rule refuses it, or the same request is under way",
    413: "The body is larger than 4 MB",
    415: "The body is not JSON",
    422: "The request is not as described here",
    429: "Too much at once; Retry-After says when to come again",
    503: "Not now; Retry-After says when to come again",
}
_WITHOUT_BODY = frozenset({413, 415})
_IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Sent again with the same key within seven days, the request has one effect and one answer.",
    "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY, "pattern": "^[!-~]+$"},
}


class ProblemAnswer(msgspec.Struct):
    """RFC 9457, with `code` and `message` for clients that look for them."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    message: str
    success: Literal[False]
    errors: list[Detail] = []


def completed(schema: OpenAPISchema) -> OpenAPISchema:
    """The schema with the native endpoint, and with every way in which a request may fail."""
    structs = (native.Interactions, native.Results, ProblemAnswer)
    references, parts = msgspec.json.schema_components(structs, ref_template="#/components/schemas/{name}")
    sent, results, problem = references
    for operations in schema["paths"].values():
        for method, operation in operations.items():
            _say_failures(operation, problem, has_body=method != "get")
            if method == "post":
                operation.setdefault("parameters", []).append(_IDEMPOTENCY_KEY)
    native_operation = _native(sent, results)
    _say_failures(native_operation, problem, has_body=True)
    schema["paths"][native.PATH] = {"post": native_operation}
    schema["components"]["schemas"].update(parts)
    return schema


def _say_failures(operation: dict[str, Any], problem: dict[str, Any], *, has_body: bool) -> None:
    content = {problems.MEDIA_TYPE: {"schema": problem}}
    for status, why in FAILURES.items():
        if has_body or status not in _WITHOUT_BODY:
            operation["responses"][status] = {"description": why, "content": content}


def _native(sent: dict[str, Any], results: dict[str, Any]) -> dict[str, Any]:
    return {
        "operationId": "record_interactions",
        "summary": "Record interactions",
        "description": rules.Interaction.__doc__,
        "tags": ["record"],
        "security": [{"ApiKey": []}],
        "requestBody": {"required": True, "content": {"application/json": {"schema": sent}}},
        "responses": {
            200: {"description": "One result each", "content": {"application/json": {"schema": results}}}
        },
    }
