"""The HTTP API for programs: default deny, problems as answers, one schema."""

import logging
from datetime import UTC, datetime
from typing import Any, Literal

import msgspec
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.security import HttpBearer

from rapport import __version__
from rapport.api import native, problems
from rapport.api.problems import Detail, Problem
from rapport.customers.directory import commands as directory
from rapport.customers.directory import queries as customers
from rapport.customers.directory.rules import Claim
from rapport.interactions.ingestion.rules import native as rules
from rapport.interactions.ingestion.rules.received import repeated
from rapport.interactions.log import queries as log
from rapport.kernel.refusals import NotAllowed, NotFound, Refusal
from rapport.staff.keys import queries as keys

_logger = logging.getLogger(__name__)


class ApiKey(HttpBearer):
    """An API key as a Bearer token. A write key may lie open in a web page, so it may not read."""

    def authenticate(self, request: HttpRequest, token: str) -> Any:  # noqa: ARG002 - ninja passes it
        key = keys.find(token)
        return key if key is not None and key.kind == "api" else None


class Api(NinjaAPI):
    """The API, whose schema also has the native endpoint that is served beside Django."""

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        schema = super().get_openapi_schema(**options)
        documented = _native_schema()
        schema["paths"].update(documented["paths"])
        schema["components"]["schemas"].update(documented["schemas"])
        return schema


api = Api(
    title="Rapport",
    version=__version__,
    description="One record of every customer. Keys are made with `rapport keys create`.",
    auth=ApiKey(),
    docs_url=None,
    openapi_url="/openapi.json",
    urls_namespace="api",
)


class Counts(Schema):
    """How much the record holds."""

    interactions: int
    customers: int


class Identifier(Schema):
    """A way to recognise a customer, as the glossary has it: user_id, email, phone, external, ..."""

    kind: str
    value: str


class LinkRequest(Schema):
    """Two identifiers that are one customer, by the word of our own server."""

    first: Identifier
    second: Identifier
    why: str = ""


class LinkMade(Schema):
    """The link in the ledger; it can be taken back."""

    id: int


@api.get("/v1/counts", response=Counts, summary="Count interactions and customers", tags=["record"])
def counts(request: HttpRequest, kind: str = "") -> Counts:  # noqa: ARG001 - ninja passes it
    """How many interactions (of one kind, or of all) and customers there are."""
    return Counts(interactions=log.count(kind), customers=customers.count())


@api.post("/v1/links", response=LinkMade, summary="Join two identifiers", tags=["customers"])
def link(request: HttpRequest, told: LinkRequest) -> LinkMade:
    """Say that two identifiers are one customer, where no rule would join them."""
    first, second = (Claim(one.kind, one.value) for one in (told.first, told.second))
    by = request.auth  # type: ignore[attr-defined]
    made = directory.link_named(first, second, by=by, why=told.why, at=datetime.now(UTC))
    return LinkMade(id=made.pk)


def answer(problem: Problem) -> HttpResponse:
    """A problem as Django's answer."""
    response = JsonResponse(problem.as_json(), status=problem.status, content_type=problems.MEDIA_TYPE)
    if problem.retry_after:
        response["Retry-After"] = str(problem.retry_after)
    return response


@api.exception_handler(AuthenticationError)
def _without_key(_request: HttpRequest, _error: AuthenticationError) -> HttpResponse:
    return answer(problems.unauthorized("This needs an API key: Authorization: Bearer rap_api_..."))


@api.exception_handler(ValidationError)
def _not_as_described(_request: HttpRequest, error: ValidationError) -> HttpResponse:
    details = tuple(
        Detail(".".join(map(str, one["loc"])), repeated(one.get("input", "")), one["msg"])
        for one in error.errors
    )
    return answer(Problem(422, "not_as_described", "The request is not as the schema says.", details=details))


@api.exception_handler(Refusal)
def _refused(_request: HttpRequest, refusal: Refusal) -> HttpResponse:
    status = 404 if isinstance(refusal, NotFound) else 403 if isinstance(refusal, NotAllowed) else 409
    detail = Detail(refusal.field, repeated(refusal.value), refusal.message)
    return answer(Problem(status, type(refusal).__name__, refusal.message, details=(detail,)))


@api.exception_handler(Http404)
def _nothing_here(_request: HttpRequest, _error: Http404) -> HttpResponse:
    return answer(Problem(404, "unknown_route", "There is nothing here."))


@api.exception_handler(HttpError)
def _unreadable(_request: HttpRequest, error: HttpError) -> HttpResponse:
    return answer(Problem(error.status_code, "bad_request", str(error)))


@api.exception_handler(Exception)
def _failed(request: HttpRequest, error: Exception) -> HttpResponse:
    _logger.error("%s %s failed", request.method, request.path, exc_info=error)
    return answer(Problem(503, "unavailable", "Please send it again.", retry_after=5))


def unknown(request: HttpRequest) -> HttpResponse:
    """What addresses below /api/ answer that the API does not have."""
    return _nothing_here(request, Http404())


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


def _native_schema() -> dict[str, Any]:
    structs = (native.Interactions, native.Results, ProblemAnswer)
    references, schemas = msgspec.json.schema_components(structs, ref_template="#/components/schemas/{name}")
    sent, results, problem = references
    refusals = {
        400: "The body is not as described",
        401: "The key is unknown",
        413: "The body is larger than 4 MB",
        429: "Too much at once; Retry-After says when to come again",
        503: "Not now; Retry-After says when to come again",
    }
    operation: dict[str, Any] = {
        "operationId": "record_interactions",
        "summary": "Record interactions",
        "description": rules.Interaction.__doc__,
        "tags": ["record"],
        "security": [{"ApiKey": []}],
        "requestBody": {"required": True, "content": {"application/json": {"schema": sent}}},
        "responses": {
            200: {"description": "One result each", "content": {"application/json": {"schema": results}}},
            **{
                status: {"description": why, "content": {problems.MEDIA_TYPE: {"schema": problem}}}
                for status, why in refusals.items()
            },
        },
    }
    return {"paths": {native.PATH: {"post": operation}}, "schemas": schemas}
